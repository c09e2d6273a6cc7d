package io.cellgate.bench.latency;

import io.cellgate.bench.carrier.BulkAttach.Attached;
import io.cellgate.bench.lab.JavaProgram;
import io.cellgate.bench.lab.Lab;
import io.cellgate.bench.lab.Report;
import io.cellgate.bench.load.Direction;
import io.cellgate.bench.load.FrameSchedule;
import io.cellgate.bench.load.Site;
import io.cellgate.bench.throughput.Cellgate;
import io.cellgate.bench.throughput.Contenders;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * {@code bench/run kill}: SIMs whose packets flow are suspended through the API, one after the other; how long after the request
 * was sent the last packet of each came out of the gateway. So it holds the API, the commit to the store, and the worker.
 */
@Command(name = "bench/run kill", mixinStandardHelpOptions = true, description = "From a suspension to the last packet forwarded.")
public final class KillMain implements Callable<Integer> {
    private static final int GROUP = 16;
    private static final Duration WARM_UP = Duration.ofSeconds(4);

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
            Contenders contenders = new Contenders(lab, sims);
            Cellgate gateway = contenders.ours(io);
            Site site = gateway.site();
            site.atInternet.watch();
            site.atCarrier.schedule(gateway.uplink(new FrameSchedule.Traffic(1, 64, 7)));
            double _ = Direction.UPLINK.flood(site, WARM_UP);
            site.atCarrier.beginSend(Long.MAX_VALUE / 2_000_000_000L, rate, GROUP);
            Lab.pause(Duration.ofSeconds(1));
            List<long[]> times = suspend(lab, site, contenders.customerToken());
            Lab.pause(Duration.ofMillis(200));
            site.atCarrier.stop();
            long _ = site.atCarrier.sent();
            List<Long> lasts = site.atInternet
                    .lastNanos(gateway.devices().stream().map(Attached::address).toList());
            report(times, lasts).publish();
        }
        return 0;
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

    private Report report(List<long[]> times, List<Long> lasts) {
        List<Double> last = new ArrayList<>();
        List<Double> answered = new ArrayList<>();
        int late = 0;
        for (int i = 0; i < sims; i++) {
            long[] time = times.get(i);
            last.add(Math.max(0, lasts.get(i) - time[0]) / 1e6);
            answered.add((time[1] - time[0]) / 1e6);
            late += lasts.get(i) > time[1] ? 1 : 0;
        }
        Collections.sort(last);
        Collections.sort(answered);
        Report report = new Report("kill", "milliseconds after the request", "p50", "p99", "most");
        report.row("last packet forwarded", quantile(last, 0.5), quantile(last, 0.99),
                quantile(last, 1));
        report.row("answered by the API", quantile(answered, 0.5), quantile(answered, 0.99),
                quantile(answered, 1));
        report.note(sims + " SIMs at " + rate + " packets a second together, so one each "
                + String.format(Locale.ROOT, "%.1f", sims * 1000.0 / rate)
                + " ms of each; SIMs whose last packet came after the answer: " + late);
        report.figure("p99_ms", Double.parseDouble(quantile(last, 0.99)));
        report.figure("answered_p99_ms", Double.parseDouble(quantile(answered, 0.99)));
        report.figure("after_answer", late);
        return report;
    }

    private static String quantile(List<Double> sorted, double share) {
        int at = (int) Math.ceil(sorted.size() * share) - 1;
        return String.format(Locale.ROOT, "%.2f", sorted.get(Math.max(0, at)));
    }
}
