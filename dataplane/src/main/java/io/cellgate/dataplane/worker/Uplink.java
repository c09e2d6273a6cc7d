package io.cellgate.dataplane.worker;

import io.cellgate.dataplane.capture.PacketCapture;
import io.cellgate.dataplane.flow.FlowTable;
import io.cellgate.dataplane.flow.FlowVerdict;
import io.cellgate.dataplane.gtpu.GtpuHeaderFlyweight;
import io.cellgate.dataplane.gtpu.GtpuMessages;
import io.cellgate.dataplane.packet.DropReason;
import io.cellgate.dataplane.packet.InnerPacket;
import io.cellgate.dataplane.packet.IpAddresses;
import io.cellgate.dataplane.packet.NeighborDiscovery;
import io.cellgate.dataplane.packet.Transport;
import io.cellgate.dataplane.session.UserPlane;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.nio.ByteOrder;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.jspecify.annotations.Nullable;

/**
 * A packet's way from a carrier to the core: peer and tunnel, or the link of a carrier's router; the packet itself, what no
 * policy opens, DNS, the flow.
 */
final class Uplink {
    private static final int GTP_C_PORT = 2123;
    private static final int DNS_PORT = 53;
    private static final long LINK_LOCAL_PREFIX = NeighborDiscovery.LINK_LOCAL_HI;

    private final WorkerState state;
    private final SessionRecords records;
    private final UserPlane.Events events;
    private final FlowJudge judge;
    private final Verdicts verdicts;
    private final StreamInspector inspector;
    private final DnsInterceptor dns;
    private final RouterAdvertiser routers;
    private final RelatedErrors related;
    private final UnsafeBuffer view = new UnsafeBuffer(0, 0);
    private final InnerPacket packet = new InnerPacket(view);
    private final GtpuMessages.ErrorIndication indication = new GtpuMessages.ErrorIndication();
    private long ownIpv4Lo;
    private long ownIpv6Hi;
    private long ownIpv6Lo;

    Uplink(WorkerState state, UserPlane.Events events, FlowJudge judge, Verdicts verdicts,
            StreamInspector inspector, DnsInterceptor dns, RouterAdvertiser routers,
            RelatedErrors related) {
        this.state = state;
        records = state.sessions.records();
        this.events = events;
        this.judge = judge;
        this.verdicts = verdicts;
        this.inspector = inspector;
        this.dns = dns;
        this.routers = routers;
        this.related = related;
        for (InetAddress address : state.config.gtpuAddresses()) {
            if (address instanceof Inet4Address) {
                ownIpv4Lo = IpAddresses.lo(address);
            } else {
                ownIpv6Hi = IpAddresses.hi(address);
                ownIpv6Lo = IpAddresses.lo(address);
            }
        }
    }

    /** Takes a datagram of the access side. */
    void datagram(long address, int length, long peerHi, long peerLo, int peerPort) {
        view.wrap(address, length);
        DropReason reason = gtpu(length, peerHi, peerLo, peerPort);
        if (reason != null) {
            state.drop(reason);
        }
    }

    private @Nullable DropReason gtpu(int length, long peerHi, long peerLo, int peerPort) {
        int carrier = state.peers.carrierOf(peerHi, peerLo);
        if (carrier == PeerIndex.UNKNOWN) {
            return DropReason.PEER_UNKNOWN;
        }
        DropReason fault = GtpuHeaderFlyweight.validate(view, 0, length);
        if (fault == DropReason.GTPU_EXTENSION_UNKNOWN
                && state.errorIndications.take(state.nowNanos)) {
            UnsafeBuffer frame = state.outbox.frame();
            state.outbox.toPeer(frame,
                    GtpuMessages.writeSupportedExtensions(frame, 0,
                            GtpuHeaderFlyweight.sequence(view, 0)),
                    peerHi, peerLo, GtpuHeaderFlyweight.PORT);
        }
        if (fault != null) {
            return fault;
        }
        return switch (GtpuHeaderFlyweight.messageType(view, 0)) {
            case GtpuHeaderFlyweight.G_PDU -> gPdu(length, carrier, peerHi, peerLo, peerPort);
            case GtpuHeaderFlyweight.ECHO_REQUEST -> {
                UnsafeBuffer frame = state.outbox.frame();
                state.outbox.toPeer(frame,
                        GtpuMessages.writeEchoResponse(frame, 0,
                                GtpuHeaderFlyweight.sequence(view, 0)),
                        peerHi, peerLo, peerPort);
                yield null;
            }
            case GtpuHeaderFlyweight.ERROR_INDICATION -> errorIndication(length, carrier);
            // An End Marker says that no more comes by an old path; paths are not told apart here
            // (§7.3.2).
            case GtpuHeaderFlyweight.ECHO_RESPONSE, GtpuHeaderFlyweight.SUPPORTED_EXTENSIONS,
                    GtpuHeaderFlyweight.END_MARKER ->
                null;
            default -> DropReason.GTPU_MESSAGE_TYPE;
        };
    }

    private @Nullable DropReason errorIndication(int length, int carrier) {
        if (!indication.parse(view, GtpuHeaderFlyweight.headerLength(view, 0), length)) {
            return DropReason.GTPU_ELEMENTS;
        }
        DeviceSession session = state.sessions.byRemote(indication.teid(),
                indication.addressHi(), indication.addressLo());
        if (session != null) {
            return errorIndicated(session, carrier);
        }
        if (state.colleagues.count() > 1 && state.errorIndications.take(state.nowNanos)) {
            state.colleagues.tellErrorIndication(indication.teid(), indication.addressHi(),
                    indication.addressLo(), carrier);
            return null;
        }
        return DropReason.TEID_UNKNOWN;
    }

    /** An Error Indication that came to another worker, which has no such session. */
    void errorIndicated(WorkerCommand.ErrorIndicated elsewhere) {
        DeviceSession session = state.sessions.byRemote(elsewhere.teid(), elsewhere.addressHi(),
                elsewhere.addressLo());
        DropReason reason = session == null
                ? DropReason.TEID_UNKNOWN
                : errorIndicated(session, elsewhere.carrier());
        if (reason != null) {
            state.drop(reason);
        }
    }

    private @Nullable DropReason errorIndicated(DeviceSession session, int carrier) {
        if (session.carrierIndex != carrier) {
            return DropReason.PEER_OF_OTHER_CARRIER;
        }
        if (!session.errorIndicated) {
            session.errorIndicated = true;
            events.errorIndication(session.localTeid);
        }
        return null;
    }

    private @Nullable DropReason gPdu(int length, int carrier, long peerHi, long peerLo,
            int peerPort) {
        int teid = GtpuHeaderFlyweight.teid(view, 0);
        if (!state.colleagues.isMine(teid)) {
            return state.colleagues.handUp(teid, view, length, peerHi, peerLo, peerPort);
        }
        int slot = state.sessions.slotOfTeid(teid);
        if (slot == SlotIndex.NONE || !records.has(slot, SessionRecords.TUNNELLED)) {
            if (state.errorIndications.take(state.nowNanos)) {
                boolean v4 = IpAddresses.isIpv4(peerHi, peerLo);
                UnsafeBuffer frame = state.outbox.frame();
                int octets = GtpuMessages.writeErrorIndication(frame, 0, teid,
                        v4 ? 0 : ownIpv6Hi, v4 ? ownIpv4Lo : ownIpv6Lo);
                state.outbox.toPeer(frame, octets, peerHi, peerLo, GtpuHeaderFlyweight.PORT);
            }
            return DropReason.TEID_UNKNOWN;
        }
        if (!records.isOfCarrier(slot, carrier)) {
            return DropReason.PEER_OF_OTHER_CARRIER;
        }
        int header = GtpuHeaderFlyweight.headerLength(view, 0);
        PacketCapture capture = state.sessions.capture(slot);
        if (capture != null) {
            capture.up(state.nowEpochMillis, view.addressOffset(), length, header, peerHi, peerLo);
        }
        DropReason fault = packet.parse(view, header, length - header);
        return fault != null ? fault : inner(slot);
    }

    /** Takes a packet of a link to a carrier's router, which is the session's that has its source address. */
    void plain(long address, int length, int link) {
        view.wrap(address, length);
        DropReason reason = packet.parse(view, 0, length);
        if (reason == null) {
            DeviceSession session = state.sessions.byAddress(packet.srcHi(), packet.srcLo());
            reason = session == null
                    ? state.colleagues.handPlain(packet.srcHi(), packet.srcLo(), view, length,
                            link)
                    : plain(session, link);
        }
        if (reason != null) {
            state.drop(reason);
        }
    }

    private @Nullable DropReason plain(DeviceSession session, int link) {
        if (session.link != link) {
            return DropReason.SOURCE_SPOOFED;
        }
        PacketCapture capture = session.capture();
        if (capture != null) {
            capture.up(state.nowEpochMillis, view.addressOffset(), packet.length(), 0, 0, 0);
        }
        return ofSession(session.slot);
    }

    private @Nullable DropReason inner(int slot) {
        if (packet.isIpv4()) {
            if (!records.has(slot, SessionRecords.HAS_IPV4)
                    || (int) packet.srcLo() != records.ipv4(slot)) {
                return DropReason.SOURCE_SPOOFED;
            }
        } else {
            if (!records.has(slot, SessionRecords.HAS_IPV6)) {
                return DropReason.SOURCE_SPOOFED;
            }
            if (packet.protocol() == Transport.ICMPV6 && isLinkScoped()) {
                return routers.fromDevice(state.sessions.of(slot), packet);
            }
            if (packet.srcHi() != records.prefixHi(slot)) {
                return DropReason.SOURCE_SPOOFED;
            }
        }
        return ofSession(slot);
    }

    /** A packet whose source is the session's own address. */
    private @Nullable DropReason ofSession(int slot) {
        if (packet.hopLimit() == 0) {
            return DropReason.HOP_LIMIT;
        }
        if (packet.isFragment()) {
            DropReason reason = state.fragments.take(slot, packet, true, state.nowSeconds);
            if (reason != null) {
                return reason;
            }
        }
        if (packet.isUdp()) {
            if (packet.dstPort() == GtpuHeaderFlyweight.PORT || packet.dstPort() == GTP_C_PORT) {
                return DropReason.GTP_IN_GTP;
            }
            if (packet.dstPort() == DNS_PORT) {
                return packet.isFragment() ? DropReason.IP_FRAGMENT : query(slot);
            }
        } else if (!packet.isTcp() && packet.isIcmpError()) {
            if (!related.fromDevice(state.sessions.of(slot), packet)) {
                return DropReason.ICMP_UNRELATED;
            }
            return state.metering.admits(slot, packet.length())
                    ? pass(slot)
                    : DropReason.QUOTA_EXCEEDED;
        }
        return flow(slot);
    }

    /** A query is used traffic, however it is answered: without that DNS would be a way around a quota. */
    private @Nullable DropReason query(int slot) {
        if (!state.metering.admits(slot, packet.length())) {
            return DropReason.QUOTA_EXCEEDED;
        }
        state.metering.countUp(slot, packet.length());
        return dns.query(state.sessions.of(slot), packet);
    }

    /** Whether the packet is of the link itself: its source or destination means nothing beyond it. */
    private boolean isLinkScoped() {
        boolean unspecified = (packet.srcHi() | packet.srcLo()) == 0;
        boolean linkLocalSource = packet.srcHi() == LINK_LOCAL_PREFIX;
        boolean linkLocalDestination = packet.dstHi() == LINK_LOCAL_PREFIX
                || packet.dstHi() >>> 48 == 0xff02;
        return unspecified || linkLocalSource || linkLocalDestination;
    }

    private @Nullable DropReason flow(int slot) {
        FlowTable flows = state.flows;
        int epoch = state.sessions.currentEpoch(slot, state.nowMinute, state.nowSeconds);
        int flow = flows.find(slot, packet.srcLo(), packet.srcPort(), packet.dstHi(),
                packet.dstLo(), packet.dstPort(), packet.protocol());
        if (flow != FlowTable.NONE
                && (judge.begunAnew(flow, packet) || (flows.epoch(flow) != epoch
                        && !judge.judgeAgain(state.sessions.of(slot), flow, packet, true)))) {
            judge.end(state.sessions.of(slot), flow);
            flow = FlowTable.NONE;
        }
        if (flow == FlowTable.NONE) {
            DropReason reason = FlowJudge.mayBegin(packet);
            if (reason != null) {
                return reason;
            }
            flow = judge.begin(state.sessions.of(slot), packet.srcLo(), packet.srcPort(),
                    packet.dstHi(),
                    packet.dstLo(), packet.dstPort(), packet.protocol(), false, packet);
            if (flow == FlowTable.NONE) {
                return null;
            }
        }
        return byVerdict(slot, flow);
    }

    private @Nullable DropReason byVerdict(int slot, int flow) {
        FlowTable flows = state.flows;
        int verdict = flows.verdict(flow);
        if (verdict == FlowVerdict.BLOCK.index()) {
            return blocked(state.sessions.of(slot), flow);
        }
        if (!state.metering.admits(slot, packet.length())) {
            return DropReason.QUOTA_EXCEEDED;
        }
        if (verdict == FlowVerdict.INSPECT.index()) {
            if (packet.isFragment()) {
                return DropReason.IP_FRAGMENT;
            }
            int length = packet.length();
            DropReason reason = inspector.fromDevice(state.sessions.of(slot), flow, packet, view);
            if (reason == null) {
                flows.countUp(flow, length, state.nowSeconds);
                judge.follow(slot, flow, packet, true);
                state.metering.countUp(slot, length);
            }
            return reason;
        }
        if ((flows.marks(flow) & FlowMarks.NO_QUIC) != 0 && isQuic()) {
            verdicts.block(state.sessions.of(slot), flow, DropReason.QUIC_UNREADABLE, null);
            return DropReason.QUIC_UNREADABLE;
        }
        if (state.hasKernelFlows) {
            state.offload.offer(state.sessions.of(slot), flow, packet);
        }
        flows.countUp(flow, packet.length(), state.nowSeconds);
        if (packet.isTcp()) {
            judge.follow(slot, flow, packet, true);
        }
        return pass(slot);
    }

    private DropReason blocked(DeviceSession session, int flow) {
        FlowTable flows = state.flows;
        flows.countUp(flow, packet.length(), state.nowSeconds);
        int marks = flows.marks(flow);
        if ((marks & FlowMarks.CLOSED_BY_US) != 0) {
            if (!packet.isFragment()) {
                inspector.afterClose(session, flow, packet);
            }
            return DropReason.CONNECTION_CLOSED;
        }
        if ((marks & FlowMarks.REJECT) != 0 && !packet.isLaterFragment()) {
            verdicts.reject(session, packet);
        }
        return DropReason.of(flows.dropReason(flow));
    }

    /** A QUIC long header of a version in use, RFC 9000 §17.2; on port 443, of any version. */
    private boolean isQuic() {
        DirectBuffer b = packet.buffer();
        int at = packet.payloadOffset();
        if (packet.isLaterFragment() || packet.payloadLength() < 7 || (b.getByte(at) & 0x80) == 0) {
            return false;
        }
        int version = b.getInt(at + 1, ByteOrder.BIG_ENDIAN);
        return packet.dstPort() == 443 || packet.dstPort() == 80 || version == 1
                || version == 0x6b3343cf || version >>> 8 == 0xff0000 || version >>> 8 == 0x513035;
    }

    private @Nullable DropReason pass(int slot) {
        state.outbox.toCore(view.addressOffset() + packet.offset(), packet.length());
        state.metering.countUp(slot, packet.length());
        return null;
    }
}
