package io.cellgate.dataplane.signalling;

import static org.assertj.core.api.Assertions.assertThat;

import io.cellgate.dataplane.gtpc.CauseIe;
import io.cellgate.dataplane.gtpc.Gtp1Encoder;
import io.cellgate.dataplane.gtpc.Gtp1Type;
import io.cellgate.dataplane.gtpc.Gtp2Encoder;
import io.cellgate.dataplane.gtpc.Gtp2Type;
import io.cellgate.dataplane.gtpc.PdnAddress;
import io.cellgate.dataplane.gtpc.Tshark;
import io.cellgate.dataplane.session.Refusal;
import org.junit.jupiter.api.Test;

/**
 * Each kind of message that we send, read by tshark. {@link Harness#close} has it read what every other test made the
 * gateway send, too, where it is installed; this test says so where it is not.
 */
class TsharkOracleTest {
    @Test
    void whatTheGatewaySends_isDissectedWithoutMalformedOrExpertMark() {
        Tshark.require();
        try (Harness harness = new Harness()) {
            Harness.Node peer = harness.node(2);
            for (int type : new int[]{PdnAddress.IPV4, PdnAddress.IPV6, PdnAddress.IPV4V6}) {
                Requests.Create create = new Requests.Create();
                create.pdnType = type;
                int v2 = Requests.attach2(peer, create, 10 * type);
                peer.ask2(Gtp2Encoder
                        .withTeid(Gtp2Type.MODIFY_BEARER_REQUEST, v2, 10 * type + 1).ratType(9)
                        .bearerContext(bearer -> bearer.ebi(0, 5)).toDatagram());
                peer.ask2(Gtp2Encoder
                        .withTeid(Gtp2Type.CHANGE_NOTIFICATION_REQUEST, v2, 10 * type + 2)
                        .ratType(8).toDatagram());
                peer.ask2(Requests.deleteSession(v2, 10 * type + 3));
                int v1 = Requests.attach1(peer, create, 10 * type + 4);
                peer.ask1(Requests.deletePdpContext(v1, 10 * type + 5));
            }
            peer.ask2(Gtp2Encoder.withoutTeid(Gtp2Type.ECHO_REQUEST, 90).toDatagram());
            peer.ask1(Gtp1Encoder.of(Gtp1Type.ECHO_REQUEST, 0, 91).toDatagram());
            peer.ask2(new byte[]{(byte) 0x60, 1, 0, 4, 0, 0, 1, 0});
            peer.ask1(new byte[]{0x1e, 1, 0, 0, 0, 0, 0, 0});

            Requests.attach2(peer, new Requests.Create(), 92);
            Harness.await(harness.server.endSessions(Requests.IMSI, Refusal.SIM_SUSPENDED));
            assertThat(peer.receive2().type()).isEqualTo(Gtp2Type.DELETE_BEARER_REQUEST);
            peer.drain();
            Requests.attach1(peer, new Requests.Create(), 93);
            Harness.await(harness.server.endSessions(Requests.IMSI, Refusal.SIM_SUSPENDED));
            assertThat(peer.receive1().type()).isEqualTo(Gtp1Type.DELETE_PDP_CONTEXT_REQUEST);
            peer.drain();

            harness.directory.refuse(Refusal.UNKNOWN_SIM);
            assertThat(peer.ask2(new Requests.Create().v2(peer.address, 94)).cause())
                    .isEqualTo(CauseIe.of(92));
            assertThat(peer.ask1(new Requests.Create().v1(peer.address, 95)).cause())
                    .isEqualTo(209);
        }
    }
}
