package io.cellgate.bench.latency;

import io.cellgate.bench.lab.Lab;
import io.cellgate.bench.lab.Report;
import io.cellgate.bench.load.Direction;
import io.cellgate.bench.load.FrameSchedule;
import io.cellgate.bench.load.GeneratorProcess;
import io.cellgate.bench.load.Site;
import io.cellgate.bench.throughput.Contender;
import io.cellgate.bench.throughput.Contenders;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * {@code bench/run latency}: the time from the generator's making of a packet to its arrival at the internet's end, of every
 * packet, at shares of what the contender can forward. The last line is of the last contender.
 */
@Command(name = "bench/run latency", mixinStandardHelpOptions = true, description = "One-way latency at 10, 50 and 80 % of each contender's limit.")
public final class LatencyMain implements Callable<Integer> {
    private static final List<Integer> LOADS = List.of(10, 50, 80);
    private static final int GROUP = 32;

    @Option(names = "--sessions", defaultValue = "1000", description = "Sessions, of four flows each (${DEFAULT-VALUE}).")
    private int sessions;

    @Option(names = "--seconds", defaultValue = "2", description = "How long each load lasts (${DEFAULT-VALUE}).")
    private int seconds;

    @Option(names = "--warm-up", defaultValue = "3", description = "For how many seconds before that it is sent without being measured (${DEFAULT-VALUE}).")
    private int warmUp;

    @Option(names = "--contenders", split = ",", defaultValue = "kernel,tun,xdp", description = "Which (${DEFAULT-VALUE}).")
    private List<String> names = List.of();

    public static void main(String[] arguments) {
        System.exit(new CommandLine(new LatencyMain()).execute(arguments));
    }

    @Override
    public Integer call() {
        Lab.removeLeftovers();
        try (Lab lab = new Lab()) {
            Runtime.getRuntime().addShutdownHook(new Thread(lab::close));
            Report report = new Report("latency", "microseconds, one way", "load", "packets/s",
                    "p50", "p99", "p99.9");
            Contenders contenders = new Contenders(lab, sessions);
            for (String name : names) {
                Contender contender = contenders.make(name);
                measure(contender, report, name.equals(names.getLast()));
            }
            report.note(
                    "From the generator's making of a packet to its arrival behind the gateway, of every packet; sent in"
                            + " groups of " + GROUP + ", or of what is due where that is more"
                            + ", after " + warmUp
                            + " s of the same. The limit is what got through floods just before. Of our gateways only the workers are on"
                            + " the gateway's core, and with xdp what the kernel receives and forwards; their other threads are beside the generator.");
            report.publish();
        }
        return 0;
    }

    private void measure(Contender contender, Report report, boolean last) {
        Site site = contender.site();
        site.atInternet.watch();
        site.atCarrier.schedule(contender.uplink(FrameSchedule.Traffic.MIX));
        double limit = Direction.UPLINK.limit(site);
        for (int load : LOADS) {
            long rate = (long) (limit * load / 100);
            double _ = send(site, rate, warmUp); // what the compiler has to learn of this load
            site.atInternet.reset();
            double reached = send(site, rate, seconds);
            List<Long> ages = site.atInternet.agesNanos(0.5, 0.99, 0.999);
            report.row(contender.name(), load + " %", String.format(Locale.ROOT, "%.0f", reached),
                    micros(ages.get(0)),
                    micros(ages.get(1)), micros(ages.get(2)));
            if (last && load == 50) {
                report.figure("p50_us", ages.get(0) / 1000.0);
                report.figure("p99_us", ages.get(1) / 1000.0);
            }
        }
    }

    /** Returns how many packets a second it came to. */
    private static double send(Site site, long rate, int seconds) {
        Lab.pause(Duration.ofMillis(300));
        long begun = System.nanoTime();
        site.atCarrier.beginSend(rate * seconds, rate, GROUP);
        double reached = site.atCarrier.sent() * 1e9 / (System.nanoTime() - begun);
        Lab.pause(Duration.ofMillis(100));
        return reached;
    }

    private static String micros(long nanos) {
        String over = nanos >= GeneratorProcess.LONGEST_AGE_NANOS ? "over " : "";
        return over + String.format(Locale.ROOT, "%.0f", nanos / 1000.0);
    }
}
