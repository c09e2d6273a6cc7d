package io.cellgate.dataplane.worker;

import io.cellgate.dataplane.packet.Transport;
import io.cellgate.policy.Decision;
import io.cellgate.policy.DomainName;
import io.cellgate.policy.Facts;
import io.cellgate.policy.Phase;
import io.cellgate.policy.SessionPolicy;
import org.jspecify.annotations.Nullable;

/**
 * What is on trial: rules with the action {@code log}, and policies in shadow mode. Asked once for each new decision,
 * right after it and with the same facts; counts and logs, and changes nothing.
 */
final class Trials {
    private final WorkerState state;
    private final FlowReports reports;

    Trials(WorkerState state, FlowReports reports) {
        this.state = state;
        this.reports = reports;
    }

    /** Of a flow in the network phase: its log rules, and whether the shadow policy would have decided otherwise. */
    void ofFlow(DeviceSession session, int flow, NetworkPhase network, boolean passes) {
        SessionPolicy policy = session.policy;
        Decision said = network.decision();
        if (said == null) {
            return;
        }
        for (int i = 0; i < policy.loggedCount(); i++) {
            reports.logRule(session, flow, null, policy.logged(i), passes);
        }
        if (policy.hasShadow() && !policy.guardDecided()) {
            Decision beside = network.decideInShadow(session, flow);
            if (beside != null && network.shadowPasses() != passes) {
                differs();
                reports.shadow(session, flow, null, said, beside, passes);
            }
        }
    }

    /** Of a request or a TLS connection, whose facts these are. */
    void ofRequest(DeviceSession session, int flow, Facts facts, Decision said, String detail) {
        SessionPolicy policy = session.policy;
        for (int i = 0; i < policy.loggedCount(); i++) {
            reports.logRule(session, flow, detail, policy.logged(i), said.isAllowed());
        }
        Decision beside = otherwise(policy, Phase.HTTP, facts, said);
        if (beside != null) {
            differs();
            reports.shadow(session, flow, detail, said, beside, said.isAllowed());
        }
    }

    /** Of a query that is decided finally. */
    void ofQuery(DeviceSession session, Facts facts, Decision said, long deviceHi, long deviceLo,
            int devicePort, long serverHi, long serverLo, DomainName name, String type) {
        SessionPolicy policy = session.policy;
        for (int i = 0; i < policy.loggedCount(); i++) {
            reports.queryOnTrial(session, deviceHi, deviceLo, devicePort, serverHi, serverLo,
                    Transport.UDP, name, type, policy.logged(i), said, null);
        }
        Decision beside = otherwise(policy, Phase.DNS, facts, said);
        if (beside != null) {
            differs();
            reports.queryOnTrial(session, deviceHi, deviceLo, devicePort, serverHi, serverLo,
                    Transport.UDP, name, type, said, said, beside);
        }
    }

    private static @Nullable Decision otherwise(SessionPolicy policy, Phase phase, Facts facts,
            Decision said) {
        if (policy.guardDecided()) {
            return null;
        }
        Decision beside = policy.decideInShadow(phase, facts);
        return beside == null || beside.hasSameEffectAs(said) ? null : beside;
    }

    private void differs() {
        state.counters.add(WorkerCounters.SHADOW_DIFFERENCES, 1);
    }
}
