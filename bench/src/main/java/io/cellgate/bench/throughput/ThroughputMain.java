package io.cellgate.bench.throughput;

import io.cellgate.bench.lab.Lab;
import io.cellgate.bench.lab.Report;
import io.cellgate.bench.load.Direction;
import io.cellgate.bench.load.Direction.Rate;
import io.cellgate.bench.load.FrameSchedule;
import io.cellgate.bench.load.Site;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.function.ToDoubleFunction;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code bench/run throughput}: how many packets get through each contender, in interleaved rounds. */
@Command(name = "bench/run throughput", mixinStandardHelpOptions = true, description = "Packets a second through our gateway on each backend, kernel forwarding and osmo-ggsn.")
public final class ThroughputMain implements Callable<Integer> {
    private static final String ONE_WORKER = "xdpworker";
    private static final String TWO_WORKERS = "xdpworker2";

    @Option(names = "--sessions", defaultValue = "10000", description = "Sessions, of four flows each (${DEFAULT-VALUE}).")
    private int sessions;

    @Option(names = "--rounds", defaultValue = "3", description = "How often each is measured; the median counts (${DEFAULT-VALUE}).")
    private int rounds;

    @Option(names = "--millis", defaultValue = "1500", description = "How long each is measured (${DEFAULT-VALUE}).")
    private int millis;

    @Option(names = "--contenders", split = ",", defaultValue = "kernel,osmo,tun,xdp,xdpworker,xdpworker2", description = "Which (${DEFAULT-VALUE}).")
    private List<String> contenders = List.of();

    public static void main(String[] arguments) {
        System.exit(new CommandLine(new ThroughputMain()).execute(arguments));
    }

    @Override
    public Integer call() {
        Lab.removeLeftovers();
        try (Lab lab = new Lab()) {
            Runtime.getRuntime().addShutdownHook(new Thread(lab::close));
            measure(lab);
        }
        return 0;
    }

    private void measure(Lab lab) {
        Map<String, Contender> all = new LinkedHashMap<>();
        Contenders made = new Contenders(lab, sessions);
        contenders.forEach(name -> all.put(name, made.make(name)));
        Map<String, Map<Direction, List<Rate>>> rates = new LinkedHashMap<>();
        all.values().forEach(contender -> contender.run(false));
        for (Map.Entry<String, Contender> entry : all.entrySet()) {
            Contender contender = entry.getValue();
            contender.run(true);
            Site site = contender.site();
            site.atCarrier.schedule(contender.uplink(FrameSchedule.Traffic.MIX));
            site.atInternet.schedule(contender.downlink(FrameSchedule.Traffic.MIX));
            Map<Direction, List<Rate>> each = new EnumMap<>(Direction.class);
            for (Direction direction : Direction.values()) {
                each.put(direction, new ArrayList<>());
                double rate = direction.limit(site);
                System.err.printf(Locale.ROOT, "warming up %s %s: %.0f/s%n", contender.name(),
                        direction.key(), rate);
            }
            contender.run(false);
            rates.put(entry.getKey(), each);
        }
        for (int round = 0; round < rounds; round++) {
            for (Map.Entry<String, Contender> entry : all.entrySet()) {
                entry.getValue().run(true);
                for (Direction direction : Direction.values()) {
                    Rate rate = direction.flood(entry.getValue().site(),
                            Duration.ofMillis(millis), entry.getValue().threads());
                    found(found(rates, entry.getKey()), direction).add(rate);
                    System.err.printf(Locale.ROOT, "round %d %s %s: %.0f/s, %.0f ns each%n",
                            round + 1, entry.getKey(), direction.key(), rate.packetsPerSecond(),
                            rate.nanosPerPacket());
                }
                entry.getValue().run(false);
            }
        }
        all.values().forEach(contender -> contender.run(true)); // so that they can be ended
        report(all, rates).publish();
    }

    private static double median(List<Rate> rates, ToDoubleFunction<Rate> figure) {
        return rates.stream().mapToDouble(figure).sorted().toArray()[rates.size() / 2];
    }

    private Report report(Map<String, Contender> all,
            Map<String, Map<Direction, List<Rate>>> rates) {
        Report report = new Report("throughput", "packets a second, in thousands", "uplink",
                "downlink", "both", "ns of CPU a packet: uplink", "ns: downlink", "ns: both");
        all.forEach((key, contender) -> report.row(contender.name(),
                thousands(found(rates, key), Direction.UPLINK),
                thousands(found(rates, key), Direction.DOWNLINK),
                thousands(found(rates, key), Direction.BOTH),
                nanos(found(rates, key), Direction.UPLINK),
                nanos(found(rates, key), Direction.DOWNLINK),
                nanos(found(rates, key), Direction.BOTH)));
        report.note(
                "%d sessions with 4 flows each; sizes 64/128/256/576/1400 at 50/25/15/5/5 %%; median of %d"
                        .formatted(sessions, rounds)
                        + " interleaved rounds. Workers and osmo-ggsn run on the gateway's core, the generator on the other one; what the kernel"
                        + " does to receive and forward is on the gateway's core in the rows of the kernel and of xdp, in the others receiving is on the generator's. osmo-ggsn takes 1024 sessions at the most and has "
                        + Math.min(sessions, OsmoGgsn.MOST_SESSIONS) + ".");
        for (String ours : all.keySet()) {
            if (!Contenders.isOurs(ours) || ours.equals(TWO_WORKERS)) {
                continue;
            }
            String prefix = ours.equals("xdp") ? "" : ours + "_";
            for (Direction direction : List.of(Direction.UPLINK, Direction.DOWNLINK)) {
                ratio(report, rates, prefix + direction.key() + "_vs_kernel", ours,
                        Contenders.KERNEL,
                        direction);
                ratio(report, rates, prefix + direction.key() + "_vs_osmo_ggsn", ours,
                        Contenders.OSMO,
                        direction);
            }
        }
        if (rates.containsKey(ONE_WORKER) && rates.containsKey(TWO_WORKERS)) {
            report.figure("two_workers_vs_one", 2
                    * median(found(found(rates, ONE_WORKER), Direction.UPLINK),
                            Rate::nanosPerPacket)
                    / median(found(found(rates, TWO_WORKERS), Direction.UPLINK),
                            Rate::nanosPerPacket));
            report.note(
                    "two_workers_vs_one is of what a nanosecond of the workers' processor time forwards uplink, twice"
                            + " that with two workers over that with one: on two cores, the generator takes one of them from two"
                            + " workers, so that packets a second would tell of the generator.");
        }
        return report;
    }

    private static <K, V> V found(Map<K, V> map, K key) {
        return Objects.requireNonNull(map.get(key));
    }

    private static String thousands(Map<Direction, List<Rate>> rates, Direction direction) {
        return String.format(Locale.ROOT, "%.0f",
                median(found(rates, direction), Rate::packetsPerSecond) / 1000);
    }

    private static String nanos(Map<Direction, List<Rate>> rates, Direction direction) {
        return String.format(Locale.ROOT, "%.0f",
                median(found(rates, direction), Rate::nanosPerPacket));
    }

    private static void ratio(Report report, Map<String, Map<Direction, List<Rate>>> rates,
            String key, String one, String other, Direction direction) {
        if (rates.containsKey(one) && rates.containsKey(other)) {
            report.figure(key,
                    median(found(found(rates, one), direction), Rate::packetsPerSecond) / median(
                            found(found(rates, other), direction), Rate::packetsPerSecond));
        }
    }
}
