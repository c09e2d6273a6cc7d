package io.cellgate.dataplane.worker;

import io.cellgate.dataplane.flow.FlowTable;
import io.cellgate.dataplane.flow.FlowVerdict;
import io.cellgate.dataplane.flow.TcpTracker;
import io.cellgate.dataplane.flow.UdpTimeouts;
import io.cellgate.dataplane.inspect.Application;
import io.cellgate.dataplane.packet.DropReason;
import io.cellgate.dataplane.packet.InnerPacket;
import io.cellgate.dataplane.packet.TcpFlyweight;
import io.cellgate.dataplane.packet.Transport;
import io.cellgate.policy.Decision;
import io.cellgate.policy.Phase;
import org.jspecify.annotations.Nullable;

/**
 * Begins, judges and ends flows. A flow is judged when it begins, and again under another policy, other facts of its session, or
 * other peers: at its first packet then, or before one where the kernel had it ({@link #allowsStill}).
 */
final class FlowJudge {
    /** RFC 5508 §3.2 asks at least 60 s of an ICMP query. */
    private static final int ICMP_SECONDS = 60;

    private final WorkerState state;
    private final FlowReports reports;
    private final Verdicts verdicts;
    private final NetworkPhase network;
    private final StreamInspector inspector;
    private final Trials trials;
    private final InspectionPool pool;

    FlowJudge(WorkerState state, FlowReports reports, Verdicts verdicts, NetworkPhase network,
            StreamInspector inspector, Trials trials, InspectionPool pool) {
        this.pool = pool;
        this.trials = trials;
        this.state = state;
        this.reports = reports;
        this.verdicts = verdicts;
        this.network = network;
        this.inspector = inspector;
    }

    /** Whether the packet may begin a flow; else why not. */
    static @Nullable DropReason mayBegin(InnerPacket packet) {
        if (packet.isLaterFragment()) {
            return DropReason.IP_FRAGMENT;
        }
        if (packet.isTcp()) {
            boolean first = (packet.tcpFlags() & (TcpFlyweight.SYN | TcpFlyweight.ACK
                    | TcpFlyweight.RST)) == TcpFlyweight.SYN;
            return first ? null : DropReason.TCP_MIDSTREAM;
        }
        if (packet.isUdp() || packet.isEchoRequest()) {
            return null;
        }
        return packet.isEcho() ? DropReason.ICMP_UNRELATED : DropReason.PROTOCOL_UNSUPPORTED;
    }

    /**
     * Whether the device begins another connection with the five-tuple of this one. The flow is then judged from its
     * beginning: a verdict on the old connection, which was perhaps read, must not let a new one pass. If the old one
     * lives on at the server, it answers without a SYN, and the device has cut itself off.
     */
    boolean begunAnew(int flow, InnerPacket packet) {
        return packet.isTcp()
                && (packet.tcpFlags() & (TcpFlyweight.SYN | TcpFlyweight.ACK)) == TcpFlyweight.SYN
                && (state.flows.tcpState(flow) != TcpTracker.OPENING
                        || (state.flows.marks(flow) & FlowMarks.CLOSED_BY_US) != 0);
    }

    /** Whether a packet from the core begins a connection with the five-tuple of one that the device began. */
    boolean begunByRemote(int flow, InnerPacket packet) {
        return packet.isTcp()
                && (packet.tcpFlags() & (TcpFlyweight.SYN | TcpFlyweight.ACK)) == TcpFlyweight.SYN
                && (state.flows.marks(flow) & FlowMarks.DOWNWARD) == 0;
    }

    /** Begins a flow and judges it; returns {@link FlowTable#NONE} where there is no room, and counts the packet. */
    int begin(DeviceSession session, long deviceLo, int devicePort, long remoteHi, long remoteLo,
            int remotePort, int protocol, boolean downward, InnerPacket packet) {
        FlowTable flows = state.flows;
        SimMeter meter = session.meter();
        if (flows.size() < flows.capacity() && !FairShare.grants(meter.flows,
                flows.capacity() - flows.size(), state.config.maxFlowsPerSession())) {
            state.drop(DropReason.FLOWS_PER_SESSION);
            return FlowTable.NONE;
        }
        int flow = flows.add(session.slot, session.firstFlow, deviceLo, devicePort, remoteHi,
                remoteLo, remotePort, protocol, state.nowSeconds, state.nowEpochMillis);
        if (flow == FlowTable.NONE) {
            state.drop(DropReason.FLOWS_TOTAL);
            return FlowTable.NONE;
        }
        session.firstFlow = flow;
        session.flowCount++;
        meter.flows++;
        state.metering.flowBegan(session);
        reports.began(flow);
        flows.marks(flow, downward ? FlowMarks.DOWNWARD : 0);
        flows.application(flow, firstPayload(packet).index());
        flows.epoch(flow, session.epoch());
        boolean _ = reports.isUnderOtherPolicies(flow, session.policy.revision());
        state.counters.set(WorkerCounters.FLOWS, flows.size());
        state.counters.add(WorkerCounters.FLOWS_STARTED, 1);
        setTimeout(flow);
        judgeNew(session, flow);
        return flow;
    }

    /** The application that a flow's first packet shows; of a connection, which has no payload yet, none. */
    private static Application firstPayload(InnerPacket packet) {
        return packet.isUdp()
                ? Application.ofDatagram(packet.buffer(), packet.payloadOffset(),
                        packet.payloadLength())
                : Application.UNDECIDED;
    }

    private void setTimeout(int flow) {
        FlowTable flows = state.flows;
        int seconds = switch (flows.protocol(flow)) {
            case Transport.TCP -> TcpTracker.timeoutSeconds(flows.tcpState(flow));
            case Transport.UDP -> UdpTimeouts.seconds(flows.remotePort(flow));
            default -> ICMP_SECONDS;
        };
        flows.timeoutSeconds(flow, seconds, state.nowSeconds);
    }

    private void judgeNew(DeviceSession session, int flow) {
        FlowTable flows = state.flows;
        DropReason reason = network.judge(session, flow);
        Decision said = network.decision();
        if (network.waitsForApplication(session, flow, reason)) {
            if (pool.begin(session, flow)) {
                verdicts.await(flow);
            } else {
                verdicts.block(session, flow, DropReason.STREAM_NO_MEMORY, said);
            }
            return;
        }
        if (reason != null) {
            verdicts.block(session, flow, reason, said);
            trials.ofFlow(session, flow, network, false);
            return;
        }
        trials.ofFlow(session, flow, network, true);
        boolean downward = (flows.marks(flow) & FlowMarks.DOWNWARD) != 0;
        boolean reads = !downward && session.policy.appliesTo(Phase.HTTP);
        if (reads && flows.protocol(flow) == Transport.UDP) {
            flows.marks(flow, flows.marks(flow) | FlowMarks.NO_QUIC);
        }
        if (!reads || flows.protocol(flow) != Transport.TCP) {
            verdicts.allow(session, flow, FlowVerdict.ALLOW, said);
        } else if (pool.begin(session, flow)) {
            verdicts.allow(session, flow, FlowVerdict.INSPECT, said);
        } else {
            verdicts.block(session, flow, DropReason.STREAM_NO_MEMORY, said);
        }
    }

    /**
     * Judges a flow again. Returns false where the flow is to begin anew with this packet: it was blocked and is not
     * any more.
     */
    boolean judgeAgain(DeviceSession session, int flow, InnerPacket packet, boolean fromDevice) {
        FlowTable flows = state.flows;
        state.offload.beforeJudging(session, flow);
        FlowVerdict before = FlowVerdict.of(flows.verdict(flow));
        boolean closed = (flows.marks(flow) & FlowMarks.CLOSED_BY_US) != 0;
        flows.epoch(flow, session.epoch());
        if (closed) {
            return true;
        }
        DropReason reason = network.judge(session, flow);
        Decision said = network.decision();
        boolean waits = (flows.marks(flow) & FlowMarks.WAITS) != 0;
        if (before != FlowVerdict.BLOCK && network.waitsForApplication(session, flow, reason)) {
            if (!waits) {
                // what passed was not looked at: the device begins anew, and is looked at then
                cut(session, flow, packet, fromDevice, DropReason.POLICY_NETWORK, said);
            }
            return true;
        }
        if ((reason != null || before != FlowVerdict.BLOCK)
                && reports.isUnderOtherPolicies(flow, session.policy.decidedUnder())) {
            trials.ofFlow(session, flow, network, reason == null);
        }
        if (reason != null) {
            if (before != FlowVerdict.BLOCK) {
                cut(session, flow, packet, fromDevice, reason, said);
            } else {
                verdicts.block(session, flow, reason, said);
            }
            return true;
        }
        if (before == FlowVerdict.BLOCK) {
            return false;
        }
        boolean downward = (flows.marks(flow) & FlowMarks.DOWNWARD) != 0;
        boolean reads = !downward && session.policy.appliesTo(Phase.HTTP);
        if (flows.protocol(flow) == Transport.UDP) {
            int marks = flows.marks(flow) & ~FlowMarks.NO_QUIC;
            flows.marks(flow, reads ? marks | FlowMarks.NO_QUIC : marks);
        }
        if (!reads || flows.protocol(flow) != Transport.TCP) {
            inspector.letPass(flow);
            verdicts.allow(session, flow, FlowVerdict.ALLOW, said);
            setTimeout(flow);
            return true;
        }
        judgeStreamAgain(session, flow, packet, fromDevice, before, said);
        return true;
    }

    /**
     * Judges a flow again of which nothing is read, without a packet. Returns false where it is not simply allowed as before: its next packet brings {@link #judgeAgain} then.
     */
    boolean allowsStill(DeviceSession session, int flow) {
        DropReason reason = network.judge(session, flow);
        Decision said = network.decision();
        if (reason != null || network.waitsForApplication(session, flow, null)
                || session.policy.appliesTo(Phase.HTTP)) {
            return false;
        }
        state.flows.epoch(flow, session.epoch());
        if (reports.isUnderOtherPolicies(flow, session.policy.decidedUnder())) {
            trials.ofFlow(session, flow, network, true);
        }
        verdicts.allow(session, flow, FlowVerdict.ALLOW, said);
        return true;
    }

    private void judgeStreamAgain(DeviceSession session, int flow, InnerPacket packet,
            boolean fromDevice, FlowVerdict before, @Nullable Decision said) {
        int marks = state.flows.marks(flow);
        if ((marks & FlowMarks.OPAQUE) != 0) {
            verdicts.allow(session, flow, before, said);
            return;
        }
        boolean neverRead = before == FlowVerdict.ALLOW && (marks & FlowMarks.TLS_JUDGED) == 0;
        Decision request = inspector.judgeAgain(session, flow);
        if (neverRead || inspector.hasUnkeptRequest(flow)
                || (request != null && !request.isAllowed())) {
            cut(session, flow, packet, fromDevice, DropReason.POLICY_HTTP, request);
        } else {
            verdicts.allow(session, flow, before, said);
        }
    }

    /** Blocks a flow that was allowed: a TCP connection is reset at both ends. */
    private void cut(DeviceSession session, int flow, InnerPacket packet, boolean fromDevice,
            DropReason reason, @Nullable Decision said) {
        verdicts.resetBoth(session, flow, packet, fromDevice);
        pool.end(flow);
        verdicts.block(session, flow, reason, said);
    }

    /** Follows a TCP connection by a segment of it that was forwarded. */
    void follow(int slot, int flow, InnerPacket packet, boolean fromDevice) {
        FlowTable flows = state.flows;
        int before = flows.tcpState(flow);
        int after = TcpTracker.next(before, packet.tcpFlags(), fromDevice);
        if (after != before) {
            state.offload.withdraw(state.sessions.of(slot), flow);
            flows.tcpState(flow, after);
            flows.timeoutSeconds(flow, TcpTracker.timeoutSeconds(after), state.nowSeconds);
        }
    }

    void end(DeviceSession session, int flow) {
        state.offload.withdraw(session, flow);
        pool.end(flow);
        reports.end(session, flow);
        session.firstFlow = state.flows.remove(flow, session.firstFlow);
        session.flowCount--;
        session.meter().flows--;
        state.counters.set(WorkerCounters.FLOWS, state.flows.size());
    }

    void endAll(DeviceSession session) {
        state.offload.withdrawAll(session);
        while (session.firstFlow != FlowTable.NONE) {
            end(session, session.firstFlow);
        }
    }
}
