package io.cellgate.dataplane.worker;

import io.cellgate.dataplane.flow.FlowTable;
import io.cellgate.dataplane.inspect.Application;
import io.cellgate.dataplane.packet.DropReason;
import io.cellgate.dataplane.packet.Transport;
import io.cellgate.dataplane.session.SessionFacts;
import io.cellgate.policy.Decision;
import io.cellgate.policy.DomainName;
import io.cellgate.policy.Facts;
import io.cellgate.policy.Field;
import io.cellgate.policy.Phase;
import org.jspecify.annotations.Nullable;

/**
 * The network phase of a flow: gathers its facts and asks the session's policy. It holds one bag of facts, which the
 * HTTP phase goes on to fill.
 *
 * <p>Two things no policy opens by saying nothing of them: traffic between devices, and traffic that a device did not
 * begin. A rule opens them only where it names {@code net.dst.kind} or {@code net.direction}. To tell, the policy is
 * asked twice: where the same rule allows the flow although the fact is not known, it was not that fact that it
 * asked for. This is done for new flows of those two kinds only.
 */
final class NetworkPhase {
    private final WorkerState state;
    private final FlowReports reports;
    private final Facts facts = new Facts();
    private @Nullable Decision decision;
    private boolean shadowPasses;

    NetworkPhase(WorkerState state, FlowReports reports) {
        this.state = state;
        this.reports = reports;
    }

    /** The facts, for the phases that come after. They hold what was gathered last. */
    Facts facts() {
        return facts;
    }

    /** What the policy said when it was asked last; null where it was not asked. */
    @Nullable
    Decision decision() {
        return decision;
    }

    /** Whether any rule asks for the direction: else nothing from outside is opened. */
    boolean mayOpenInbound(DeviceSession session) {
        return session.policy.mentions(Field.NET_DIRECTION);
    }

    /** Judges the flow; returns why it is blocked, or null. The flow keeps the name by which it was judged. */
    @Nullable
    DropReason judge(DeviceSession session, int flow) {
        FlowTable flows = state.flows;
        long remoteHi = flows.remoteHi(flow);
        long remoteLo = flows.remoteLo(flow);
        boolean downward = (flows.marks(flow) & FlowMarks.DOWNWARD) != 0;
        boolean toDevice = state.destinations.isDevice(remoteHi, remoteLo);
        if (state.destinations.isInfrastructure(remoteHi, remoteLo)
                || session.has(remoteHi, remoteLo) // from itself to itself: a forgery either way
                || state.peers.carrierOf(remoteHi, remoteLo) != PeerIndex.UNKNOWN) {
            decision = null;
            return DropReason.INFRASTRUCTURE;
        }
        gather(session, flow);
        Decision said = session.policy.decide(Phase.NETWORK, facts);
        if (decision != said) {
            decision = said;
        }
        if (!said.isAllowed()) {
            return DropReason.POLICY_NETWORK;
        }
        if (downward) {
            facts.forget(Field.NET_DIRECTION);
            boolean opened = session.policy.probe(Phase.NETWORK, facts) != said;
            facts.set(Field.NET_DIRECTION, "down");
            return opened ? null : DropReason.INBOUND_UNSOLICITED;
        }
        if (toDevice) {
            facts.forget(Field.NET_DST_KIND);
            boolean opened = session.policy.probe(Phase.NETWORK, facts) != said;
            facts.set(Field.NET_DST_KIND, Destinations.DEVICE);
            return opened ? null : DropReason.DEVICE_TO_DEVICE;
        }
        return null;
    }

    /**
     * Whether it depends on the application of a connection, which is not known yet, whether the connection is allowed.
     * To be asked after {@link #judge}, whose facts it uses: it tries each application that a connection can have.
     */
    boolean waitsForApplication(DeviceSession session, int flow, @Nullable DropReason judged) {
        Decision unknown = decision;
        int marks = state.flows.marks(flow);
        if (unknown == null || judged == DropReason.INFRASTRUCTURE
                || (marks & FlowMarks.DOWNWARD) != 0
                || state.flows.protocol(flow) != Transport.TCP
                || Application.of(state.flows.application(flow)) != Application.UNDECIDED
                || !session.policy.mentions(Field.NET_APP)) {
            return false;
        }
        boolean differs = false;
        boolean allows = unknown.isAllowed();
        for (int i = 0; i < Application.streamCount(); i++) {
            String application = Application.ofStreams(i).text();
            if (application != null) {
                facts.set(Field.NET_APP, application);
                Decision said = session.policy.probe(Phase.NETWORK, facts);
                differs |= said != unknown;
                allows |= said.isAllowed();
            }
        }
        facts.forget(Field.NET_APP);
        return differs && allows;
    }

    /** What the shadow policy says of the flow judged last; null where there is none. */
    @Nullable
    Decision decideInShadow(DeviceSession session, int flow) {
        FlowTable flows = state.flows;
        Decision said = session.policy.decideInShadow(Phase.NETWORK, facts);
        shadowPasses = said != null && said.isAllowed();
        if (!shadowPasses) {
            return said;
        }
        if ((flows.marks(flow) & FlowMarks.DOWNWARD) != 0) {
            facts.forget(Field.NET_DIRECTION);
            shadowPasses = session.policy.decideInShadow(Phase.NETWORK, facts) != said;
            facts.set(Field.NET_DIRECTION, "down");
        } else if (state.destinations.isDevice(flows.remoteHi(flow), flows.remoteLo(flow))) {
            facts.forget(Field.NET_DST_KIND);
            shadowPasses = session.policy.decideInShadow(Phase.NETWORK, facts) != said;
            facts.set(Field.NET_DST_KIND, Destinations.DEVICE);
        }
        return said;
    }

    /** Whether the flow would pass as the shadow policy said last. */
    boolean shadowPasses() {
        return shadowPasses;
    }

    /** Fills the facts with what the network phase knows of the flow. */
    void gather(DeviceSession session, int flow) {
        FlowTable flows = state.flows;
        long remoteHi = flows.remoteHi(flow);
        long remoteLo = flows.remoteLo(flow);
        boolean downward = (flows.marks(flow) & FlowMarks.DOWNWARD) != 0;
        facts.clear();
        if (session.policy.asksForTime()) {
            SessionFacts.addTime(facts, state.nowEpochMillis, session.timeZone());
        }
        if (session.isMetered()) {
            SimMeter meter = state.metering.meterOfToday(session);
            facts.set(Field.USAGE_BYTES_DAY, meter.bytesDay);
            facts.set(Field.USAGE_BYTES_MONTH, meter.bytesMonth);
            facts.set(Field.USAGE_FLOWS_MINUTE, (long) meter.flowsInMinute(state.nowMinute));
        }
        facts.set(Field.NET_DIRECTION, downward ? "down" : "up");
        int protocol = flows.protocol(flow);
        facts.set(Field.NET_PROTOCOL, protocolText(protocol));
        String application = Application.of(flows.application(flow)).text();
        if (application != null) {
            facts.set(Field.NET_APP, application);
        }
        if (protocol == Transport.TCP || protocol == Transport.UDP) {
            facts.set(Field.NET_SRC_PORT,
                    (long) (downward ? flows.remotePort(flow) : flows.devicePort(flow)));
            facts.set(Field.NET_DST_PORT,
                    (long) (downward ? flows.devicePort(flow) : flows.remotePort(flow)));
        }
        if (downward) {
            long deviceLo = flows.deviceLo(flow);
            facts.setIp(Field.NET_DST_IP, session.deviceHi(remoteHi, remoteLo), deviceLo);
            facts.set(Field.NET_DST_KIND, Destinations.DEVICE);
            return;
        }
        facts.setIp(Field.NET_DST_IP, remoteHi, remoteLo);
        facts.set(Field.NET_DST_KIND, state.destinations.isDevice(remoteHi, remoteLo)
                ? Destinations.DEVICE
                : Destinations.INTERNET);
        state.config.atlas().current().addDestination(facts, remoteHi, remoteLo);
        DomainName kept = reports.name(flow);
        DomainName bound = session.names.addTo(facts, remoteHi, remoteLo, state.nowSeconds);
        if (kept != null) {
            facts.addName(Field.NET_DST_DOMAIN, kept);
        } else if (bound != null) {
            reports.name(flow, bound);
        }
    }

    static String protocolText(int protocol) {
        return switch (protocol) {
            case Transport.TCP -> "tcp";
            case Transport.UDP -> "udp";
            case Transport.ICMP -> "icmp";
            default -> "icmpv6";
        };
    }
}
