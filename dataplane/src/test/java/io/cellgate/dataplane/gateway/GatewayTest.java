package io.cellgate.dataplane.gateway;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.cellgate.dataplane.flow.FlowRecord;
import io.cellgate.dataplane.gtpc.BearerQos;
import io.cellgate.dataplane.gtpc.CreateSessionResponse;
import io.cellgate.dataplane.gtpc.FTeid;
import io.cellgate.dataplane.gtpc.Gtp2Encoder;
import io.cellgate.dataplane.gtpc.Gtp2Message;
import io.cellgate.dataplane.gtpc.Gtp2Type;
import io.cellgate.dataplane.gtpc.Octets;
import io.cellgate.dataplane.gtpc.PdnAddress;
import io.cellgate.dataplane.io.DatagramPacketIo;
import io.cellgate.dataplane.peer.Carrier;
import io.cellgate.dataplane.peer.PeerTable;
import io.cellgate.dataplane.session.Refusal;
import io.cellgate.dataplane.session.Subscriber;
import io.cellgate.dataplane.session.SubscriberDirectory;
import io.cellgate.dataplane.signalling.DeviceConfig;
import io.cellgate.dataplane.signalling.SessionView;
import io.cellgate.dataplane.signalling.SignallingConfig;
import io.cellgate.dataplane.signalling.SignallingEvent;
import io.cellgate.dataplane.usage.UsageRecord;
import io.cellgate.dns.ForwarderConfig;
import io.cellgate.policy.EffectivePolicy;
import io.cellgate.policy.PolicySlot;
import io.cellgate.policy.subject.Iccid;
import io.cellgate.policy.subject.Imsi;
import io.cellgate.policy.subject.Plmn;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.time.Clock;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Both halves of a gateway together, without privileges. */
class GatewayTest {
    private static final InetAddress LOOPBACK = InetAddress.getLoopbackAddress();
    private static final Imsi IMSI = new Imsi("262011234567890");

    private static <T extends @Nullable Object> T await(CompletionStage<T> stage) throws Exception {
        return stage.toCompletableFuture().get(10, TimeUnit.SECONDS);
    }

    private static int freePort() throws SocketException {
        try (DatagramSocket socket = new DatagramSocket(0, LOOPBACK)) {
            return socket.getLocalPort();
        }
    }

    @Test
    void attachedDevice_hasASessionInBothHalves_untilItsSimIsSuspended() throws Exception {
        int port = freePort();
        try (DatagramSocket sgw = new DatagramSocket(0, LOOPBACK);
                Gateway gateway = Gateway.start(config(port, sgw.getLocalPort()),
                        List.of(io()),
                        directory(), listener(), UsageRecord.Listener.NONE, Clock.systemUTC())) {
            sgw.setSoTimeout(10_000);
            Carrier carrier = new Carrier(0, "carrier", "Carrier", Set.of(), Set.of());
            await(gateway.publishPeers(
                    new PeerTable(List.of(new PeerTable.Entry(LOOPBACK, carrier)))));

            send(sgw, port, createSession());
            CreateSessionResponse response = CreateSessionResponse.decode(receive(sgw)).orThrow();
            assertThat(response.cause().value()).isEqualTo(16);

            SessionView session = await(gateway.sessions(IMSI)).getFirst();
            assertThat(session.ipv4()).isEqualTo(requireNonNull(response.paa()).ipv4());
            assertThat(await(gateway.usage(session.userTeid()))).isNotNull();
            assertThat(await(gateway.peers())).singleElement()
                    .satisfies(peer -> assertThat(peer.sessions()).isEqualTo(1));

            assertThat(await(gateway.endSessions(IMSI, Refusal.SIM_SUSPENDED))).isEqualTo(1);
            assertThat(await(gateway.usage(session.userTeid()))).isNull();
            assertThat(receive(sgw).type()).isEqualTo(Gtp2Type.DELETE_BEARER_REQUEST);
            assertThat(gateway.signallingCounters().created()).isEqualTo(1);
        }
    }

    private static GatewayConfig config(int port, int peerPort) {
        return new GatewayConfig(
                SignallingConfig.defaults(1).at(LOOPBACK).onPorts(port, peerPort),
                DeviceConfig.defaults(), GatewayConfig.Tunnels.defaults(),
                ForwarderConfig.of(List.of(new InetSocketAddress(LOOPBACK, 53))));
    }

    private static DatagramPacketIo io() throws IOException {
        InetSocketAddress any = new InetSocketAddress(LOOPBACK, 0);
        return new DatagramPacketIo(List.of(any), any, new InetSocketAddress(LOOPBACK, 9));
    }

    private static SubscriberDirectory directory() {
        PolicySlot slot = new PolicySlot(EffectivePolicy.nothing(1));
        return request -> CompletableFuture.completedFuture(
                new SubscriberDirectory.Admission.Admitted(
                        new Subscriber(new Iccid("894900000000000000"), request.imsi(), null,
                                "acme", null, "active", Map.of(), slot, null, null)));
    }

    private static Gateway.Listener listener() {
        return new Gateway.Listener() {
            @Override
            public void on(SignallingEvent event) {}

            @Override
            public void on(FlowRecord flow) {}
        };
    }

    private static byte[] createSession() {
        return Gtp2Encoder.withTeid(Gtp2Type.CREATE_SESSION_REQUEST, 0, 1).imsi(IMSI)
                .servingNetwork(Plmn.parse("26201")).ratType(8)
                .fTeid(0, FTeid.of(FTeid.S5_S8_SGW_GTP_C, 1, LOOPBACK)).apn("iot")
                .pdnType(PdnAddress.IPV4)
                .bearerContext(bearer -> bearer.ebi(0, 5)
                        .fTeid(2, FTeid.of(FTeid.S5_S8_SGW_GTP_U, 2, LOOPBACK))
                        .bearerQos(BearerQos.BEST_EFFORT))
                .recovery(1).toDatagram();
    }

    private static void send(DatagramSocket from, int port, byte[] datagram) throws IOException {
        from.send(new DatagramPacket(datagram, datagram.length,
                new InetSocketAddress(LOOPBACK, port)));
    }

    private static Gtp2Message receive(DatagramSocket at) throws IOException {
        DatagramPacket packet = new DatagramPacket(new byte[4096], 4096);
        at.receive(packet);
        return Gtp2Message
                .decode(Octets.of(Arrays.copyOf(packet.getData(), packet.getLength()))).orThrow();
    }
}
