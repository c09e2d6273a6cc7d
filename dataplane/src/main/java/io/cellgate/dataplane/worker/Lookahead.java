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

/**
 * Brings what the packets of a burst will ask for into the processor's cache before the first of them is looked at.
 *
 * <p>Theory of operation. With many sessions next to nothing of a packet's is in the cache: its own octets, the bucket of
 * the index, its session ({@link SessionRecords}), the bucket of its flow, the flow's record. Each of these is found through the
 * one before, so a packet alone waits for half a dozen accesses to memory one after the other, several times as long as all
 * its instructions take. The accesses of different packets do not depend on each other. So all packets of the burst take the first step,
 * then all the second, and the processor has many accesses under way at a time:
 *
 * <pre>
 *   packet 1   TEID ─► bucket │ session, bucket of the flow │ flow
 *   packet 2   TEID ─► bucket │ session, bucket of the flow │ flow
 *   ...                       ▼                            ▼
 * </pre>
 *
 * A flow that begins asks for as much again: its session itself, what that is judged by, its SIM's meter, the record that the flow will have.
 * Where a packet from a device is of no flow that is there, the same is done with these.
 *
 * <p>Nothing is decided here and nothing kept: {@link Uplink} and {@link Downlink} look everything up again, in the cache. What
 * is not of the common form is left to them. One thread.
 */
final class Lookahead {
    private static final ByteOrder BE = ByteOrder.BIG_ENDIAN;
    private static final int PORTS_OCTETS = 4;
    /** A GTP-U header with a sequence number. */
    private static final int LONG_HEADER_OCTETS = 12;
    private static final int ANY_OPTIONAL = 7;

    private final SessionTable sessions;
    private final SessionRecords records;
    private final FlowTable flows;
    private final FlowReports reports;
    private final UnsafeBuffer view = new UnsafeBuffer(0, 0);
    /** How many packets are looked up. */
    private int count;
    /** Of each of them: its session's key, whether that is an IPv4 address, its slot; what its flow is found by, its ports, the first flow of that bucket, the one after. */
    private final long[] keys;
    private final boolean[] ipv4;
    private final int[] slots;
    private final long[] mixed;
    private final int[] ports;
    private final int[] candidates;
    private final int[] next;
    /** Means nothing; it is there so that what is read is needed. */
    @SuppressWarnings("unused")
    private long touched;

    Lookahead(SessionTable sessions, FlowTable flows, FlowReports reports, int burst) {
        this.sessions = sessions;
        records = sessions.records();
        this.flows = flows;
        this.reports = reports;
        keys = new long[burst];
        ipv4 = new boolean[burst];
        slots = new int[burst];
        mixed = new long[burst];
        ports = new int[burst];
        candidates = new int[burst];
        next = new int[burst];
    }

    /** For datagrams of the access side. */
    void uplink(Burst burst) {
        count = 0;
        for (int i = 0; i < burst.size(); i++) {
            view.wrap(burst.address(i), burst.length(i));
            if (burst.length(i) >= GtpuHeaderFlyweight.MIN_HEADER_OCTETS) {
                keys[count] = GtpuHeaderFlyweight.teid(view, 0);
                take((view.getByte(0) & ANY_OPTIONAL) == 0
                        ? GtpuHeaderFlyweight.MIN_HEADER_OCTETS
                        : LONG_HEADER_OCTETS, true);
            }
        }
        long sum = 0;
        for (int i = 0; i < count; i++) {
            sum += sessions.touchTeid((int) keys[i]);
        }
        for (int i = 0; i < count; i++) {
            slots[i] = sessions.slotOfTeid((int) keys[i]);
        }
        sum += sessionsAndFlows();
        touched = sum + beginnings();
    }

    /** For packets of the core side. */
    void downlink(Burst burst) {
        count = 0;
        for (int i = 0; i < burst.size(); i++) {
            view.wrap(burst.address(i), burst.length(i));
            take(0, false);
        }
        long sum = 0;
        for (int i = 0; i < count; i++) {
            sum += sessions.touchAddress(ipv4[i], keys[i]);
        }
        for (int i = 0; i < count; i++) {
            slots[i] = sessions.slotOfAddress(ipv4[i], keys[i]);
        }
        touched = sum + sessionsAndFlows();
    }

    /** Notes the packet that begins here, if it is one with ports. */
    private void take(int at, boolean up) {
        if (view.capacity() < at + Ipv4Flyweight.MIN_HEADER_OCTETS + PORTS_OCTETS) {
            return;
        }
        boolean isIpv4 = Ipv4Flyweight.version(view, at) == 4;
        int header = isIpv4 ? Ipv4Flyweight.MIN_HEADER_OCTETS : Ipv6Flyweight.HEADER_OCTETS;
        if (view.capacity() < at + header + PORTS_OCTETS) {
            return;
        }
        int protocol = isIpv4
                ? Ipv4Flyweight.protocol(view, at)
                : Ipv6Flyweight.nextHeader(view, at);
        if (protocol != Transport.UDP && protocol != Transport.TCP) {
            return;
        }
        int both = view.getInt(at + header, BE);
        int source = both >>> 16;
        int destination = both & 0xffff;
        long srcHi = isIpv4 ? 0 : Ipv6Flyweight.sourceHi(view, at);
        long srcLo = isIpv4
                ? IpAddresses.mapped(Ipv4Flyweight.source(view, at))
                : Ipv6Flyweight.sourceLo(view, at);
        long dstHi = isIpv4 ? 0 : Ipv6Flyweight.destinationHi(view, at);
        long dstLo = isIpv4
                ? IpAddresses.mapped(Ipv4Flyweight.destination(view, at))
                : Ipv6Flyweight.destinationLo(view, at);
        if (up) {
            ports[count] = both;
            mixed[count] = flows.mixed(srcLo, source, dstHi, dstLo, destination, protocol);
        } else {
            ipv4[count] = isIpv4;
            keys[count] = isIpv4 ? (int) dstLo : dstHi;
            mixed[count] = flows.mixed(dstLo, destination, srcHi, srcLo, source, protocol);
        }
        count++;
    }

    private long sessionsAndFlows() {
        long sum = 0;
        int known = 0;
        for (int i = 0; i < count; i++) {
            if (slots[i] != SlotIndex.NONE) {
                slots[known] = slots[i];
                ports[known] = ports[i];
                mixed[known++] = mixed[i];
            }
        }
        for (int i = 0; i < known; i++) {
            sum += records.touch(slots[i]);
            candidates[i] = flows.first(slots[i], mixed[i]);
        }
        for (int i = 0; i < known; i++) {
            sum += candidates[i] == FlowTable.NONE ? 0 : flows.touch(candidates[i]);
        }
        for (int i = 0; i < known; i++) {
            next[i] = candidates[i] == FlowTable.NONE
                    ? FlowTable.NONE
                    : flows.next(candidates[i]);
            sum += next[i] == FlowTable.NONE ? 0 : flows.touch(next[i]);
        }
        count = known;
        return sum;
    }

    /** What flows that begin ask for: a packet whose flow is neither of the first two of its bucket begins one, more often than not. */
    private long beginnings() {
        int beginning = 0;
        for (int i = 0; i < count; i++) {
            if (!is(candidates[i], i) && !is(next[i], i)) {
                slots[beginning++] = slots[i];
            }
        }
        if (beginning == 0) {
            return 0;
        }
        long sum = 0;
        int numbers = flows.upcoming(candidates, beginning);
        for (int i = 0; i < numbers; i++) {
            sum += flows.touch(candidates[i]) + flows.touchRest(candidates[i])
                    + reports.touch(candidates[i]);
        }
        for (int i = 0; i < beginning; i++) {
            DeviceSession session = sessions.bySlot(slots[i]);
            next[i] = session == null ? FlowTable.NONE : session.firstFlow;
            sum += session == null ? 0 : session.touchForFlow();
        }
        for (int i = 0; i < beginning; i++) {
            sum += next[i] == FlowTable.NONE ? 0 : flows.touchRest(next[i]);
        }
        return sum;
    }

    private boolean is(int flow, int packet) {
        return flow != FlowTable.NONE && flows.has(flow, slots[packet], ports[packet]);
    }
}
