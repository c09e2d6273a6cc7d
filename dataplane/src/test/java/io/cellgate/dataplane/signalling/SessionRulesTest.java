package io.cellgate.dataplane.signalling;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.cellgate.dataplane.signalling.SignallingEvent.Outcome;
import io.cellgate.dataplane.session.SimGroup;
import io.cellgate.policy.Action;
import io.cellgate.policy.CompileResult;
import io.cellgate.policy.CompiledPolicy;
import io.cellgate.policy.EffectivePolicy;
import io.cellgate.policy.ListCatalog;
import io.cellgate.policy.Phase;
import io.cellgate.policy.PolicyCompiler;
import io.cellgate.policy.PolicyDocument;
import io.cellgate.policy.RuleDocument;
import io.cellgate.policy.RuleOptions;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Session-phase rules that do other things than to block: quarantine, log, shadow, and those that ask for the time. */
class SessionRulesTest {
    private final AtomicReference<Instant> now = new AtomicReference<>(
            Instant.parse("2030-01-07T12:00:30Z"));
    private final Harness harness = new Harness(Harness.config(), DeviceConfig.defaults(),
            new MovedClock());
    private final Harness.Node sgw = harness.node(2);

    private final class MovedClock extends Clock {
        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }

        @Override
        public Instant instant() {
            return requireNonNull(now.get());
        }
    }

    @AfterEach
    void stop() {
        harness.close();
    }

    private static RuleDocument rule(String id, Action action, String when) {
        return new RuleDocument(id, Phase.SESSION, action, when);
    }

    private static CompiledPolicy compiled(String name, RuleDocument... rules) {
        return ((CompileResult.Compiled) PolicyCompiler.compile(
                new PolicyDocument(name, List.of(rules)), ListCatalog.EMPTY, 1)).policy();
    }

    private int create(int sequence) {
        return requireNonNull(sgw.ask2(new Requests.Create().v2(sgw.address, sequence)).cause())
                .value();
    }

    private List<SignallingEvent> logged() {
        return harness.events.stream().filter(event -> event.outcome() == Outcome.LOGGED).toList();
    }

    private void reevaluate() {
        Harness.await(harness.server.reevaluate(SimGroup.ALL));
    }

    @Test
    void quarantinedSession_isAccepted_underThePolicyThatTheRuleNames_untilTheRuleNoLongerMatches() {
        harness.directory.policy.publish(EffectivePolicy.of(2, null,
                compiled("own", new RuleDocument("stolen", Phase.SESSION, Action.QUARANTINE,
                        "sim.account == \"acme\"", RuleOptions.quarantinePolicy("repair")))));
        assertThat(create(1)).isEqualTo(16);
        assertThat(harness.userPlane.only().quarantine()).isEqualTo("repair");
        assertThat(Harness.await(harness.server.sessions()).getFirst().quarantine())
                .isEqualTo("repair");
        harness.directory.policy.publish(EffectivePolicy.of(3, null, compiled("own")));
        reevaluate();
        assertThat(harness.userPlane.only().quarantine()).isNull();
        assertThat(Harness.await(harness.server.sessions()).getFirst().quarantine()).isNull();
    }

    @Test
    void logRule_isALineOfTheSignallingLog_onceWhileItMatches() {
        harness.directory.policy.publish(EffectivePolicy.of(2, null,
                compiled("own", rule("watch", Action.LOG, "session.rat == \"eutran\""))));
        assertThat(create(1)).isEqualTo(16);
        assertThat(logged()).hasSize(1);
        assertThat(logged().getFirst().reason()).isEqualTo("log_rule");
        assertThat(logged().getFirst().detail()).contains("watch");
        assertThat(logged().getFirst().imsi()).isEqualTo(Requests.IMSI);
        reevaluate();
        assertThat(logged()).hasSize(1);
    }

    @Test
    void shadowThatWouldRefuse_isLoggedAndCounted_andTheSessionIs() {
        harness.directory.policy.publish(EffectivePolicy.of(2, null, compiled("own")).withShadow(
                compiled("draft", rule("abroad", Action.BLOCK, "session.rat == \"eutran\""))));
        assertThat(create(1)).isEqualTo(16);
        assertThat(logged()).hasSize(1);
        assertThat(logged().getFirst().reason()).isEqualTo("shadow");
        assertThat(logged().getFirst().detail()).contains("abroad of draft");
        assertThat(harness.server.counters().shadowDifferences()).isEqualTo(1);
        reevaluate();
        assertThat(harness.server.counters().shadowDifferences()).isEqualTo(1);
        assertThat(harness.sessions()).isEqualTo(1);
    }

    @Test
    void sessionWhoseTimeIsOver_endsWithinAMinute() {
        harness.directory.policy.publish(EffectivePolicy.of(2, null,
                compiled("own", rule("night", Action.BLOCK, "time.utc in {13:00..23:00}"))));
        assertThat(create(1)).isEqualTo(16);
        now.set(Instant.parse("2030-01-07T13:00:01Z"));
        Harness.until(() -> harness.sessions() == 0);
        assertThat(harness.userPlane.sessions).isEmpty();
    }

    @Test
    void sessionWithoutTimeRules_isNotJudgedAgainAsTheClockMoves() throws Exception {
        harness.directory.policy.publish(EffectivePolicy.of(2, null,
                compiled("own", rule("abroad", Action.BLOCK, "location.mcc == \"310\""))));
        assertThat(create(1)).isEqualTo(16);
        now.set(Instant.parse("2030-01-07T13:00:01Z"));
        Thread.sleep(300); // several ticks
        assertThat(harness.directory.asked).hasSize(1);
    }
}
