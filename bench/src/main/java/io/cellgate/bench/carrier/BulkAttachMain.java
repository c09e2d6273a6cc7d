package io.cellgate.bench.carrier;

import io.cellgate.policy.subject.Plmn;
import java.io.IOException;
import java.net.InetAddress;
import java.util.Objects;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Attaches devices by the thousand, without interfaces of theirs: {@code BulkAttachMain SELF GATEWAY VERSION FIRST-IMSI COUNT
 * PER-SECOND}. Prints a line for each, {@code TEID ADDRESS}, both of the gateway's giving, in the order of the IMSIs; then
 * {@code attached}, or {@code error REASON}. Stays to answer the gateway until its input ends.
 */
public final class BulkAttachMain {
    private static final int IN_FLIGHT = 128;
    private static final Plmn HOME = new Plmn("262", "01");
    private static final int LTE = 6;

    private BulkAttachMain() {}

    public static void main(String[] arguments) throws IOException, InterruptedException {
        InetAddress self = InetAddress.getByName(arguments[0]);
        InetAddress gateway = InetAddress.getByName(arguments[1]);
        int version = Integer.parseInt(arguments[2]);
        long first = Long.parseLong(arguments[3]);
        int count = Integer.parseInt(arguments[4]);
        long perSecond = Long.parseLong(arguments[5]);
        String[] lines = new String[count];
        AtomicReference<@Nullable String> failure = new AtomicReference<>();
        try (Signalling signalling = new Signalling(self, 1, (_, _) -> 0)) {
            Semaphore free = new Semaphore(IN_FLIGHT);
            long start = System.nanoTime();
            try (ExecutorService each = Executors.newVirtualThreadPerTaskExecutor()) {
                for (int i = 0; i < count && failure.get() == null; i++) {
                    long due = start + i * 1_000_000_000L / perSecond;
                    LockSupport.parkNanos(due - System.nanoTime());
                    free.acquire();
                    int n = i;
                    each.execute(() -> {
                        try {
                            lines[n] = line(attach(signalling, self, gateway, version, first + n,
                                    n + 1));
                        } catch (IOException | RuntimeException e) {
                            failure.compareAndSet(null,
                                    "IMSI " + (first + n) + ": " + e.getMessage());
                        } finally {
                            free.release();
                        }
                    });
                }
            }
            String why = failure.get();
            if (why == null) {
                System.out.println(String.join("\n", lines));
            }
            System.out.println(why == null ? "attached" : "error " + why);
            while (System.in.read() >= 0) {
                // it says nothing: only its end counts
            }
        }
    }

    private static String line(Assignment assignment) {
        return Integer.toUnsignedString(assignment.gatewayDataTeid()) + " "
                + Objects.requireNonNull(assignment.ipv4(), "no IPv4 address").getHostAddress();
    }

    private static Assignment attach(Signalling signalling, InetAddress self, InetAddress gateway,
            int version, long imsi, int teid) throws IOException {
        Device device = new Device(Long.toString(imsi), null, "49151" + imsi % 10_000_000, HOME,
                LTE, 0x1234, 0x5678, "iot", Device.PDN_IPV4);
        int sequence = signalling.nextSequence();
        Assignment assignment;
        int cause;
        if (version == 2) {
            Gtpv2.Message answer = signalling.askV2(gateway, sequence,
                    Gtpv2.createSession(sequence, device, self, teid, teid, 1));
            cause = answer.cause();
            assignment = Gtpv2.assignment(answer);
        } else {
            Gtpv1.Message answer = signalling.askV1(gateway, sequence,
                    Gtpv1.createPdpContext(sequence, device, self, teid, teid, 1));
            cause = answer.cause();
            assignment = Gtpv1.assignment(answer);
        }
        if (assignment == null) {
            throw new IOException("refused with cause " + cause);
        }
        return assignment;
    }
}
