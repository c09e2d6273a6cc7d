package io.cellgate.bench.micro;

import io.cellgate.bench.lab.Report;
import io.cellgate.dataplane.worker.WorkerBenchmark;
import java.util.Locale;
import java.util.Objects;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;

/** {@code bench/run micro}: the data path by JMH, with the octets that it allocates. */
public final class MicroMain {
    private MicroMain() {}

    public static void main(String[] arguments) throws RunnerException {
        Report report = new Report("micro", "a worker's packet", "sessions", "ns",
                "octets allocated");
        double most = 0;
        for (RunResult result : new Runner(
                new OptionsBuilder().include(WorkerBenchmark.class.getName() + ".*")
                        .addProfiler(GCProfiler.class).build())
                .run()) {
            double octets = Objects.requireNonNull(
                    result.getSecondaryResults().get("gc.alloc.rate.norm"),
                    "the gc profiler gave no figure").getScore();
            most = Math.max(most, octets);
            report.row(result.getParams().getParam("direction"),
                    result.getParams().getParam("sessions"),
                    String.format(Locale.ROOT, "%.0f", result.getPrimaryResult().getScore()),
                    String.format(Locale.ROOT, "%.4f", octets));
        }
        report.note(
                "Four established flows of each session, of a million one, in random order, the size mix, no kernel: from the datagram"
                        + " to what is sent.");
        report.figure("bytes_per_packet", most);
        report.publish();
    }
}
