package io.cellgate.bench.userplane;

import io.cellgate.bench.carrier.BulkAttach.Attached;
import io.cellgate.bench.lab.Lab;
import io.cellgate.bench.lab.Report;
import io.cellgate.bench.load.Direction;
import io.cellgate.bench.load.FrameSchedule;
import io.cellgate.bench.load.Site;
import io.cellgate.bench.userplane.UserPlaneProcess.Counters;
import io.cellgate.bench.userplane.UserPlaneProcess.Memory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * {@code bench/run soak [SECONDS]}: packets at a share of the limit for a long time, while sessions come and go, flows with them, and
 * policies are replaced. In each phase one half of the changing sessions carries traffic beside those that stay; the other half
 * is ended and begun again, twice a second some of them, and a policy is published each second. Every packet that is sent is of
 * a session that is there and is allowed, so none may be lost, and what the generator, the gateway and the far side counted must be
 * equal, packets and octets.
 */
@Command(name = "bench/run soak", mixinStandardHelpOptions = true, description = "Hours of load, churn and changes: nothing lost, counters equal, memory flat.")
public final class SoakMain implements Callable<Integer> {
    private static final int GROUP = 32;
    private static final int CHURNED_AT_ONCE = 200;
    private static final Duration PHASE = Duration.ofSeconds(20);
    private static final Duration STEP = Duration.ofMillis(500);
    private static final Duration TRIAL = Duration.ofSeconds(6);
    private static final int TRIALS_WITHOUT_LOSS = 5;
    private static final int MOST_TRIALS = 60;
    private static final double LESS = 0.8;

    @Parameters(arity = "0..1", defaultValue = "3600", description = "How many seconds (${DEFAULT-VALUE}).")
    private int seconds;

    @Option(names = "--sessions", defaultValue = "4000", description = "That stay, and as many that come and go (${DEFAULT-VALUE}).")
    private int sessions;

    @Option(names = "--load", defaultValue = "70", description = "Percent of the rate at which nothing is lost (${DEFAULT-VALUE}).")
    private int load;

    @Option(names = "--limit", defaultValue = "0", description = "That rate, in packets a second, where it is known: a machine's may differ from minute to minute; 0: it is found first (${DEFAULT-VALUE}).")
    private long knownLimit;

    @Option(names = "--io", defaultValue = "xdp", description = "Packet I/O (${DEFAULT-VALUE}).")
    private String io = "";

    @Option(names = "--kernel-flows", defaultValue = "131072", description = "With xdp, how many decided flows the kernel forwards by itself (${DEFAULT-VALUE}).")
    private int kernelFlows;

    private final List<Attached> devices = new ArrayList<>();
    private long sentPackets;
    private long sendingNanos;
    private long sentOctets;
    private long reached;
    private long arrived;
    private long arrivedOctets;
    /** How long each took, in milliseconds. */
    private final List<Double> publications = new ArrayList<>();

    public static void main(String[] arguments) {
        System.exit(new CommandLine(new SoakMain()).execute(arguments));
    }

    @Override
    public Integer call() {
        Lab.removeLeftovers();
        try (Lab lab = new Lab()) {
            Runtime.getRuntime().addShutdownHook(new Thread(lab::close));
            devices.addAll(LoadSessions.attached(2 * sessions));
            UserPlaneProcess process = new UserPlaneProcess(lab, "soak", io, kernelFlows,
                    2 * sessions);
            process.site().takeRedirected();
            process.install(0, 2 * sessions);
            process.site().atCarrier.schedule(schedule(process, 0));
            double limit = limit(process);
            long rate = (long) (limit * load / 100);
            System.err.printf(Locale.ROOT, "limit %.0f/s, so %d/s%n", limit, rate);
            forget();
            Counters before = process.counters();
            Memory first = process.memory();
            long end = System.nanoTime() + Duration.ofSeconds(seconds).toNanos();
            int phases = 0;
            while (System.nanoTime() - end < 0) {
                phase(process, phases++, rate, PHASE);
            }
            Memory last = process.memory();
            report(process, before, first, last, rate, phases).publish();
        }
        return 0;
    }

    /**
     * The highest rate found at which nothing is lost (RFC 2544 §26.1) while sessions and policies change as they will in what is
     * measured, with the compiler's work done and all but the workers beside the generator.
     */
    private double limit(UserPlaneProcess process) {
        long flood = knownLimit > 0
                ? knownLimit
                : (long) Direction.UPLINK.limit(process.site());
        phase(process, 0, flood, PHASE);
        process.leaveCoreToWorkers();
        forget();
        if (knownLimit > 0) {
            return knownLimit;
        }
        phase(process, 1, flood, PHASE);
        double rate = arrived * 1e9 / sendingNanos;
        int inARow = 0;
        for (int trial = 0; trial < MOST_TRIALS; trial++) {
            forget();
            phase(process, trial, (long) rate, TRIAL);
            inARow = sentPackets == arrived ? inARow + 1 : 0;
            if (inARow == TRIALS_WITHOUT_LOSS) {
                return rate;
            }
            rate = inARow == 0 ? rate * LESS : rate;
        }
        throw new IllegalStateException("packets are lost even at " + (long) rate + "/s");
    }

    private void forget() {
        sentPackets = 0;
        sentOctets = 0;
        sendingNanos = 0;
        reached = 0;
        arrived = 0;
        arrivedOctets = 0;
        publications.clear();
    }

    /** Of what stays and one half of the rest, four flows each. */
    private FrameSchedule schedule(UserPlaneProcess process, int phase) {
        int from = sessions + phase % 2 * (sessions / 2);
        List<Attached> all = new ArrayList<>(devices.subList(0, sessions));
        all.addAll(devices.subList(from, from + sessions / 2));
        return FrameSchedule.uplink(process.site().access(), all, Site.server(),
                new FrameSchedule.Traffic(4, 0, 7L + phase));
    }

    private void phase(UserPlaneProcess process, int phase, long rate, Duration time) {
        Site site = process.site();
        FrameSchedule schedule = schedule(process, phase);
        site.atCarrier.schedule(schedule);
        Site.Count at = site.gatewayCount();
        List<Long> far = site.atInternet.swallowed();
        long begun = System.nanoTime();
        site.atCarrier.beginSend(Long.MAX_VALUE / 2_000_000_000L, rate, GROUP);
        int resting = sessions + (phase + 1) % 2 * (sessions / 2);
        long end = System.nanoTime() + time.toNanos();
        for (int step = 0; System.nanoTime() - end < 0; step++) {
            int from = resting + step * CHURNED_AT_ONCE % (sessions / 2);
            int count = Math.min(CHURNED_AT_ONCE, resting + sessions / 2 - from);
            process.remove(from, count);
            process.install(from, count);
            if (step % 2 == 0) {
                long asked = System.nanoTime();
                process.publish();
                publications.add((System.nanoTime() - asked) / 1e6);
            }
            Lab.pause(STEP);
        }
        site.atCarrier.stop();
        long sent = site.atCarrier.sent();
        sendingNanos += System.nanoTime() - begun;
        Lab.pause(STEP);
        long entered = site.gatewayCount().packets() - at.packets();
        List<Long> farNow = site.atInternet.swallowed();
        long came = farNow.get(0) - far.get(0);
        sentPackets += sent;
        sentOctets += schedule.packetOctets(sent);
        reached += entered;
        arrived += came;
        arrivedOctets += farNow.get(1) - far.get(1);
        Memory memory = process.memory();
        System.err.printf(Locale.ROOT,
                "phase %d: sent %d, at the gateway %d, arrived %d; heap %.1f MB, native %.1f MB%n",
                phase + 1, sent, entered, came, memory.heap() / 1e6,
                memory.nativeOctets() / 1e6);
    }

    private Report report(UserPlaneProcess process, Counters before, Memory first, Memory last,
            long rate, int phases) {
        Counters after = process.counters();
        long forwarded = after.packetsUp() - before.packetsUp();
        long forwardedOctets = after.octetsUp() - before.octetsUp();
        long plainOctets = arrivedOctets - arrived * FrameSchedule.CORE_HEADER_OCTETS;
        Report report = new Report("soak", "counted by", "packets", "octets of IP");
        report.row("generator", Long.toString(sentPackets), Long.toString(sentOctets));
        report.row("gateway's interface", Long.toString(reached), "");
        report.row("gateway", Long.toString(forwarded), Long.toString(forwardedOctets));
        report.row("far side", Long.toString(arrived), Long.toString(plainOctets));
        long reachedRate = Math.round(sentPackets * 1e9 / sendingNanos);
        report.note(seconds + " s at " + reachedRate + " packets a second (" + rate
                + " were to be sent, "
                + load + " % of the limit), " + phases + " phases; " + sessions
                + " sessions that stayed, as many that came and went; "
                + (after.flowsStarted() - before.flowsStarted()) + " flows began. "
                + publications.size() + " publications took "
                + String.format(Locale.ROOT, "%.0f ms at p50, %.0f at p99, %.0f at most.",
                        Report.quantile(publications, 0.5), Report.quantile(publications, 0.99),
                        Report.quantile(publications, 1)));
        report.figure("packets_per_s", reachedRate);
        report.figure("lost", sentPackets - arrived);
        report.figure("lost_before_gateway", sentPackets - reached);
        report.figure("octets_not_equal", sentOctets - plainOctets);
        report.figure("counters_not_equal",
                Math.abs(forwarded - arrived) + Math.abs(forwardedOctets - plainOctets));
        report.figure("heap_growth_mb", (last.heap() - first.heap()) / 1e6);
        report.figure("native_growth_mb", (last.nativeOctets() - first.nativeOctets()) / 1e6);
        return report;
    }
}
