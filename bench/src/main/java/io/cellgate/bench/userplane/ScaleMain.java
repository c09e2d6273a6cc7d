package io.cellgate.bench.userplane;

import io.cellgate.bench.carrier.BulkAttach.Attached;
import io.cellgate.bench.lab.Lab;
import io.cellgate.bench.lab.Report;
import io.cellgate.bench.load.Direction;
import io.cellgate.bench.load.Direction.Rate;
import io.cellgate.bench.load.FrameSchedule;
import io.cellgate.bench.load.Site;
import io.cellgate.bench.userplane.UserPlaneProcess.Memory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code bench/run scale}: how throughput and memory move with the number of sessions, with one flow each. */
@Command(name = "bench/run scale", mixinStandardHelpOptions = true, description = "Throughput and memory with 1 to 1 000 000 sessions and as many flows.")
public final class ScaleMain implements Callable<Integer> {
    private static final int BASE = 10_000;
    private static final FrameSchedule.Traffic TRAFFIC = new FrameSchedule.Traffic(1, 0, 7);
    private static final Duration WARM_UP = Duration.ofSeconds(4);
    private static final int MOST_WARM_UPS = 15;

    @Option(names = "--sessions", split = ",", defaultValue = "1,1000,10000,100000,1000000", description = "How many (${DEFAULT-VALUE}).")
    private List<Integer> sessions = List.of();

    @Option(names = "--rounds", defaultValue = "7", description = "How often each is measured; the median counts (${DEFAULT-VALUE}).")
    private int rounds;

    @Option(names = "--millis", defaultValue = "1500", description = "How long each is measured (${DEFAULT-VALUE}).")
    private int millis;

    @Option(names = "--io", defaultValue = "xdp", description = "Packet I/O (${DEFAULT-VALUE}).")
    private String io = "";

    /** One number of sessions: its process, what it measured. */
    private record Size(UserPlaneProcess process, double sessionOctets, double sessionHeapOctets,
            double flowOctets, List<Rate> rates) {
        double packetsPerSecond() {
            return median().packetsPerSecond();
        }

        Rate median() {
            return rates.stream().sorted(Comparator.comparingDouble(Rate::packetsPerSecond))
                    .toList().get(rates.size() / 2);
        }
    }

    public static void main(String[] arguments) {
        System.exit(new CommandLine(new ScaleMain()).execute(arguments));
    }

    @Override
    public Integer call() {
        Lab.removeLeftovers();
        try (Lab lab = new Lab()) {
            Runtime.getRuntime().addShutdownHook(new Thread(lab::close));
            Map<Integer, Size> sizes = new LinkedHashMap<>();
            for (int count : sessions) {
                System.err.println("setting up " + count + " sessions");
                sizes.put(count, prepare(lab, count));
            }
            sizes.values().forEach(size -> repeatToMost(size.process));
            for (int round = 0; round < rounds; round++) {
                for (Size size : sizes.values()) {
                    size.rates.add(Direction.UPLINK.flood(size.process.site(),
                            Duration.ofMillis(millis), size.process.threads()));
                }
            }
            report(sizes).publish();
        }
        return 0;
    }

    private Size prepare(Lab lab, int count) {
        UserPlaneProcess process = new UserPlaneProcess(lab, io + count, io, 0, count);
        Memory empty = process.memory();
        process.install(0, count);
        Memory installed = process.memory();
        // some of the flows first: rings, and what the compiler takes, are no part of flows; a
        // power of two of them, which
        // fills the pages of their tables
        int some = Integer.highestOneBit(Math.max(1, count / 3));
        long first = establish(process, some);
        Memory ready = process.memory();
        long flows = establish(process, count);
        if (flows < count) {
            throw new IllegalStateException("after " + MOST_WARM_UPS + " floods of "
                    + WARM_UP.toSeconds() + " s " + flows + " of " + count
                    + " sessions have a flow");
        }
        Memory flowing = process.memory();
        return new Size(process,
                (double) (installed.nativeOctets() - empty.nativeOctets()) / count,
                (double) (installed.heap() - empty.heap()) / count,
                (double) (flowing.nativeOctets() - ready.nativeOctets())
                        / Math.max(1, flows - first),
                new ArrayList<>());
    }

    /** Sends until each of the first so many sessions has its flow: what begins one costs more, and is not what is measured. */
    private static long establish(UserPlaneProcess process, int sessions) {
        process.site().atCarrier.schedule(FrameSchedule.uplink(process.site().access(),
                process.devices().subList(0, sessions), Site.server(), TRAFFIC));
        long flows = 0;
        for (int i = 0; i < MOST_WARM_UPS && flows < sessions; i++) {
            double _ = Direction.UPLINK.flood(process.site(), WARM_UP);
            flows = process.counters().flows();
        }
        return flows;
    }

    /**
     * Has the generator go through as many frames for few sessions as for the most: it reads them from the memory that it shares with the
     * gateway's core, and is to take as much of the cache in each row.
     */
    private void repeatToMost(UserPlaneProcess process) {
        int most = sessions.stream().mapToInt(Integer::intValue).max().orElseThrow();
        List<Attached> all = new ArrayList<>(most);
        for (int i = 0; i < most; i++) {
            all.add(process.devices().get(i % process.devices().size()));
        }
        process.site().atCarrier.schedule(FrameSchedule.uplink(process.site().access(), all,
                Site.server(), TRAFFIC));
    }

    private Report report(Map<Integer, Size> sizes) {
        Report report = new Report("scale", "sessions, and flows", "kpps uplink",
                "ns of CPU a packet", "native octets a session", "heap octets a session",
                "native octets a flow");
        sizes.forEach((count, size) -> report.row(Integer.toString(count),
                text(size.packetsPerSecond() / 1000),
                text(size.median().nanosPerPacket()),
                text(size.sessionOctets), text(size.sessionHeapOctets), text(size.flowOctets)));
        report.note("The user plane alone, on " + io + ", one flow of each session, median of "
                + rounds
                + " interleaved rounds. Octets are what the process grew by; native memory comes in pages of 2 MB,"
                + " so with few sessions they tell of the page; those of a flow are of the last two thirds. The heap's are all that a session keeps alive, also what"
                + " in a whole gateway signalling has, too (subscriber, request).");
        if (sizes.containsKey(BASE) && sizes.containsKey(1_000_000)) {
            Size base = Objects.requireNonNull(sizes.get(BASE));
            Size most = Objects.requireNonNull(sizes.get(1_000_000));
            report.figure("ratio_1m_vs_10k", most.packetsPerSecond() / base.packetsPerSecond());
            report.figure("bytes_per_session", most.sessionOctets);
            report.figure("bytes_per_flow", most.flowOctets);
            report.figure("heap_bytes_per_session", most.sessionHeapOctets);
        }
        return report;
    }

    private static String text(double value) {
        return String.format(Locale.ROOT, "%.0f", value);
    }
}
