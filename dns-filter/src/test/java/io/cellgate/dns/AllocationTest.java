package io.cellgate.dns;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.xbill.DNS.Type;

/** What a worker does with each query costs no garbage. Measured in a process of its own, since coverage and fuzzing agents allocate in this one. */
class AllocationTest {
    private static final int ROUNDS = 50_000;

    @Test
    void validatingAndBlocking_allocateNothing() throws Exception {
        Process process = new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--add-exports=java.base/jdk.internal.misc=ALL-UNNAMED", "-cp",
                System.getProperty("java.class.path"), Measured.class.getName())
                .redirectError(ProcessBuilder.Redirect.DISCARD).start();
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).isZero();
        assertThat(Long.parseLong(out.strip())).as("octets in " + ROUNDS + " rounds")
                .isLessThan(ROUNDS / 2);
    }

    static final class Measured {
        public static void main(String[] arguments) throws Exception {
            com.sun.management.ThreadMXBean threads = (com.sun.management.ThreadMXBean) ManagementFactory
                    .getThreadMXBean();
            byte[] wire = Queries.withEdns("www.example.com", Type.A, 1232);
            UnsafeBuffer query = Queries.buffer(wire);
            UnsafeBuffer reply = new UnsafeBuffer(new byte[DnsReplyEncoder.MAX_LENGTH]);
            long sum = 0;
            long before = 0;
            for (int i = 0; i < 2 * ROUNDS; i++) {
                if (i == ROUNDS) {
                    before = threads.getCurrentThreadAllocatedBytes();
                }
                sum += DnsQuery.validate(query, 0, wire.length) == null ? 1 : 0;
                sum += DnsReplyEncoder.blocked(query, 0, BlockResponse.ZERO, "rule", reply, 0);
                sum += DnsType.text(DnsQuery.type(query, 0)).length();
            }
            long allocated = threads.getCurrentThreadAllocatedBytes() - before;
            System.out.println(sum == 0 ? Long.MAX_VALUE : allocated);
        }
    }
}
