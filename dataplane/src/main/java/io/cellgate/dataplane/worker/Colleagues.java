package io.cellgate.dataplane.worker;

import io.cellgate.dataplane.packet.DropReason;
import io.cellgate.dataplane.packet.IpAddresses;
import io.cellgate.policy.subject.Imsi;
import org.agrona.collections.Int2IntHashMap;
import org.agrona.collections.Int2ObjectHashMap;
import org.agrona.collections.Long2LongHashMap;
import org.agrona.concurrent.UnsafeBuffer;
import org.jspecify.annotations.Nullable;

/**
 * The other workers, as one worker sees them. A session is of the worker that the remainder of its TEID names, and the
 * TEIDs of a SIM are chosen so that all of its sessions are of one: its meter needs no lock. The kernel hands each
 * worker the datagrams of its own TEIDs; packets from the core it spreads by their destination. What reaches the wrong
 * one all the same, as the destination's owner is another, goes to the right one by a {@link Handover}: always from the
 * same receiver, and so in order.
 */
final class Colleagues {
    private static final int NOBODY = -1;

    private final int index;
    private final int count;
    private final @Nullable Handover[] to;
    private final @Nullable Handover[] from;
    private final Worker[] workers;
    private final boolean[] toWake;
    private final Int2IntHashMap ownersOfIpv4 = new Int2IntHashMap(NOBODY);
    private final Long2LongHashMap ownersOfPrefix = new Long2LongHashMap(NOBODY);
    private final Int2ObjectHashMap<WorkerCommand.Foreign> foreign = new Int2ObjectHashMap<>();

    /** A worker without any. */
    Colleagues() {
        this(0, new Worker[1], new Handover[1][1]);
    }

    /**
     * @param workers all of them; filled before the first is started
     * @param rings   from the first index to the second
     */
    Colleagues(int index, Worker[] workers, @Nullable Handover[][] rings) {
        this.index = index;
        this.workers = workers;
        count = workers.length;
        to = rings[index];
        from = new Handover[count];
        for (int i = 0; i < count; i++) {
            from[i] = rings[i][index];
        }
        toWake = new boolean[count];
    }

    /** The worker, of so many, whose the TEID is. */
    static int ownerOf(int teid, int count) {
        return Integer.remainderUnsigned(teid, count);
    }

    /** The worker, of so many, that has all sessions of a SIM. */
    static int ownerOf(Imsi imsi, int count) {
        long h = Long.parseLong(imsi.digits()) * 0x9e3779b97f4a7c15L;
        return (int) ((h >>> 33) % count);
    }

    boolean isMine(int teid) {
        return count == 1 || ownerOf(teid, count) == index;
    }

    /** Gives a datagram to the worker whose TEID it carries. */
    @Nullable
    DropReason handUp(int teid, UnsafeBuffer view, int length, long peerHi, long peerLo,
            int peerPort) {
        int owner = ownerOf(teid, count);
        Handover ring = to[owner];
        if (ring == null || !ring.offerUp(view, 0, length, peerHi, peerLo, peerPort)) {
            return DropReason.HANDOVER_FULL;
        }
        toWake[owner] = true;
        return null;
    }

    /** Gives a packet of a carrier's router to the worker whose session has its source; why it is dropped, if there is none. */
    @Nullable
    DropReason handPlain(long srcHi, long srcLo, UnsafeBuffer view, int length, int link) {
        int owner = ownerOf(srcHi, srcLo);
        if (owner == NOBODY) {
            return DropReason.SOURCE_UNBOUND;
        }
        Handover ring = to[owner];
        if (ring == null || !ring.offerPlain(view, length, link)) {
            return DropReason.HANDOVER_FULL;
        }
        toWake[owner] = true;
        return null;
    }

    private int ownerOf(long hi, long lo) {
        return IpAddresses.isIpv4(hi, lo)
                ? ownersOfIpv4.get((int) lo)
                : (int) ownersOfPrefix.get(hi);
    }

    /** Gives a packet to the worker whose session has its destination; why it is dropped, if there is none. */
    @Nullable
    DropReason handDown(long dstHi, long dstLo, UnsafeBuffer view, int offset, int length) {
        int owner = ownerOf(dstHi, dstLo);
        if (owner == NOBODY) {
            return DropReason.DESTINATION_UNKNOWN;
        }
        Handover ring = to[owner];
        if (ring == null || !ring.offerDown(view, offset, length)) {
            return DropReason.HANDOVER_FULL;
        }
        toWake[owner] = true;
        return null;
    }

    /** Wakes whom something was given since the last time. */
    void wake() {
        for (int i = 0; i < count; i++) {
            if (toWake[i]) {
                toWake[i] = false;
                workers[i].wakeIfParked();
            }
        }
    }

    /** Tells the others of an Error Indication that is about no session here. */
    void tellErrorIndication(int teid, long addressHi, long addressLo, int carrier) {
        for (int i = 0; i < count; i++) {
            if (i != index && !workers[i].offer(
                    new WorkerCommand.ErrorIndicated(teid, addressHi, addressLo, carrier))) {
                return;
            }
        }
    }

    int count() {
        return count;
    }

    /** What the worker of this index has for us; null where it is ourselves. */
    @Nullable
    Handover from(int i) {
        return from[i];
    }

    boolean haveSomething() {
        for (Handover ring : from) {
            if (ring != null && !ring.isEmpty()) {
                return true;
            }
        }
        return false;
    }

    /** A session of another worker has begun, or has other addresses. */
    void began(WorkerCommand.Foreign session) {
        ended(session.localTeid());
        foreign.put(session.localTeid(), session);
        if (session.ipv4() != null) {
            ownersOfIpv4.put((int) IpAddresses.lo(session.ipv4()), session.owner());
        }
        if (session.ipv6Prefix() != null) {
            ownersOfPrefix.put(IpAddresses.hi(session.ipv6Prefix()), session.owner());
        }
    }

    /** A session of another worker has ended. */
    void ended(int localTeid) {
        WorkerCommand.Foreign session = foreign.remove(localTeid);
        if (session != null) {
            if (session.ipv4() != null) {
                ownersOfIpv4.remove((int) IpAddresses.lo(session.ipv4()));
            }
            if (session.ipv6Prefix() != null) {
                ownersOfPrefix.remove(IpAddresses.hi(session.ipv6Prefix()));
            }
        }
    }
}
