package io.cellgate.policy;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

/** What runs for each packet makes no garbage, counted by the virtual machine itself. */
class AllocationTest {
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private static final int RUNS = 100_000;

    /** Octets that one run allocates, after the same has run often enough to have grown what it keeps and been compiled. */
    private static long allocatedBy(Runnable work) {
        for (int i = 0; i < RUNS; i++) {
            work.run();
        }
        long before = THREADS.getCurrentThreadAllocatedBytes();
        for (int i = 0; i < RUNS; i++) {
            work.run();
        }
        // asking costs some octets itself, once
        return (THREADS.getCurrentThreadAllocatedBytes() - before) / RUNS;
    }

    @Test
    void deciding_allocatesNothing_forRandomPolicies() {
        Random random = new Random(11);
        RandomPolicies source = new RandomPolicies(random);
        for (int round = 0; round < 12; round++) {
            Phase phase = List.of(Phase.values()).get(round % 4);
            PolicyDocument document = source.policy(phase, round < 8 ? 10 : 200);
            CompiledPolicy policy = ((CompileResult.Compiled) PolicyCompiler.compile(document,
                    source.lists(), 1)).policy();
            Facts session = Facts.forSession();
            Facts flow = new Facts();
            source.fill(session, true);
            source.fill(flow, false);
            SessionPolicy decider = Policies.session(policy, session);
            Phase asked = phase;
            assertThat(allocatedBy(() -> {
                Decision ignored = decider.decide(asked, flow);
            })).as("octets a decision, policy %d", round).isZero();
        }
    }

    /** Of a pattern that is an automaton; one that stays with RE2/J allocates, so that what counts it is seen to work. */
    @Test
    void matching_allocatesNothing_ofPatternsThatAreMadeDeterministic() {
        Facts flow = Policies.facts(Field.HTTP_PATH, "/v1/devices/4711/telemetry",
                Field.HTTP_HOST, "a7.example.com");
        for (String when : List.of(
                "http.path matches \"^/v[0-9]+/devices/[0-9]{1,8}/(telemetry|log)$\"",
                "http.path matches \"tele.*y\"", "http.host matches \"^a[0-9]\\\\.EXAMPLE\"")) {
            SessionPolicy decider = Policies.session(
                    Policies.compiled(Policies.rule("a", Phase.HTTP, Action.ALLOW, when)),
                    Facts.forSession());
            assertThat(decider.decide(Phase.HTTP, flow).ruleId()).as(when).isEqualTo("a");
            assertThat(allocatedBy(() -> {
                Decision ignored = decider.decide(Phase.HTTP, flow);
            })).as(when).isZero();
        }
        SessionPolicy byRe2 = Policies.session(Policies.compiled(Policies.rule("a", Phase.HTTP,
                Action.ALLOW, "http.path matches \"(?i)TELE.*Y\"")), Facts.forSession());
        assertThat(allocatedBy(() -> {
            Decision ignored = byRe2.decide(Phase.HTTP, flow);
        })).isPositive();
    }

    @Test
    void fillingFactsAndNames_allocatesNothing() {
        Facts facts = new Facts();
        DomainName name = DomainName.scratch();
        byte[] wire = "\3www\7Example\3com\0".getBytes(StandardCharsets.ISO_8859_1);
        UnsafeBuffer message = new UnsafeBuffer(wire);
        UnsafeBuffer text = new UnsafeBuffer(
                "GET user-agent curl".getBytes(StandardCharsets.ISO_8859_1));
        CompiledPolicy policy = Policies.compiled(
                Policies.rule("a", Phase.HTTP, Action.LOG, "http.method == \"GET\""),
                Policies.rule("b", Phase.HTTP, Action.BLOCK,
                        "http.host in {\"example.com\"} and http.header[\"user-agent\"] == \"curl\""));
        SessionPolicy decider = Policies.session(policy, Facts.forSession());
        assertThat(allocatedBy(() -> {
            facts.clear();
            if (!name.fillFromWire(message, 0, 0, wire.length)) {
                throw new AssertionError();
            }
            facts.setName(Field.HTTP_HOST, name);
            facts.set(Field.HTTP_METHOD, text, 0, 3);
            facts.addHeader(text, 4, 10, 15, 4);
            facts.addName(Field.NET_DST_DOMAIN, name);
            facts.setIp(Field.NET_DST_IP, 0, 1);
            facts.set(Field.NET_DST_PORT, 443);
            Decision decision = decider.decide(Phase.HTTP, facts);
            if (decision.action() != Action.BLOCK || decider.loggedCount() != 1
                    || !decider.logged(0).ruleId().equals("a")) {
                throw new AssertionError(decision);
            }
        })).isZero();
    }

    @Test
    void tenThousandRulesAndAMillionNames_areDecidedWithoutAllocation() {
        List<String> names = new ArrayList<>();
        for (int i = 0; i < 1_000_000; i++) {
            names.add("device" + i + ".example" + i % 1000 + ".com");
        }
        NamedList list = NamedList.of("names", NamedList.Kind.NAMES, names);
        assertThat(list.tableOctets()).as("octets of a million names")
                .isLessThanOrEqualTo(40_000_000);
        List<RuleDocument> rules = new ArrayList<>();
        for (int i = 0; i < 10_000; i++) {
            rules.add(
                    Policies.rule("r" + i, Phase.NETWORK, i % 2 == 0 ? Action.ALLOW : Action.BLOCK,
                            i == 9_999
                                    ? "net.dst.domain in $names and net.dst.port == 8883"
                                    : "net.dst.ip in {10." + i % 256 + "." + i / 256
                                            + ".0/24} and net.dst.port in {"
                                            + i % 1000 + ".." + (i % 1000 + 10)
                                            + "} and net.protocol == \"tcp\""));
        }
        CompiledPolicy policy = Policies.compiled(ListCatalog.of(list),
                rules.toArray(RuleDocument[]::new));
        Facts flow = new Facts();
        flow.addName(Field.NET_DST_DOMAIN, DomainName.of("www.device77.example77.com"));
        flow.setIp(Field.NET_DST_IP, IpAddress.parse("10.3.9.77"));
        flow.set(Field.NET_DST_PORT, 8883);
        flow.set(Field.NET_PROTOCOL, "tcp");
        SessionPolicy decider = Policies.session(policy, Facts.forSession());
        assertThat(decider.decide(Phase.NETWORK, flow).ruleId()).isEqualTo("r9999");
        assertThat(allocatedBy(() -> {
            Decision ignored = decider.decide(Phase.NETWORK, flow);
        })).isZero();
    }
}
