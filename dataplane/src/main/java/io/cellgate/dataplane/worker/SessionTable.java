package io.cellgate.dataplane.worker;

import io.cellgate.dataplane.capture.PacketCapture;
import io.cellgate.dataplane.packet.IpAddresses;
import io.cellgate.dataplane.session.UserPlaneSession;
import io.cellgate.policy.PolicySlot;
import java.lang.foreign.Arena;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicInteger;
import org.agrona.collections.IntArrayList;
import org.jspecify.annotations.Nullable;

/**
 * A worker's sessions: by the TEID of uplink packets, by the destination of downlink ones, by the peer's TEID. A session
 * has a slot; the indexes lead to it. At a slot there are the session's record, which is all that most packets look at, and the session. Grows without copying what is there.
 */
final class SessionTable implements AutoCloseable {
    /** Of one worker; room for their indexes is reserved, and taken as they come. */
    static final int MAX_SESSIONS = 1 << 22;
    private static final int BLOCK_SHIFT = 12;
    private static final int BLOCK = 1 << BLOCK_SHIFT;

    private final Arena memory = Arena.ofShared();
    private final SessionRecords records = new SessionRecords(memory, MAX_SESSIONS);
    private final AtomicInteger publications = new AtomicInteger();
    private final PolicySlot.Follower follower = new PolicySlot.Follower() {
        @Override
        public void published() {
            int _ = publications.incrementAndGet();
        }

        @Override
        public void await() { // a packet asks for the count
        }
    };
    private final SlotIndex byTeid = new SlotIndex(memory, MAX_SESSIONS);
    private final SlotIndex byIpv4 = new SlotIndex(memory, MAX_SESSIONS);
    private final SlotIndex byPrefix = new SlotIndex(memory, MAX_SESSIONS);
    private final SlotIndex byRemoteTeid = new SlotIndex(memory, MAX_SESSIONS);
    private @Nullable DeviceSession[][] blocks = new DeviceSession[0][];
    private final IntArrayList freeSlots = new IntArrayList();
    private int usedSlots;
    private int size;

    SessionTable() {}

    int size() {
        return size;
    }

    @Nullable
    DeviceSession byTeid(int teid) {
        return at(byTeid.first(teid));
    }

    /** The session whose device has this address. */
    @Nullable
    DeviceSession byAddress(long hi, long lo) {
        return at(slotOfAddress(hi, lo));
    }

    /** Reads where a look-up by TEID begins, so that it is in the cache; the value means nothing. */
    int touchTeid(int teid) {
        return byTeid.touch(teid);
    }

    /** The slot of the session of this TEID, or {@link SlotIndex#NONE}. */
    int slotOfTeid(int teid) {
        return byTeid.first(teid);
    }

    /** As {@link #touchTeid}, of a look-up by an IPv4 address, or by an IPv6 prefix. */
    int touchAddress(boolean ipv4, long key) {
        return ipv4 ? byIpv4.touch(key) : byPrefix.touch(key);
    }

    /** The slot of the session of this IPv4 address or IPv6 prefix, or {@link SlotIndex#NONE}. */
    int slotOfAddress(boolean ipv4, long key) {
        return ipv4 ? byIpv4.first(key) : byPrefix.first(key);
    }

    /** The slot of the session whose device has this address, or {@link SlotIndex#NONE}. */
    int slotOfAddress(long hi, long lo) {
        int ipv4 = (int) lo;
        return IpAddresses.isIpv4(hi, lo) ? byIpv4.first(ipv4) : byPrefix.first(hi);
    }

    private @Nullable DeviceSession at(int slot) {
        return slot == SlotIndex.NONE ? null : bySlot(slot);
    }

    @Nullable
    DeviceSession bySlot(int slot) {
        return blocks[slot >> BLOCK_SHIFT][slot & (BLOCK - 1)];
    }

    /** The session of a slot that has one. */
    DeviceSession of(int slot) {
        DeviceSession session = bySlot(slot);
        if (session == null) {
            throw new IllegalStateException("a slot without its session");
        }
        return session;
    }

    /** What packets ask of sessions. */
    SessionRecords records() {
        return records;
    }

    /** Whoever captures the packets of a session's SIM; null: nobody does. */
    @Nullable
    PacketCapture capture(int slot) {
        return records.has(slot, SessionRecords.WATCHED) ? of(slot).capture() : null;
    }

    /** As {@link DeviceSession#currentEpoch}; asks the session itself only where the answer may have changed. */
    int currentEpoch(int slot, long nowMinute, int nowSeconds) {
        int now = publications.get(); // before the policies are read: what comes then is seen next
                                      // time
        if (records.publications(slot) == now
                && !records.has(slot, SessionRecords.ASKS_FOR_EPOCH)) {
            return records.epoch(slot);
        }
        int epoch = of(slot).currentEpoch(nowMinute, nowSeconds);
        records.publications(slot, now); // not where a fault kept the session from following
        return epoch;
    }

    /** The session whose tunnel at the peer with this address has this identifier. */
    @Nullable
    DeviceSession byRemote(int teid, long hi, long lo) {
        int slot = byRemoteTeid.first(teid);
        while (slot != SlotIndex.NONE) {
            DeviceSession session = bySlot(slot);
            if (session != null && session.isRemote(teid, hi, lo)) {
                return session;
            }
            slot = byRemoteTeid.next(teid, slot);
        }
        return null;
    }

    /** Has the verdicts of all sessions' flows reached again. */
    void judgeAllAgain() {
        for (int slot = 0; slot < usedSlots; slot++) {
            records.nextEpoch(slot);
        }
    }

    DeviceSession add(UserPlaneSession session) {
        session.subscriber().policy().follow(follower);
        if (size == MAX_SESSIONS) {
            throw new IllegalStateException("got a session beyond " + MAX_SESSIONS
                    + ", which is the most that a worker takes");
        }
        int slot = freeSlots.isEmpty() ? usedSlots++ : freeSlots.popInt();
        DeviceSession added = new DeviceSession(slot, records, session);
        int block = slot >> BLOCK_SHIFT;
        if (block == blocks.length) {
            blocks = Arrays.copyOf(blocks, block + 1);
            blocks[block] = new DeviceSession[BLOCK];
        }
        blocks[block][slot & (BLOCK - 1)] = added;
        size++;
        byTeid.put(added.localTeid, slot);
        index(added);
        return added;
    }

    void replace(DeviceSession existing, UserPlaneSession session) {
        session.subscriber().policy().follow(follower);
        unindex(existing);
        existing.replaceBy(session);
        index(existing);
    }

    void remove(DeviceSession session) {
        unindex(session);
        byTeid.remove(session.localTeid, session.slot);
        blocks[session.slot >> BLOCK_SHIFT][session.slot & (BLOCK - 1)] = null;
        freeSlots.addInt(session.slot);
        size--;
        session.live = false;
    }

    private void index(DeviceSession session) {
        if (session.hasIpv4) {
            int ipv4 = (int) session.ipv4Lo;
            byIpv4.put(ipv4, session.slot);
        }
        if (session.hasIpv6) {
            byPrefix.put(session.prefixHi, session.slot);
        }
        if (session.isTunnelled()) {
            byRemoteTeid.put(session.remoteTeid, session.slot);
        }
    }

    private void unindex(DeviceSession session) {
        if (session.hasIpv4) {
            int ipv4 = (int) session.ipv4Lo;
            byIpv4.remove(ipv4, session.slot);
        }
        if (session.hasIpv6) {
            byPrefix.remove(session.prefixHi, session.slot);
        }
        if (session.isTunnelled()) {
            byRemoteTeid.remove(session.remoteTeid, session.slot);
        }
    }

    /** Gives the memory of indexes and records back. Nothing may be asked of the table afterwards. */
    @Override
    public void close() {
        memory.close();
    }
}
