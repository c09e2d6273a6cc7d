package io.cellgate.dataplane.signalling;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.cellgate.dataplane.gtpc.CreatePdpContextResponse;
import io.cellgate.dataplane.gtpc.CreateSessionResponse;
import io.cellgate.dataplane.gtpc.FTeid;
import io.cellgate.dataplane.gtpc.Gtp1Type;
import io.cellgate.dataplane.gtpc.Gtp2Encoder;
import io.cellgate.dataplane.gtpc.Gtp2Message;
import io.cellgate.dataplane.gtpc.Gtp2Type;
import io.cellgate.dataplane.peer.PeerTable;
import io.cellgate.dataplane.session.Refusal;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** GTP-C over IPv6, TS 29.274 §4.2 and TS 29.060 §7.7.32: gateway and carrier at one address, on two ports. */
class Ipv6TransportTest {
    private static final InetAddress LOOPBACK = Inet6Address.ofLiteral("::1");

    private final int carrierPort = Harness.freePort(LOOPBACK);
    private final Harness harness = Harness.at(LOOPBACK, carrierPort);
    private final Harness.Node carrier = harness.nodeAt(LOOPBACK, carrierPort);

    @AfterEach
    void stop() {
        harness.close();
    }

    @Test
    void createSession_isAnsweredWithIpv6Endpoints_andEndsByDeleteBearer_29_274_8_22() {
        Harness.await(harness.server.publishPeers(new PeerTable(
                List.of(new PeerTable.Entry(LOOPBACK, harness.carrierA)))));
        CreateSessionResponse response = CreateSessionResponse
                .decode(carrier.ask2(new Requests.Create().v2(LOOPBACK, 1))).orThrow();
        assertThat(response.cause().value()).isEqualTo(16);
        FTeid control = requireNonNull(response.sender());
        assertThat(control.ipv4()).isNull();
        assertThat(control.ipv6()).isEqualTo(LOOPBACK);
        assertThat(requireNonNull(requireNonNull(response.bearer()).fTeid(2)).ipv6())
                .isEqualTo(LOOPBACK);
        assertThat(Tunnels.of(harness.userPlane.only()).peer()).isEqualTo(LOOPBACK);
        Harness.await(harness.server.endSessions(Requests.IMSI, Refusal.SIM_SUSPENDED));
        Gtp2Message deletion = carrier.receive2();
        assertThat(deletion.type()).isEqualTo(Gtp2Type.DELETE_BEARER_REQUEST);
    }

    @Test
    void peerWithBothAddresses_isSpokenToByTheVersionThatIsOurs_29_274_8_22() {
        Harness.await(harness.server.publishPeers(new PeerTable(
                List.of(new PeerTable.Entry(LOOPBACK, harness.carrierA)))));
        FTeid both = new FTeid(FTeid.S5_S8_SGW_GTP_C, 0x77, Inet4Address.ofLiteral("192.0.2.7"),
                (Inet6Address) LOOPBACK);
        byte[] request = Gtp2SignallingTest.joined(
                new Requests.Create().v2Without(LOOPBACK, 1, 87),
                Gtp2Encoder.withTeid(Gtp2Type.CREATE_SESSION_REQUEST, 0, 1).fTeid(0, both)
                        .toDatagram());
        CreateSessionResponse response = CreateSessionResponse.decode(carrier.ask2(request))
                .orThrow();
        assertThat(response.cause().value()).isEqualTo(16);
        Harness.await(harness.server.endSessions(Requests.IMSI, Refusal.SIM_SUSPENDED));
        Gtp2Message deletion = carrier.receive2();
        assertThat(deletion.type()).isEqualTo(Gtp2Type.DELETE_BEARER_REQUEST);
        assertThat(deletion.header().teid()).isEqualTo(0x77);
    }

    @Test
    void createPdpContext_isAnsweredWithIpv6Addresses_29_060_7_7_32() {
        Harness.await(harness.server.publishPeers(new PeerTable(
                List.of(new PeerTable.Entry(LOOPBACK, harness.carrierA)))));
        CreatePdpContextResponse response = CreatePdpContextResponse
                .decode(carrier.ask1(new Requests.Create().v1(LOOPBACK, 1))).orThrow();
        assertThat(response.cause()).isEqualTo(128);
        assertThat(response.signallingAddress()).isEqualTo(LOOPBACK);
        assertThat(response.userAddress()).isEqualTo(LOOPBACK);
        int teid = requireNonNull(response.teidControl());
        assertThat(carrier.ask1(Requests.deletePdpContext(teid, 2)).type())
                .isEqualTo(Gtp1Type.DELETE_PDP_CONTEXT_RESPONSE);
    }
}
