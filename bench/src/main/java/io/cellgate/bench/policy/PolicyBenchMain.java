package io.cellgate.bench.policy;

import io.cellgate.bench.publish.PublishBench;
import io.cellgate.policy.CompiledPolicy;
import io.cellgate.policy.ListCatalog;
import io.cellgate.policy.NamedList;
import io.cellgate.policy.PolicyDocument;
import java.io.IOException;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.TreeMap;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;

/** Runs the policy benchmarks, prints a table and, as the last line, the figures as {@code key=value}. */
public final class PolicyBenchMain {
    private static final int RULES = 10_000;
    private static final int NAMES = 1_000_000;
    private static final int PREFIXES = 100_000;
    private static final int COMPILATIONS = 5;

    private PolicyBenchMain() {}

    /** With {@code publish [SESSIONS]} as its arguments it measures just the effect of a change on a gateway's traffic. */
    public static void main(String[] arguments) throws RunnerException, IOException {
        List<String> words = List.of(arguments);
        String published = PublishBench.run(words.size() > 1
                ? Integer.parseInt(words.get(1))
                : PublishBench.SESSIONS).text();
        if (words.contains("publish")) {
            System.out.println(published);
            return;
        }
        Collection<RunResult> results = new Runner(new OptionsBuilder()
                .include(DecisionBenchmark.class.getName() + ".*").addProfiler(GCProfiler.class)
                .build()).run();
        TreeMap<Integer, Double> nanos = new TreeMap<>();
        double octets = 0;
        for (RunResult result : results) {
            nanos.put(Integer.valueOf(result.getParams().getParam("rules")),
                    result.getPrimaryResult().getScore());
            octets = Math.max(octets, Objects.requireNonNull(
                    result.getSecondaryResults().get("gc.alloc.rate.norm"),
                    "the gc profiler gave no figure").getScore());
        }
        double few = nanos.firstEntry().getValue();
        double many = nanos.lastEntry().getValue();

        List<String> names = Workload.names(NAMES);
        List<String> prefixes = Workload.prefixes(NAMES);
        double perName = NamedList.of("n", NamedList.Kind.NAMES, names).tableOctets()
                / (double) NAMES;
        double perPrefix = NamedList.of("p", NamedList.Kind.ADDRESSES, prefixes).tableOctets()
                / (double) NAMES;
        PolicyDocument document = Workload.policy(RULES);
        List<String> fewer = prefixes.subList(0, PREFIXES);
        double[] seconds = new double[COMPILATIONS];
        long tables = 0;
        for (int i = 0; i < COMPILATIONS; i++) {
            long start = System.nanoTime();
            NamedList nameList = NamedList.of(Workload.NAMES, NamedList.Kind.NAMES, names);
            NamedList prefixList = NamedList.of(Workload.PREFIXES, NamedList.Kind.ADDRESSES, fewer);
            CompiledPolicy policy = Workload.compile(document,
                    ListCatalog.of(nameList, prefixList));
            seconds[i] = (System.nanoTime() - start) / 1e9;
            tables = policy.tableOctets() + nameList.tableOctets() + prefixList.tableOctets();
        }
        Arrays.sort(seconds);

        System.out.printf(Locale.ROOT, "decision, %d rules: %.0f ns%n", nanos.firstKey(), few);
        System.out.printf(Locale.ROOT, "decision, %d rules: %.0f ns%n", nanos.lastKey(), many);
        System.out.printf(Locale.ROOT,
                "compiling %d rules, %d names, %d prefixes: %.2f s (median of %d), %.0f MB of tables%n",
                RULES, NAMES, PREFIXES, seconds[COMPILATIONS / 2], COMPILATIONS, tables / 1e6);
        System.out.printf(Locale.ROOT,
                "decision_ns_10000=%.0f decision_ratio_10000_vs_10=%.2f bytes_per_decision=%.3f"
                        + " compile_s=%.2f compile_mb=%.0f bytes_per_name=%.1f bytes_per_prefix=%.1f %s%n",
                many, many / few, octets, seconds[COMPILATIONS / 2], tables / 1e6, perName,
                perPrefix, published);
    }
}
