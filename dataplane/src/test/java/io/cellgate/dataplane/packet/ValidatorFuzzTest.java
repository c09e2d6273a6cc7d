package io.cellgate.dataplane.packet;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.cellgate.dataplane.fuzz.BoundedFuzz;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import io.cellgate.dataplane.gtpu.GtpuHeaderFlyweight;
import io.cellgate.dataplane.gtpu.GtpuMessages;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * The validators on any octets: they return a verdict, never throw, and never read past the end (the buffer throws if
 * they do); after a clean verdict the accessors stay inside, too.
 */
class ValidatorFuzzTest {
    @FuzzTest
    void gtpuHeader_onAnyOctets_givesAVerdict(byte[] octets) {
        UnsafeBuffer view = new UnsafeBuffer(octets);
        if (GtpuHeaderFlyweight.validate(view, 0, octets.length) != null) {
            return;
        }
        int header = GtpuHeaderFlyweight.headerLength(view, 0);
        if (header > octets.length) {
            throw new AssertionError("header of " + header + " octets in " + octets.length);
        }
        boolean complete = new GtpuMessages.ErrorIndication().parse(view, header, octets.length);
        InnerPacket inner = new InnerPacket(view);
        DropReason fault = inner.parse(view, header, octets.length - header);
        if (complete && fault == null && inner.payloadLength() < 0) {
            throw new AssertionError("negative payload");
        }
    }

    @FuzzTest
    void innerPacket_onAnyOctets_givesAVerdict(byte[] octets) {
        UnsafeBuffer view = new UnsafeBuffer(octets);
        InnerPacket inner = new InnerPacket(view);
        if (inner.parse(view, 0, octets.length) != null) {
            return;
        }
        if (inner.payloadLength() < 0
                || inner.payloadOffset() + inner.payloadLength() != octets.length) {
            throw new AssertionError("payload outside the packet");
        }
        boolean right = inner.transportChecksumIsRight();
        if (inner.isTcp() && inner.sequenceLength() < inner.payloadLength() && right) {
            throw new AssertionError("sequence length");
        }
    }

    @Test
    void mutatedDatagrams_getAVerdict() {
        byte[] v4 = HexFormat.of().parseHex("4500002800010000401100000a2d0007c633640a"
                + "0fa0005000140000" + "000102030405060708090a0b");
        byte[] v6 = HexFormat.of().parseHex("6000000000140040" + "20010db8004500070000000000000001"
                + "20010db8011300000000000000000010" + "3a00010200000000" + "8000000000010001"
                + "00000000");
        byte[] gPdu = HexFormat.of().parseHex("36ff002c0a0b0c0d" + "00010085" + "01100000"
                + "45000024000100004001000" + "00a2d0007c633640a" + "080000000001000100");
        byte[] indication = HexFormat.of().parseHex(
                "321a001000000000" + "00000000" + "10000000018500047f000001");
        BoundedFuzz.run(this::gtpuHeader_onAnyOctets_givesAVerdict, gPdu, indication, v4);
        BoundedFuzz.run(this::innerPacket_onAnyOctets_givesAVerdict, v4, v6);
    }
}
