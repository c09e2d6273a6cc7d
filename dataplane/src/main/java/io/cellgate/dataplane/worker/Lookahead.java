package io.cellgate.dataplane.worker;

import io.cellgate.dataplane.flow.FlowTable;
import io.cellgate.dataplane.gtpu.GtpuHeaderFlyweight;
import io.cellgate.dataplane.io.Burst;
import io.cellgate.dataplane.packet.IpAddresses;
import io.cellgate.dataplane.packet.Ipv4Flyweight;
import io.cellgate.dataplane.packet.Ipv6Flyweight;
import io.cellgate.dataplane.packet.Transport;
import java.nio.ByteOrder;
import org.agrona.concurrent.UnsafeBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Brings what the packets of a burst will ask for into the processor's cache before the first of them is looked at.
 *
 * <p>Theory of operation. With many sessions next to nothing of a packet's is in the cache: its own octets, the bucket of
 * the index, its session ({@link HotSessionFields}), the bucket of its flow, the flow's record. Each of these is found through the
 * one before, so a packet alone waits for half a dozen accesses to memory one after the other, several times as long as all
 * its instructions take. The accesses of different packets do not depend on each other. So all packets of the burst take the first step,
 * then all the second, and the processor has many accesses under way at a time:
 *
 * <pre>
 *   packet 1   TEID ─► bucket │ session │ its fields, bucket of the flow │ flow
 *   packet 2   TEID ─► bucket │ session │ its fields, bucket of the flow │ flow
 *   ...                       ▼         ▼                               ▼
 * </pre>
 *
 * Nothing is decided here and nothing kept: {@link Uplink} and {@link Downlink} look everything up again, in the cache. What
 * is not of the common form is left to them. One thread.
 */
final class Lookahead {
    private static final ByteOrder BE = ByteOrder.BIG_ENDIAN;
    private static final int PORTS_OCTETS = 4;
    /** A GTP-U header with a sequence number. */
    private static final int LONG_HEADER_OCTETS = 12;
    private static final int ANY_OPTIONAL = 7;
    private static final int NO_PACKET = -1;

    private final SessionTable sessions;
    private final FlowTable flows;
    private final UnsafeBuffer view = new UnsafeBuffer(0, 0);
    /** Of each packet: where its IP header is, its session's key and slot, the first flow of its bucket. */
    private final int[] packetAt;
    private final long[] keys;
    private final int[] slots;
    private final int[] candidates;
    /** Means nothing; it is there so that what is read is needed. */
    @SuppressWarnings("unused")
    private long touched;

    Lookahead(SessionTable sessions, FlowTable flows, int burst) {
        this.sessions = sessions;
        this.flows = flows;
        packetAt = new int[burst];
        keys = new long[burst];
        slots = new int[burst];
        candidates = new int[burst];
    }

    /** For datagrams of the access side. */
    void uplink(Burst burst) {
        long sum = 0;
        for (int i = 0; i < burst.size(); i++) {
            int at = innerPacket(burst.address(i), burst.length(i));
            packetAt[i] = at;
            if (at != NO_PACKET) {
                keys[i] = GtpuHeaderFlyweight.teid(view, 0);
                sum += sessions.touchTeid((int) keys[i]);
            }
        }
        for (int i = 0; i < burst.size(); i++) {
            slots[i] = packetAt[i] == NO_PACKET
                    ? SlotIndex.NONE
                    : sessions.slotOfTeid((int) keys[i]);
        }
        touched = sum + sessionsAndFlows(burst, true);
    }

    /** For packets of the core side. */
    void downlink(Burst burst) {
        long sum = 0;
        for (int i = 0; i < burst.size(); i++) {
            view.wrap(burst.address(i), burst.length(i));
            packetAt[i] = packet(0);
            if (packetAt[i] != NO_PACKET) {
                keys[i] = isIpv4(0)
                        ? Ipv4Flyweight.destination(view, 0)
                        : Ipv6Flyweight.destinationHi(view, 0);
                sum += sessions.touchAddress(isIpv4(0), keys[i]);
            }
        }
        for (int i = 0; i < burst.size(); i++) {
            if (packetAt[i] == NO_PACKET) {
                slots[i] = SlotIndex.NONE;
            } else {
                view.wrap(burst.address(i), burst.length(i));
                slots[i] = sessions.slotOfAddress(isIpv4(0), keys[i]);
            }
        }
        touched = sum + sessionsAndFlows(burst, false);
    }

    private int innerPacket(long address, int length) {
        view.wrap(address, length);
        if (length < GtpuHeaderFlyweight.MIN_HEADER_OCTETS) {
            return NO_PACKET;
        }
        return packet((view.getByte(0) & ANY_OPTIONAL) == 0
                ? GtpuHeaderFlyweight.MIN_HEADER_OCTETS
                : LONG_HEADER_OCTETS);
    }

    /** Where the packet is, if one with ports begins here. */
    private int packet(int at) {
        if (view.capacity() < at + Ipv4Flyweight.MIN_HEADER_OCTETS + PORTS_OCTETS) {
            return NO_PACKET;
        }
        return isIpv4(at)
                || view.capacity() >= at + Ipv6Flyweight.HEADER_OCTETS + PORTS_OCTETS
                        ? at
                        : NO_PACKET;
    }

    private boolean isIpv4(int at) {
        return Ipv4Flyweight.version(view, at) == 4;
    }

    private long sessionsAndFlows(Burst burst, boolean up) {
        long sum = 0;
        for (int i = 0; i < burst.size(); i++) {
            DeviceSession session = session(i);
            sum += session == null ? 0 : session.touch();
        }
        for (int i = 0; i < burst.size(); i++) {
            candidates[i] = FlowTable.NONE;
            if (slots[i] != SlotIndex.NONE) {
                view.wrap(burst.address(i), burst.length(i));
                candidates[i] = firstFlow(slots[i], packetAt[i], up);
            }
        }
        for (int i = 0; i < burst.size(); i++) {
            sum += candidates[i] == FlowTable.NONE ? 0 : flows.touch(candidates[i]);
        }
        for (int i = 0; i < burst.size(); i++) {
            int next = candidates[i] == FlowTable.NONE
                    ? FlowTable.NONE
                    : flows.next(candidates[i]);
            sum += next == FlowTable.NONE ? 0 : flows.touch(next);
        }
        return sum;
    }

    private @Nullable DeviceSession session(int i) {
        return slots[i] == SlotIndex.NONE ? null : sessions.bySlot(slots[i]);
    }

    /** The first flow of the bucket in which the packet's is. */
    private int firstFlow(int session, int at, boolean up) {
        boolean ipv4 = isIpv4(at);
        int ports = view.getInt(
                at + (ipv4 ? Ipv4Flyweight.MIN_HEADER_OCTETS : Ipv6Flyweight.HEADER_OCTETS), BE);
        int protocol = ipv4 ? Ipv4Flyweight.protocol(view, at) : Ipv6Flyweight.nextHeader(view, at);
        if (protocol != Transport.UDP && protocol != Transport.TCP) {
            return FlowTable.NONE;
        }
        long srcHi = ipv4 ? 0 : Ipv6Flyweight.sourceHi(view, at);
        long srcLo = ipv4
                ? IpAddresses.mapped(Ipv4Flyweight.source(view, at))
                : Ipv6Flyweight.sourceLo(view, at);
        long dstHi = ipv4 ? 0 : Ipv6Flyweight.destinationHi(view, at);
        long dstLo = ipv4
                ? IpAddresses.mapped(Ipv4Flyweight.destination(view, at))
                : Ipv6Flyweight.destinationLo(view, at);
        int source = ports >>> 16;
        int destination = ports & 0xffff;
        return up
                ? flows.first(session, srcLo, source, dstHi, dstLo, destination, protocol)
                : flows.first(session, dstLo, destination, srcHi, srcLo, source, protocol);
    }
}
