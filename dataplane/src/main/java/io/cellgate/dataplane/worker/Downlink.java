package io.cellgate.dataplane.worker;

import io.cellgate.dataplane.flow.FlowTable;
import io.cellgate.dataplane.flow.FlowVerdict;
import io.cellgate.dataplane.gtpu.GtpuHeaderFlyweight;
import io.cellgate.dataplane.io.Burst;
import io.cellgate.dataplane.packet.DropReason;
import io.cellgate.dataplane.packet.InnerPacket;
import io.cellgate.dataplane.packet.Ipv4Flyweight;
import org.agrona.concurrent.UnsafeBuffer;
import org.jspecify.annotations.Nullable;

/**
 * A packet's way from the core to a device: its destination's session, a flow that the device began (or that policy
 * opened), and into the tunnel, in place.
 */
final class Downlink {
    private final WorkerState state;
    private final SessionRecords records;
    private final FlowJudge judge;
    private final FlowReports reports;
    private final Verdicts verdicts;
    private final NetworkPhase network;
    private final StreamInspector inspector;
    private final ResponseGate responses;
    private final RelatedErrors related;
    private final UnsafeBuffer view = new UnsafeBuffer(0, 0);
    private final InnerPacket packet = new InnerPacket(view);

    Downlink(WorkerState state, FlowJudge judge, FlowReports reports, Verdicts verdicts,
            NetworkPhase network, StreamInspector inspector, ResponseGate responses,
            RelatedErrors related) {
        this.responses = responses;
        this.state = state;
        records = state.sessions.records();
        this.judge = judge;
        this.reports = reports;
        this.verdicts = verdicts;
        this.network = network;
        this.inspector = inspector;
        this.related = related;
    }

    /** Takes an IP packet of the core side, with {@link Burst#HEADROOM_OCTETS} before it. */
    void packet(long address, int length) {
        view.wrap(address - Burst.HEADROOM_OCTETS, length + Burst.HEADROOM_OCTETS);
        DropReason reason = packet.parse(view, Burst.HEADROOM_OCTETS, length);
        if (reason == null) {
            int slot = state.sessions.slotOfAddress(packet.dstHi(), packet.dstLo());
            reason = slot == SlotIndex.NONE
                    ? state.colleagues.handDown(packet.dstHi(), packet.dstLo(), view,
                            packet.offset(), length)
                    : forSession(slot);
        }
        if (reason != null) {
            state.drop(reason);
        }
    }

    private @Nullable DropReason forSession(int slot) {
        if (records.has(slot, SessionRecords.DOWNLINK_HELD)) {
            return DropReason.DOWNLINK_HELD;
        }
        if (packet.isUdp() && packet.dstPort() == GtpuHeaderFlyweight.PORT) {
            return DropReason.GTP_IN_GTP;
        }
        if (packet.isFragment()) {
            DropReason reason = state.fragments.take(slot, packet, false, state.nowSeconds);
            if (reason != null) {
                return reason;
            }
        }
        if (records.has(slot, SessionRecords.TUNNELLED)
                && packet.length() > state.config.tunnelMtuOctets()
                && (!packet.isIpv4() || Ipv4Flyweight.dontFragment(view, packet.offset()))) {
            // without DF, IPv4 goes out and the outer datagram is fragmented, TS 29.281 §4.2.2
            if (packet.isTcp() || packet.isUdp() || !packet.isIcmpError()) {
                verdicts.tooBig(packet); // but none about an error, RFC 1122 §3.2.2
            }
            return DropReason.TOO_BIG;
        }
        if (!packet.isTcp() && !packet.isUdp() && packet.isIcmpError()) {
            if (!related.fromCore(state.sessions.of(slot), packet)) {
                return DropReason.ICMP_UNRELATED;
            }
            return state.metering.admits(slot, packet.length())
                    ? pass(slot)
                    : DropReason.QUOTA_EXCEEDED;
        }
        FlowTable flows = state.flows;
        int epoch = state.sessions.currentEpoch(slot, state.nowMinute, state.nowSeconds);
        int flow = flows.find(slot, packet.dstLo(), packet.dstPort(), packet.srcHi(),
                packet.srcLo(), packet.srcPort(), packet.protocol());
        if (flow != FlowTable.NONE && flows.epoch(flow) != epoch
                && !judge.judgeAgain(state.sessions.of(slot), flow, packet, false)) {
            judge.end(state.sessions.of(slot), flow);
            flow = FlowTable.NONE;
        }
        if (flow == FlowTable.NONE) {
            flow = begin(state.sessions.of(slot));
            if (flow == FlowTable.NONE) {
                return DropReason.INBOUND_UNSOLICITED;
            }
        }
        int verdict = flows.verdict(flow);
        if (verdict == FlowVerdict.BLOCK.index()) {
            return (flows.marks(flow) & FlowMarks.CLOSED_BY_US) != 0
                    ? DropReason.CONNECTION_CLOSED
                    : DropReason.of(flows.dropReason(flow));
        }
        if (verdict == FlowVerdict.INSPECT.index() && packet.isFragment()) {
            return DropReason.IP_FRAGMENT;
        }
        if (judge.begunByRemote(flow, packet)) {
            return DropReason.INBOUND_UNSOLICITED;
        }
        if (!state.metering.admits(slot, packet.length())) {
            return DropReason.QUOTA_EXCEEDED;
        }
        if (verdict == FlowVerdict.INSPECT.index() && packet.isTcp()) {
            DropReason reason = responses.fromServer(state.sessions.of(slot), flow, packet);
            if (reason != null) {
                return reason;
            }
        }
        if (state.hasKernelFlows && verdict == FlowVerdict.ALLOW.index()) {
            state.offload.offer(state.sessions.of(slot), flow, packet);
        }
        flows.countDown(flow, packet.length(), state.nowSeconds);
        if (packet.isTcp()) {
            judge.follow(slot, flow, packet, false);
            if (verdict == FlowVerdict.INSPECT.index()) {
                inspector.fromServer(flow, packet);
            }
        }
        return pass(slot);
    }

    /**
     * Begins a flow that the device did not, if policy opens it. What is not opened leaves no flow behind: the
     * internet's scans must not use up the session's share.
     */
    private int begin(DeviceSession session) {
        if (!network.mayOpenInbound(session) || FlowJudge.mayBegin(packet) != null) {
            logUnsolicited(session);
            return FlowTable.NONE;
        }
        int flow = judge.begin(session, packet.dstLo(), packet.dstPort(), packet.srcHi(),
                packet.srcLo(), packet.srcPort(), packet.protocol(), true, packet);
        if (flow != FlowTable.NONE
                && state.flows.verdict(flow) == FlowVerdict.BLOCK.index()) {
            judge.end(session, flow);
            return FlowTable.NONE;
        }
        return flow;
    }

    private void logUnsolicited(DeviceSession session) {
        if (state.inboundLog.take(state.nowNanos)) {
            reports.inbound(session, packet.protocol(), packet.dstHi(), packet.dstLo(),
                    packet.dstPort(), packet.srcHi(), packet.srcLo(), packet.srcPort());
        }
    }

    private @Nullable DropReason pass(int slot) {
        int length = packet.length();
        state.outbox.toDevice(slot, view.addressOffset() + packet.offset(), length);
        state.metering.countDown(slot, length);
        return null;
    }
}
