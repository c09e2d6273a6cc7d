package io.cellgate.dataplane.signalling;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.cellgate.dataplane.gtpc.CauseIe;
import io.cellgate.dataplane.gtpc.FqCsid;
import io.cellgate.dataplane.gtpc.Gtp2Encoder;
import io.cellgate.dataplane.gtpc.Gtp2Message;
import io.cellgate.dataplane.gtpc.Gtp2Type;
import io.cellgate.policy.subject.Imsi;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Partial failures of a carrier's nodes, TS 23.007 §16 and TS 29.274 §7.9. */
class ConnectionSetTest {
    private static final byte[] MME = {10, 0, 0, 1};

    private final Harness harness = new Harness();
    private final Harness.Node sgw = harness.node(2);

    @AfterEach
    void stop() {
        harness.close();
    }

    private int attach(Harness.Node node, int sim, FqCsid mme, FqCsid sgwSets, int sequence) {
        Requests.Create create = new Requests.Create();
        create.imsi = new Imsi("26201123456780" + sim);
        create.mmeSets = mme;
        create.sgwSets = sgwSets;
        return Requests.attach2(node, create, sequence);
    }

    private Gtp2Message deleteSet(Harness.Node node, int instance, FqCsid sets) {
        return node.ask2(
                Gtp2Encoder.withTeid(Gtp2Type.DELETE_PDN_CONNECTION_SET_REQUEST, 0, 100 + instance)
                        .fqCsid(instance, sets).toDatagram());
    }

    @Test
    void createSession_withSetsOfTheCarrier_isAnsweredWithOurs_7_2_2() {
        Requests.Create create = new Requests.Create();
        create.sgwSets = FqCsid.of(sgw.address.getAddress(), 7);
        Gtp2Message answer = sgw.ask2(create.v2(sgw.address, 1));
        assertThat(answer.ies()).anySatisfy(ie -> {
            assertThat(ie.type()).isEqualTo(132);
            assertThat(ie.instance()).isZero();
            assertThat(ie.value().slice(1, 4).toArray()).isEqualTo(harness.gateway.getAddress());
            assertThat(ie.value().u16(5)).isEqualTo(1);
        });
    }

    @Test
    void createSession_withoutSets_isAnsweredWithNone_7_2_2() {
        assertThat(sgw.ask2(new Requests.Create().v2(sgw.address, 1)).ies())
                .noneSatisfy(ie -> assertThat(ie.type()).isEqualTo(132));
    }

    @Test
    void deletePdnConnectionSet_endsTheSessionsOfTheSet_andNoOthers_7_9() {
        attach(sgw, 1, FqCsid.of(MME, 1), FqCsid.of(sgw.address.getAddress(), 7), 1);
        attach(sgw, 2, FqCsid.of(MME, 2), FqCsid.of(sgw.address.getAddress(), 7), 2);
        Requests.attach2(sgw, new Requests.Create(), 3);
        Gtp2Message answer = deleteSet(sgw, 0, FqCsid.of(MME, 1));
        assertThat(answer.type()).isEqualTo(Gtp2Type.DELETE_PDN_CONNECTION_SET_RESPONSE);
        assertThat(answer.cause()).isEqualTo(CauseIe.of(16));
        assertThat(answer.teid()).isZero();
        assertThat(answer.recovery()).isEqualTo(17);
        assertThat(harness.sessions()).isEqualTo(2);
        deleteSet(sgw, 1, FqCsid.of(sgw.address.getAddress(), 7));
        assertThat(harness.userPlane.only().request().imsi()).isEqualTo(Requests.IMSI);
        assertThat(Harness.await(harness.server.sessions())).hasSize(1);
    }

    @Test
    void deletePdnConnectionSet_ofAnotherCarrier_endsNoneOfThisOne_fs_20() {
        Harness.Node other = harness.node(4);
        attach(sgw, 1, FqCsid.of(MME, 1), FqCsid.of(MME, 9), 1);
        attach(other, 2, FqCsid.of(MME, 1), FqCsid.of(MME, 9), 2);
        assertThat(requireNonNull(deleteSet(other, 0, FqCsid.of(MME, 1)).cause()).value())
                .isEqualTo(16);
        assertThat(Harness.await(harness.server.sessions())).singleElement()
                .extracting(SessionView::carrier).isEqualTo("carrier-a");
    }

    @Test
    void modifyBearer_movesTheSessionToAnotherSet_7_2_7() {
        int teid = attach(sgw, 1, FqCsid.of(MME, 1), FqCsid.of(MME, 9), 1);
        sgw.ask2(Gtp2Encoder.withTeid(Gtp2Type.MODIFY_BEARER_REQUEST, teid, 2)
                .fqCsid(0, FqCsid.of(MME, 2)).toDatagram());
        deleteSet(sgw, 0, FqCsid.of(MME, 1));
        assertThat(harness.sessions()).isEqualTo(1);
        deleteSet(sgw, 1, FqCsid.of(MME, 9));
        assertThat(harness.sessions()).isZero();
    }

    @Test
    void deletePdnConnectionSet_withoutASet_isRefused_7_7_6() {
        Gtp2Message answer = sgw.ask2(
                Gtp2Encoder.withTeid(Gtp2Type.DELETE_PDN_CONNECTION_SET_REQUEST, 0, 1)
                        .recovery(4).toDatagram());
        assertThat(answer.cause()).isEqualTo(new CauseIe(103, 132, 0));
    }

    @Test
    void fqCsid_thatPassesItsEnd_isRefused_7_7_8() {
        Gtp2Message answer = sgw.ask2(
                Gtp2Encoder.withTeid(Gtp2Type.DELETE_PDN_CONNECTION_SET_REQUEST, 0, 1)
                        .raw(132, 0, new byte[]{0x0f, 10, 0, 0, 1, 0, 1}).toDatagram());
        assertThat(answer.cause()).isEqualTo(new CauseIe(69, 132, 0));
    }
}
