package io.cellgate.bench.userplane;

import io.cellgate.bench.lab.Lab;
import io.cellgate.bench.lab.Report;
import io.cellgate.bench.load.Direction;
import io.cellgate.bench.load.Direction.Rate;
import io.cellgate.bench.load.FrameSchedule;
import io.cellgate.bench.userplane.UserPlaneProcess.Counters;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
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
    private static final int WARM_UP = 2;
    private static final int ROUNDS = 5;

    @Option(names = "--sessions", defaultValue = "10000", description = "Sessions (${DEFAULT-VALUE}).")
    private int sessions;

    @Option(names = "--flows", defaultValue = "200", description = "Flows of each (${DEFAULT-VALUE}).")
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
            process.site().atCarrier
                    .schedule(process.uplink(new FrameSchedule.Traffic(flows, 0, 7)));
            List<Round> rounds = new ArrayList<>();
            for (int i = 0; i < WARM_UP + ROUNDS; i++) {
                Round round = round(process);
                if (i >= WARM_UP) {
                    rounds.add(round);
                }
            }
            report(rounds).publish();
        }
        return 0;
    }

    /** Sends until all flows have begun. */
    private void establish(UserPlaneProcess process) {
        for (int i = 0; i < MOST_PASSES
                && process.counters().flows() < (long) sessions * flows; i++) {
            double _ = Direction.UPLINK.flood(process.site(), ESTABLISHING);
        }
    }

    /**
     * What came of one time with new flows and one with those that are there.
     *
     * @param packets that were forwarded where all were to begin flows, and how many did
     * @param late    flows that began where none should
     */
    private record Round(Rate fresh, Rate established, long packets, long begun, long late,
            long recordsLost) {
        double ratio() {
            return fresh.packetsPerSecond() / established.packetsPerSecond();
        }
    }

    private Round round(UserPlaneProcess process) {
        process.install(0, sessions);
        Counters before = process.counters();
        Rate fresh = Direction.UPLINK.flood(process.site(), WINDOW, process.threads());
        Counters after = process.counters();
        establish(process);
        long begun = process.counters().flowsStarted();
        Rate established = Direction.UPLINK.flood(process.site(), WINDOW, process.threads());
        long late = process.counters().flowsStarted() - begun;
        process.remove(0, sessions);
        return new Round(fresh, established, after.packetsUp() - before.packetsUp(),
                after.flowsStarted() - before.flowsStarted(), late,
                after.recordsLost() - before.recordsLost());
    }

    private Report report(List<Round> rounds) {
        Report report = new Report("flows", "packets", "a second, in thousands",
                "ns of CPU each");
        Round median = rounds.stream().sorted(Comparator.comparingDouble(Round::ratio)).toList()
                .get(rounds.size() / 2);
        row(report, "of new flows", median.fresh);
        row(report, "of flows that are there", median.established);
        report.note("User plane on " + io + ", " + sessions + " sessions, up to " + flows
                + " flows each; the median of " + rounds.size() + " rounds after " + WARM_UP
                + " that the compiler learns from: "
                + rounds.stream().map(r -> String.format(Locale.ROOT, "%.2f", r.ratio()))
                        .collect(Collectors.joining(", "))
                + ". Of " + median.packets + " packets in the first measurement " + median.begun
                + " began a flow, in the second " + median.late
                + ". Records of flows that the log's reader did not get: " + median.recordsLost
                + ".");
        report.figure("new_vs_established", median.ratio());
        report.figure("new_vs_established_cpu",
                median.established.nanosPerPacket() / median.fresh.nanosPerPacket());
        return report;
    }

    private static void row(Report report, String name, Rate rate) {
        report.row(name, String.format(Locale.ROOT, "%.0f", rate.packetsPerSecond() / 1000),
                String.format(Locale.ROOT, "%.0f", rate.nanosPerPacket()));
    }
}
