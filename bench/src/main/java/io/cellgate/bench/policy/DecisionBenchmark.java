package io.cellgate.bench.policy;

import io.cellgate.policy.Decision;
import io.cellgate.policy.EffectivePolicy;
import io.cellgate.policy.Facts;
import io.cellgate.policy.Phase;
import io.cellgate.policy.PolicySlot;
import io.cellgate.policy.SessionPolicy;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What does the decision of a new flow cost, with few rules and with many, and does it allocate? 4096 different flows
 * in turn, so that neither branches nor caches learn one of them. Command: {@code bench/run policy}.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(value = 1, jvmArgsAppend = {"--add-exports", "java.base/jdk.internal.misc=ALL-UNNAMED",
        "--sun-misc-unsafe-memory-access=allow"})
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
public class DecisionBenchmark {
    private static final int FLOWS = 4096;

    @Param({"10", "10000"})
    public int rules;

    @Param("1000000")
    public int listEntries;

    private SessionPolicy session = new SessionPolicy(new PolicySlot(EffectivePolicy.nothing(0)),
            Facts.forSession());
    private Facts[] flows = new Facts[0];
    private int next;

    /** Compiles the policy and draws the flows. */
    @Setup
    public void prepare() {
        EffectivePolicy policy = EffectivePolicy.of(1, null, Workload
                .compile(Workload.policy(rules), Workload.lists(listEntries, listEntries / 10)));
        session = new SessionPolicy(new PolicySlot(policy), Facts.forSession());
        flows = Workload.flows(FLOWS, rules, listEntries, 42);
    }

    /** One decision of the network phase. */
    @Benchmark
    public Decision newFlow() {
        next = (next + 1) % FLOWS;
        return session.decide(Phase.NETWORK, flows[next]);
    }
}
