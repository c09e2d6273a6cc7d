package io.cellgate.dataplane.inspect;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

/** What a worker does with the first bytes of a flow costs no garbage. Measured in a process of its own, since coverage and fuzzing agents allocate in this one. */
class AllocationTest {
    private static final int ROUNDS = 50_000;

    @Test
    void readingHeadsAndHellos_allocatesNothing() throws Exception {
        Captures.require("openssl");
        Process process = new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--add-exports=java.base/jdk.internal.misc=ALL-UNNAMED",
                "-cp",
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
            UnsafeBuffer http = new UnsafeBuffer(Streams.octets(
                    "GET /v1/../x%41?q HTTP/1.1\r\nHost: a.example\r\nContent-Length: 3\r\nX: y\r\n\r\nabc"));
            UnsafeBuffer tls = new UnsafeBuffer(
                    ClientHelloTest.openssl("-servername", "a.example"));
            byte[] name = Streams.octets("x");
            FirstBytes first = new FirstBytes();
            BodyFraming framing = new BodyFraming();
            long sum = 0;
            long before = 0;
            for (int i = 0; i < 2 * ROUNDS; i++) {
                if (i == ROUNDS) {
                    before = threads.getCurrentThreadAllocatedBytes();
                }
                first.reset();
                sum += first.add(tls, 0, 100).name().length();
                sum += first.add(tls, 100, tls.capacity() - 100).name().length();
                sum += first.tls().nextAlpn(0) + first.tls().highestVersion();
                first.reset();
                sum += first.add(http, 0, http.capacity()).name().length();
                sum += first.http().valueLength(first.http().nextField(name, 0));
                framing.begin(first.http());
                sum += framing.consume(http, first.taken(), http.capacity() - first.taken());
            }
            long allocated = threads.getCurrentThreadAllocatedBytes() - before;
            System.out.println(sum == 0 ? Long.MAX_VALUE : allocated);
        }
    }
}
