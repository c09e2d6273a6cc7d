package io.cellgate.dataplane.worker;

import io.cellgate.dataplane.flow.FlowTable;
import io.cellgate.dataplane.flow.FlowVerdict;
import io.cellgate.dataplane.io.Burst;
import io.cellgate.dataplane.packet.DropReason;
import io.cellgate.dataplane.packet.IcmpError;
import io.cellgate.dataplane.packet.InnerPacket;
import io.cellgate.dataplane.packet.IpAddresses;
import io.cellgate.dataplane.packet.TcpFlyweight;
import io.cellgate.dataplane.packet.TcpReply;
import io.cellgate.policy.Decision;
import java.net.InetAddress;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.jspecify.annotations.Nullable;

/** Writes verdicts into flows, and tells devices and servers of blocked ones where that is wanted. */
final class Verdicts {
    private static final int BLOCKED_SECONDS = 30;
    private static final int PACKET = Burst.HEADROOM_OCTETS;

    private final WorkerState state;
    private final FlowReports reports;
    private final long ipv4Lo;
    private final long ipv6Hi;
    private final long ipv6Lo;

    Verdicts(WorkerState state, FlowReports reports) {
        this.state = state;
        this.reports = reports;
        InetAddress v4 = state.config.gatewayIpv4();
        InetAddress v6 = state.config.gatewayIpv6();
        ipv4Lo = v4 == null ? 0 : IpAddresses.lo(v4);
        ipv6Hi = v6 == null ? 0 : IpAddresses.hi(v6);
        ipv6Lo = v6 == null ? 0 : IpAddresses.lo(v6);
    }

    /** Blocks the flow. It is logged if it was not blocked for the same reason before. */
    void block(DeviceSession session, int flow, DropReason reason, @Nullable Decision decision) {
        FlowTable flows = state.flows;
        boolean known = flows.verdict(flow) == FlowVerdict.BLOCK.index()
                && flows.dropReason(flow) == reason.index();
        flows.verdict(flow, FlowVerdict.BLOCK.index());
        flows.dropReason(flow, reason.index());
        flows.timeoutSeconds(flow, BLOCKED_SECONDS, state.nowSeconds);
        reports.decision(flow, decision);
        boolean rejects = reason == DropReason.POLICY_NETWORK && decision != null
                && decision.rejects();
        int marks = flows.marks(flow) & ~(FlowMarks.REJECT | FlowMarks.WAITS);
        flows.marks(flow, rejects ? marks | FlowMarks.REJECT : marks);
        if (!known) {
            reports.verdict(session, flow);
        }
    }

    /** Lets the handshake of a connection pass, and nothing more until its application is known. It is not logged yet. */
    void await(int flow) {
        FlowTable flows = state.flows;
        flows.verdict(flow, FlowVerdict.INSPECT.index());
        flows.dropReason(flow, FlowTable.NONE);
        flows.marks(flow, flows.marks(flow) & ~FlowMarks.REJECT | FlowMarks.WAITS);
        reports.decision(flow, null);
    }

    void allow(DeviceSession session, int flow, FlowVerdict verdict, @Nullable Decision decision) {
        FlowTable flows = state.flows;
        boolean changed = flows.packetsUp(flow) + flows.packetsDown(flow) == 0
                || (flows.marks(flow) & FlowMarks.WAITS) != 0
                || flows.verdict(flow) == FlowVerdict.BLOCK.index();
        flows.verdict(flow, verdict.index());
        flows.dropReason(flow, FlowTable.NONE);
        flows.marks(flow, flows.marks(flow) & ~(FlowMarks.REJECT | FlowMarks.WAITS));
        reports.decision(flow, decision);
        if (changed) {
            reports.verdict(session, flow);
        }
    }

    /** Answers a packet of a flow that is rejected: a reset, or "administratively prohibited". */
    void reject(DeviceSession session, InnerPacket packet) {
        if (!state.rejects.take(state.nowNanos) || packet.isIcmpError()
                || packet.hasFlag(TcpFlyweight.RST)) {
            return;
        }
        UnsafeBuffer frame = state.outbox.frame();
        int length;
        if (packet.isTcp()) {
            length = TcpReply.writeReset(frame, PACKET, packet);
        } else if (packet.isIpv4() && ipv4Lo != 0) {
            length = IcmpError.writeProhibited(frame, PACKET, packet, 0, ipv4Lo);
        } else if (!packet.isIpv4() && (ipv6Hi | ipv6Lo) != 0) {
            length = IcmpError.writeProhibited(frame, PACKET, packet, ipv6Hi, ipv6Lo);
        } else {
            return;
        }
        sendToDevice(session, frame, length);
    }

    /** Tells the sender in the core how large a packet may be. */
    void tooBig(InnerPacket packet) {
        if (!state.rejects.take(state.nowNanos)
                || (packet.isIpv4() ? ipv4Lo == 0 : (ipv6Hi | ipv6Lo) == 0)) {
            return;
        }
        UnsafeBuffer frame = state.outbox.frame();
        int length = IcmpError.writeTooBig(frame, PACKET, packet, state.config.tunnelMtuOctets(),
                packet.isIpv4() ? 0 : ipv6Hi, packet.isIpv4() ? ipv4Lo : ipv6Lo);
        state.outbox.toCore(frame.addressOffset() + PACKET, length);
    }

    /** Sends a TCP segment to the device in the server's place. */
    void tcpToDevice(DeviceSession session, int flow, int sequence, int acknowledgment, int flags,
            @Nullable DirectBuffer payload, int payloadLength) {
        FlowTable flows = state.flows;
        long deviceLo = flows.deviceLo(flow);
        UnsafeBuffer frame = state.outbox.frame();
        int length = TcpReply.writeSegment(frame, PACKET, flows.remoteHi(flow),
                flows.remoteLo(flow), flows.remotePort(flow),
                session.deviceHi(flows.remoteHi(flow), flows.remoteLo(flow)), deviceLo,
                flows.devicePort(flow), sequence, acknowledgment, flags, payload, 0,
                payloadLength);
        sendToDevice(session, frame, length);
    }

    /** Resets the server's side of a connection, in the device's name. */
    void resetServer(DeviceSession session, int flow, int sequence, int acknowledgment) {
        FlowTable flows = state.flows;
        long deviceLo = flows.deviceLo(flow);
        UnsafeBuffer frame = state.outbox.frame();
        int length = TcpReply.writeSegment(frame, PACKET,
                session.deviceHi(flows.remoteHi(flow), flows.remoteLo(flow)), deviceLo,
                flows.devicePort(flow), flows.remoteHi(flow), flows.remoteLo(flow),
                flows.remotePort(flow), sequence, acknowledgment,
                TcpFlyweight.RST | TcpFlyweight.ACK, null, 0, 0);
        state.outbox.toCore(frame.addressOffset() + PACKET, length);
    }

    /** Ends a connection at both ends, on the occasion of this packet of it. */
    void resetBoth(DeviceSession session, int flow, InnerPacket packet, boolean fromDevice) {
        if (!packet.isTcp() || !packet.hasFlag(TcpFlyweight.ACK)) {
            return;
        }
        int senderSequence = packet.sequence();
        int senderAcknowledgment = packet.acknowledgment();
        int after = senderSequence + packet.sequenceLength();
        int flags = TcpFlyweight.RST | TcpFlyweight.ACK;
        if (fromDevice) {
            tcpToDevice(session, flow, senderAcknowledgment, after, flags, null, 0);
            resetServer(session, flow, senderSequence, senderAcknowledgment);
        } else {
            tcpToDevice(session, flow, senderSequence, senderAcknowledgment, flags, null, 0);
            resetServer(session, flow, senderAcknowledgment, after);
        }
    }

    /** Sends a packet that was written at {@link Burst#HEADROOM_OCTETS} of one of the outbox's frames. */
    void sendToDevice(DeviceSession session, UnsafeBuffer frame, int length) {
        state.outbox.toDevice(session.slot, frame.addressOffset() + PACKET, length);
    }
}
