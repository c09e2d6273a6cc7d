package io.cellgate.dns;

import com.code_intelligence.jazzer.junit.FuzzTest;
import org.agrona.concurrent.UnsafeBuffer;

/** Whatever arrives gets a verdict, and what gets none at fault can be answered. */
class DnsQueryFuzzTest {
    private final UnsafeBuffer reply = new UnsafeBuffer(new byte[DnsReplyEncoder.MAX_LENGTH]);

    @FuzzTest
    void anyOctets_getAVerdict(byte[] octets) {
        UnsafeBuffer buffer = new UnsafeBuffer(octets);
        DnsFault fault = DnsQuery.validate(buffer, 0, octets.length);
        if (fault != null) {
            int length = DnsReplyEncoder.fault(fault == DnsFault.HEADER_TRUNCATED ? reply : buffer,
                    0, fault,
                    reply, 0);
            require(length <= DnsReplyEncoder.MAX_LENGTH);
            return;
        }
        for (BlockResponse how : BlockResponse.values()) {
            require(DnsReplyEncoder.blocked(buffer, 0, how, "rule", reply, 0) <= DnsQuery
                    .payloadSize(buffer, 0));
        }
        require(ForwardedReply.encode(octets, Resolution.empty(3, 0), 0).length <= 1232);
    }

    private static void require(boolean holds) {
        if (!holds) {
            throw new AssertionError("a reply is longer than the asker can take");
        }
    }
}
