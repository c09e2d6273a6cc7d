package io.cellgate.dataplane.signalling;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.cellgate.dataplane.gtpc.BearerQos;
import io.cellgate.dataplane.gtpc.CauseIe;
import io.cellgate.dataplane.gtpc.FTeid;
import io.cellgate.dataplane.gtpc.Gtp1Encoder;
import io.cellgate.dataplane.gtpc.Gtp1Type;
import io.cellgate.dataplane.gtpc.Gtp2Encoder;
import io.cellgate.dataplane.gtpc.Gtp2Message;
import io.cellgate.dataplane.gtpc.Gtp2Type;
import io.cellgate.dataplane.gtpc.SignallingFault;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Inputs that crashed other cores: each is counted under its name, and the next request is served as ever. */
class MalformedInputTest {
    private final Harness harness = new Harness();
    private final Harness.Node sgw = harness.node(2);

    @AfterEach
    void stop() {
        try {
            assertThat(harness.count(SignallingFault.SYSTEM_FAILURE)).isZero();
            Requests.attach2(sgw, new Requests.Create(), 4242);
        } finally {
            harness.close();
        }
    }

    private void isDroppedAs(SignallingFault fault, byte... datagram) {
        sgw.send(datagram);
        Harness.until(() -> harness.count(fault) == 1);
    }

    private CauseIe causeOf(byte[] request) {
        return requireNonNull(sgw.ask2(request).cause());
    }

    private static Gtp2Encoder more() {
        return Gtp2Encoder.withTeid(Gtp2Type.CREATE_SESSION_REQUEST, 0, 1);
    }

    private byte[] with(Gtp2Encoder more) {
        return Gtp2SignallingTest.joined(new Requests.Create().v2(sgw.address, 1),
                more.toDatagram());
    }

    private byte[] bearer(byte[] content) {
        return Gtp2SignallingTest.joined(new Requests.Create().v2Without(sgw.address, 1, 93),
                more().raw(93, 0, content).toDatagram());
    }

    @Test
    void emptyDatagram_isTooShort() {
        isDroppedAs(SignallingFault.TOO_SHORT);
    }

    @Test
    void gtpv2HeaderCutShort_isTooShort_7_7_3() {
        isDroppedAs(SignallingFault.TOO_SHORT, (byte) 0x48, (byte) 32, (byte) 0, (byte) 8,
                (byte) 0, (byte) 0, (byte) 0, (byte) 0);
    }

    @Test
    void gtpv2LengthThatLeavesNoRoomForTheHeader_isTooShort_7_7_3() {
        isDroppedAs(SignallingFault.TOO_SHORT, (byte) 0x48, (byte) 32, (byte) 0, (byte) 0,
                (byte) 0, (byte) 0, (byte) 0, (byte) 0, (byte) 0, (byte) 0, (byte) 1, (byte) 0);
    }

    @Test
    void gtpv2LengthPastTheDatagram_isDropped_7_7_3() {
        isDroppedAs(SignallingFault.LENGTH_PAST_DATAGRAM, (byte) 0x48, (byte) 32, (byte) 0xff,
                (byte) 0xff, (byte) 0, (byte) 0, (byte) 0, (byte) 0, (byte) 0, (byte) 0, (byte) 1,
                (byte) 0);
    }

    @Test
    void gtpv1LengthPastTheDatagram_isDropped_11_1_2() {
        isDroppedAs(SignallingFault.LENGTH_PAST_DATAGRAM, (byte) 0x32, (byte) 16, (byte) 0xff,
                (byte) 0xff, (byte) 0, (byte) 0, (byte) 0, (byte) 0, (byte) 0, (byte) 1, (byte) 0,
                (byte) 0);
    }

    @Test
    void gtpv1ExtensionHeaderOfLength0_isDropped() {
        isDroppedAs(SignallingFault.TOO_SHORT, (byte) 0x36, (byte) 16, (byte) 0, (byte) 8,
                (byte) 0, (byte) 0, (byte) 0, (byte) 0, (byte) 0, (byte) 1, (byte) 0, (byte) 0xc0,
                (byte) 0, (byte) 0, (byte) 0, (byte) 0xc0);
    }

    @Test
    void gtpv1ExtensionHeaderChainThatIsCut_isDropped() {
        isDroppedAs(SignallingFault.TOO_SHORT, (byte) 0x36, (byte) 16, (byte) 0, (byte) 8,
                (byte) 0, (byte) 0, (byte) 0, (byte) 0, (byte) 0, (byte) 1, (byte) 0, (byte) 0xc0,
                (byte) 1, (byte) 0, (byte) 0, (byte) 0xc0);
    }

    @Test
    void gtpv1WithoutSequenceNumber_isDropped() {
        isDroppedAs(SignallingFault.HEADER_INCORRECT, (byte) 0x30, (byte) 16, (byte) 0, (byte) 0,
                (byte) 0, (byte) 0, (byte) 0, (byte) 0);
    }

    @Test
    void gtpv2WithoutTeid_whereOneMustBe_isDropped_5_5() {
        isDroppedAs(SignallingFault.HEADER_INCORRECT, (byte) 0x40, (byte) 32, (byte) 0, (byte) 4,
                (byte) 0, (byte) 0, (byte) 1, (byte) 0);
    }

    @Test
    void gtpv2ElementPastTheEnd_isRefusedAsInvalidLength_7_7_7() {
        byte[] request = with(more());
        byte[] longer = Arrays.copyOf(request, request.length + 4);
        longer[2] = (byte) (longer.length - 4 >>> 8);
        longer[3] = (byte) (longer.length - 4);
        longer[request.length] = 78;
        longer[request.length + 1] = (byte) 0xff;
        assertThat(causeOf(longer)).isEqualTo(new CauseIe(67, 78, 0));
    }

    @Test
    void gtpv1ElementPastTheEnd_isRefusedAsInvalidMessageFormat_11_1_2() {
        byte[] request = Gtp1Encoder.of(Gtp1Type.CREATE_PDP_CONTEXT_REQUEST, 0, 1).teidData(1)
                .teidControl(2).apn("internet").toDatagram();
        request[request.length - 10] = 0x7f;
        assertThat(sgw.ask1(request).cause()).isEqualTo(193);
    }

    @Test
    void gtpv2MissingBearerContext_isRefusedWithCause70() {
        assertThat(causeOf(new Requests.Create().v2Without(sgw.address, 1, 93)))
                .isEqualTo(new CauseIe(70, 93, 0));
    }

    @Test
    void gtpv2ExtraBearerContexts_areIgnored() {
        Gtp2Encoder extra = more();
        for (int i = 0; i < 20; i++) {
            extra.bearerContext(bearer -> bearer.ebi(0, 7));
        }
        assertThat(causeOf(with(extra)).value()).isEqualTo(16);
    }

    @Test
    void gtpv2EmptyBearerContext_isRefusedWithCause67() {
        assertThat(causeOf(bearer(new byte[0]))).isEqualTo(new CauseIe(67, 93, 0));
    }

    @Test
    void gtpv2BearerContextWhoseContentPassesItsEnd_isRefusedWithCause67() {
        assertThat(causeOf(bearer(new byte[]{73, 0, 1, 0, 5, 80, (byte) 0xff, (byte) 0xff, 0})))
                .isEqualTo(new CauseIe(67, 80, 0));
    }

    @Test
    void gtpv2FTeidWithNeitherAddressFlag_isRefusedWithCause69() {
        byte[] request = Gtp2SignallingTest.joined(
                new Requests.Create().v2Without(sgw.address, 1, 87),
                more().raw(87, 0, new byte[]{6, 0, 0, 0, 1, 10, 0, 0, 1}).toDatagram());
        assertThat(causeOf(request)).isEqualTo(new CauseIe(69, 87, 0));
    }

    @Test
    void gtpv2FTeidWhoseAddressesPassItsEnd_isRefusedWithCause69() {
        byte[] request = Gtp2SignallingTest.joined(
                new Requests.Create().v2Without(sgw.address, 1, 87),
                more().raw(87, 0, new byte[]{(byte) 0xc6, 0, 0, 0, 1, 10, 0, 0, 1})
                        .toDatagram());
        assertThat(causeOf(request)).isEqualTo(new CauseIe(69, 87, 0));
    }

    @Test
    void gtpv2TftPastItsEnd_isIgnored_sinceNoneIsUsed() {
        byte[] request = Gtp2SignallingTest.joined(
                new Requests.Create().v2Without(sgw.address, 1, 93),
                more().bearerContext(bearer -> bearer.ebi(0, 5)
                        .raw(84, 0, new byte[]{0x2f, 0x30, 0, (byte) 0xff, 1})
                        .fTeid(2, FTeid.of(FTeid.S5_S8_SGW_GTP_U, 1, sgw.address))
                        .bearerQos(BearerQos.BEST_EFFORT))
                        .toDatagram());
        assertThat(causeOf(request).value()).isEqualTo(16);
    }

    @Test
    void gtpv2OversizedPaa_isReadUpToItsEnd() {
        byte[] paa = new byte[200];
        paa[0] = 1;
        byte[] request = Gtp2SignallingTest.joined(
                new Requests.Create().v2Without(sgw.address, 1, 99),
                more().raw(79, 0, paa).toDatagram());
        assertThat(causeOf(request).value()).isEqualTo(16);
    }

    @Test
    void gtpv2PaaShorterThanItsType_isAsIfAbsent() {
        byte[] request = Gtp2SignallingTest.joined(
                new Requests.Create().v2Without(sgw.address, 1, 99),
                more().raw(79, 0, new byte[]{3, 64, 1}).toDatagram());
        assertThat(causeOf(request)).isEqualTo(new CauseIe(103, 99, 0));
    }

    @Test
    void gtpv2MalformedEpco_isAsIfAbsent() {
        assertThat(causeOf(with(more().raw(197, 0, new byte[]{(byte) 0x80, 0, 13, 9, 1})))
                .value()).isEqualTo(16);
    }

    @Test
    void gtpv2ImsiOfLetters_isRefusedWithCause69() {
        byte[] request = Gtp2SignallingTest.joined(
                new Requests.Create().v2Without(sgw.address, 1, 1),
                more().raw(1, 0, new byte[]{(byte) 0xab, (byte) 0xcd, 0, 0}).toDatagram());
        assertThat(causeOf(request)).isEqualTo(new CauseIe(69, 1, 0));
    }

    @Test
    void gtpv2ApnWithALabelPastItsEnd_isRefusedWithCause69() {
        byte[] request = Gtp2SignallingTest.joined(
                new Requests.Create().v2Without(sgw.address, 1, 71),
                more().raw(71, 0, new byte[]{63, 'a'}).toDatagram());
        assertThat(causeOf(request)).isEqualTo(new CauseIe(69, 71, 0));
    }

    @Test
    void piggybackedMessage_isReadToo_5_5_1() {
        int teid = Requests.attach2(sgw, new Requests.Create(), 1);
        byte[] first = Gtp2Encoder.withTeid(Gtp2Type.CHANGE_NOTIFICATION_REQUEST, teid, 2)
                .ratType(9).toDatagram();
        byte[] second = Requests.deleteSession(teid, 3);
        byte[] both = Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, both, first.length, second.length);
        both[0] |= 0x10;
        sgw.send(both);
        assertThat(sgw.receive2().sequence()).isEqualTo(2);
        assertThat(sgw.receive2().sequence()).isEqualTo(3);
    }

    @Test
    void randomOctetsAndMutatedRequests_stopNothing() {
        long seed = Long.getLong("cellgate.seed", 20_260_101L);
        Random random = new Random(seed);
        byte[][] valid = {new Requests.Create().v2(sgw.address, 7),
                new Requests.Create().v1(sgw.address, 7), Requests.deleteSession(1, 7),
                Requests.deletePdpContext(1, 7)};
        Harness.Node other = harness.node(3);
        for (int i = 0; i < 5000; i++) {
            byte[] datagram = valid[random.nextInt(valid.length)].clone();
            for (int flips = random.nextInt(8); flips >= 0; flips--) {
                datagram[random.nextInt(datagram.length)] = (byte) random.nextInt(256);
            }
            sgw.send(random.nextInt(4) == 0
                    ? Arrays.copyOf(datagram, random.nextInt(datagram.length))
                    : datagram);
            if (i % 50 == 0) {
                Gtp2Message echo = other.ask2(
                        Gtp2Encoder.withoutTeid(Gtp2Type.ECHO_REQUEST, i).toDatagram());
                assertThat(echo.sequence()).as("seed " + seed).isEqualTo(i);
            }
        }
        sgw.drain();
    }
}
