package io.cellgate.bench.latency;

import io.cellgate.bench.carrier.BulkAttach.Attached;
import io.cellgate.bench.lab.JavaProgram;
import io.cellgate.bench.lab.Lab;
import io.cellgate.bench.lab.Report;
import io.cellgate.bench.load.Direction;
import io.cellgate.bench.load.FrameSchedule;
import io.cellgate.bench.load.Site;
import io.cellgate.bench.throughput.Cellgate;
import io.cellgate.bench.throughput.Contender;
import io.cellgate.bench.throughput.Contenders;
import io.cellgate.bench.userplane.LoadSessions;
import io.cellgate.bench.userplane.UserPlaneProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * {@code bench/run kill}: SIMs whose packets flow lose their sessions, one after the other; how long after that was asked for the last
 * packet of each came out of the gateway. First inside the process, from the user plane's taking the command; then by
 * suspending SIMs of a whole gateway through the API, so that it holds the API, the commit to the store and signalling.
 */
@Command(name = "bench/run kill", mixinStandardHelpOptions = true, description = "From a suspension to the last packet forwarded.")
public final class KillMain implements Callable<Integer> {
    private static final int GROUP = 16;
    private static final Duration WARM_UP = Duration.ofSeconds(4);
    private static final int WARM_UPS = 5;
    private static final Duration SETTLING = Duration.ofSeconds(1);

    /** When each end was asked for, when it was answered or 0, and when the last packet came; by System.nanoTime. */
    private record Ends(List<long[]> askedAndAnswered, List<Long> lasts) {
        /** Milliseconds from the first to the second. */
        List<Double> lastAfterAsked() {
            List<Double> all = new ArrayList<>();
            for (int i = 0; i < lasts.size(); i++) {
                all.add(Math.max(0, lasts.get(i) - askedAndAnswered.get(i)[0]) / 1e6);
            }
            return all;
        }

        List<Double> answeredAfterAsked() {
            return askedAndAnswered.stream().map(times -> (times[1] - times[0]) / 1e6)
                    .toList();
        }

        long lastAfterAnswered() {
            return IntStream.range(0, lasts.size())
                    .filter(i -> lasts.get(i) > askedAndAnswered.get(i)[1]).count();
        }
    }

    @Option(names = "--sims", defaultValue = "200", description = "SIMs to suspend (${DEFAULT-VALUE}).")
    private int sims;

    @Option(names = "--rate", defaultValue = "100000", description = "Packets a second of all of them (${DEFAULT-VALUE}).")
    private long rate;

    @Option(names = "--io", defaultValue = "xdp", description = "Packet I/O (${DEFAULT-VALUE}).")
    private String io = "";

    public static void main(String[] arguments) {
        System.exit(new CommandLine(new KillMain()).execute(arguments));
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        Lab.removeLeftovers();
        try (Lab lab = new Lab()) {
            Runtime.getRuntime().addShutdownHook(new Thread(lab::close));
            Ends inside = inside(lab);
            Ends throughApi = throughApi(lab);
            report(inside, throughApi).publish();
        }
        return 0;
    }

    private Ends inside(Lab lab) {
        UserPlaneProcess process = new UserPlaneProcess(lab, "inside", io,
                UserPlaneProcess.KERNEL_FLOWS, sims);
        process.site().takeRedirected();
        process.install(0, sims);
        begin(process);
        for (int i = 0; i < WARM_UPS; i++) { // what the compiler has to learn
            List<Long> _ = process.kill(0, sims);
            process.install(0, sims);
            Lab.pause(SETTLING);
        }
        List<Long> accepted = process.kill(0, sims);
        List<Long> lasts = end(process.site(), LoadSessions.attached(sims));
        process.stop();
        return new Ends(accepted.stream().map(time -> new long[]{time, 0}).toList(), lasts);
    }

    private Ends throughApi(Lab lab) throws IOException, InterruptedException {
        Contenders contenders = new Contenders(lab, sims);
        Cellgate gateway = contenders.ours(io);
        begin(gateway);
        List<long[]> times = suspend(lab, gateway.site(), contenders.customerToken());
        return new Ends(times, end(gateway.site(), gateway.devices()));
    }

    private void begin(Contender contender) {
        Site site = contender.site();
        site.atInternet.watch();
        site.atCarrier.schedule(contender.uplink(new FrameSchedule.Traffic(1, 64, 7)));
        double _ = Direction.UPLINK.flood(site, WARM_UP);
        site.atCarrier.beginSend(Long.MAX_VALUE / 2_000_000_000L, rate, GROUP);
        Lab.pause(SETTLING);
    }

    private static List<Long> end(Site site, List<Attached> devices) {
        Lab.pause(Duration.ofMillis(200));
        site.atCarrier.stop();
        long _ = site.atCarrier.sent();
        return site.atInternet.lastNanos(devices.stream().map(Attached::address).toList());
    }

    private List<long[]> suspend(Lab lab, Site site, String token)
            throws IOException, InterruptedException {
        Path iccids = lab.folder().resolve("iccids");
        Files.write(iccids,
                IntStream.range(0, sims).mapToObj(Contenders::iccid).toList());
        Process process = lab.startDialogue(
                JavaProgram.of(SuspendMain.class, token, iccids.toString()).behind("ip", "netns",
                        "exec", site.gateway.name()),
                lab.folder().resolve("suspend.log"));
        List<long[]> times = new ArrayList<>();
        try (var lines = process.inputReader()) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                String[] words = line.split(" ", -1);
                times.add(new long[]{Long.parseLong(words[0]), Long.parseLong(words[1])});
            }
        }
        if (process.waitFor() != 0 || times.size() != sims) {
            throw new UncheckedIOException(new IOException("suspended " + times.size() + " of "
                    + sims + ": " + Files.readString(lab.folder().resolve("suspend.log"))));
        }
        return times;
    }

    private Report report(Ends inside, Ends throughApi) {
        Report report = new Report("kill", "milliseconds", "p50", "p99", "most");
        row(report, "from the command to the last packet, inside the process",
                inside.lastAfterAsked());
        row(report, "from the API's request to the last packet", throughApi.lastAfterAsked());
        row(report, "from the API's request to its answer", throughApi.answeredAfterAsked());
        report.note(sims + " SIMs at " + rate + " packets a second together, so one each "
                + String.format(Locale.ROOT, "%.1f", sims * 1000.0 / rate)
                + " ms of each; SIMs whose last packet came after the answer: "
                + throughApi.lastAfterAnswered());
        report.figure("p99_ms", Report.quantile(inside.lastAfterAsked(), 0.99));
        report.figure("api_p99_ms", Report.quantile(throughApi.lastAfterAsked(), 0.99));
        report.figure("answered_p99_ms", Report.quantile(throughApi.answeredAfterAsked(), 0.99));
        report.figure("after_answer", throughApi.lastAfterAnswered());
        return report;
    }

    private static void row(Report report, String name, List<Double> values) {
        report.row(name, text(Report.quantile(values, 0.5)), text(Report.quantile(values, 0.99)),
                text(Report.quantile(values, 1)));
    }

    private static String text(double value) {
        return String.format(Locale.ROOT, "%.2f", value);
    }
}
