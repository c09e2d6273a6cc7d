package io.cellgate.dataplane.packet;

import com.code_intelligence.jazzer.junit.FuzzTest;
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
}
