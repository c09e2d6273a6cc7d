package io.cellgate.dataplane.radius;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.cellgate.dataplane.fuzz.BoundedFuzz;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** Whatever arrives on the accounting port is read or faulted: no exception, nothing past the end. */
class RadiusFuzzTest {
    private static final SharedSecret SECRET = SharedSecret.of("fuzzing-with-radius");

    @FuzzTest(maxDuration = "30s")
    void accounting(byte[] datagram) {
        if (RadiusPacket.decode(datagram) instanceof Read.Good<RadiusPacket>(RadiusPacket packet)) {
            AccountingFault _ = packet.judge(SECRET);
            if (packet.response(SECRET).length > RadiusPacket.MAX_OCTETS) {
                throw new AssertionError("a response that is no packet");
            }
            if (AccountingReader.read(
                    packet) instanceof Read.Good<AccountingRequest>(AccountingRequest request)
                    && request.delegated().size() > AccountingReader.MAX_DELEGATED) {
                throw new AssertionError("more /64s than there may be");
            }
        }
    }

    /** The same behind a header that lets every input as far as its attributes. */
    @FuzzTest(maxDuration = "30s")
    void attributes(byte[] attributes) {
        byte[] packet = Arrays.copyOf(new byte[]{4, 1}, 20 + Math.min(attributes.length, 4076));
        packet[2] = (byte) (packet.length >>> 8);
        packet[3] = (byte) packet.length;
        System.arraycopy(attributes, 0, packet, 20, packet.length - 20);
        accounting(packet);
    }

    @Test
    void mutatedPackets_stopNothing() {
        BoundedFuzz.run(this::accounting, RadiusPacketTest.START, RadiusPacketTest.SIGNED);
        BoundedFuzz.run(this::attributes,
                Arrays.copyOfRange(RadiusPacketTest.START, 20, RadiusPacketTest.START.length));
    }
}
