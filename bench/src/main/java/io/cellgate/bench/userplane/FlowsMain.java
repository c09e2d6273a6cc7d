package io.cellgate.bench.userplane;

import io.cellgate.bench.lab.Lab;
import io.cellgate.bench.lab.Report;
import io.cellgate.bench.load.Direction;
import io.cellgate.bench.load.Direction.Rate;
import io.cellgate.bench.load.FrameSchedule;
import io.cellgate.bench.userplane.UserPlaneProcess.Counters;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * {@code bench/run flows}: packets of which each is the first of its flow, against packets of the same flows once they are there. A
 * schedule of more flows than one window can send is flooded for less than once through, then for several times through, then
 * again.
 */
@Command(name = "bench/run flows", mixinStandardHelpOptions = true, description = "New flows a second, every packet a new flow.")
public final class FlowsMain implements Callable<Integer> {
    private static final Duration WINDOW = Duration.ofMillis(400);
    private static final Duration ESTABLISHING = Duration.ofSeconds(4);
    private static final int MOST_PASSES = 8;
    private static final int WARM_UP_FLOWS = 30;

    @Option(names = "--sessions", defaultValue = "10000", description = "Sessions (${DEFAULT-VALUE}).")
    private int sessions;

    @Option(names = "--flows", defaultValue = "160", description = "Flows of each (${DEFAULT-VALUE}).")
    private int flows;

    @Option(names = "--io", defaultValue = "xdp", description = "Packet I/O (${DEFAULT-VALUE}).")
    private String io = "";

    public static void main(String[] arguments) {
        System.exit(new CommandLine(new FlowsMain()).execute(arguments));
    }

    @Override
    public Integer call() {
        Lab.removeLeftovers();
        try (Lab lab = new Lab()) {
            Runtime.getRuntime().addShutdownHook(new Thread(lab::close));
            UserPlaneProcess process = new UserPlaneProcess(lab, "flows", io, 0, sessions);
            process.install(0, sessions);
            // what the compiler has to learn, on flows of their own that then go with their
            // sessions
            process.site().atCarrier
                    .schedule(process.uplink(new FrameSchedule.Traffic(WARM_UP_FLOWS, 0, 5)));
            establish(process);
            process.remove(0, sessions);
            process.install(0, sessions);
            process.site().atCarrier
                    .schedule(process.uplink(new FrameSchedule.Traffic(flows, 0, 7)));
            Counters before = process.counters();
            Rate fresh = Direction.UPLINK.flood(process.site(), WINDOW, process.threads());
            Counters after = process.counters();
            establish(process);
            long begun = process.counters().flowsStarted();
            Rate established = Direction.UPLINK.flood(process.site(), WINDOW, process.threads());
            long late = process.counters().flowsStarted() - begun;
            report(before, after, fresh, established, late).publish();
        }
        return 0;
    }

    /** Sends until no more flows begin. */
    private static void establish(UserPlaneProcess process) {
        long before = -1;
        long now = process.counters().flowsStarted();
        for (int i = 0; i < MOST_PASSES && now != before; i++) {
            before = now;
            double _ = Direction.UPLINK.flood(process.site(), ESTABLISHING);
            now = process.counters().flowsStarted();
        }
    }

    private Report report(Counters before, Counters after, Rate fresh, Rate established,
            long late) {
        Report report = new Report("flows", "packets", "a second, in thousands",
                "ns of CPU each");
        row(report, "of new flows", fresh);
        row(report, "of flows that are there", established);
        long packets = after.packetsUp() - before.packetsUp();
        long begun = after.flowsStarted() - before.flowsStarted();
        report.note("User plane on " + io + ", " + sessions + " sessions, up to " + flows
                + " flows each. Of " + packets + " packets in the first measurement " + begun
                + " began a flow, in the second " + late
                + ". Records of flows that the log's reader did not get: "
                + (after.recordsLost() - before.recordsLost()) + ".");
        report.figure("new_vs_established",
                fresh.packetsPerSecond() / established.packetsPerSecond());
        report.figure("new_vs_established_cpu",
                established.nanosPerPacket() / fresh.nanosPerPacket());
        return report;
    }

    private static void row(Report report, String name, Rate rate) {
        report.row(name, String.format(Locale.ROOT, "%.0f", rate.packetsPerSecond() / 1000),
                String.format(Locale.ROOT, "%.0f", rate.nanosPerPacket()));
    }
}
