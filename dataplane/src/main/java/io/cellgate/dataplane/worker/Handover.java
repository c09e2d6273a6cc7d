package io.cellgate.dataplane.worker;

import io.cellgate.dataplane.io.Burst;
import io.cellgate.dataplane.io.PacketIo;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.agrona.BitUtil;
import org.agrona.BufferUtil;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * The way of packets from the worker that received them to the one whose session they are of: a ring of packet buffers
 * with one writer and one reader. Packets are copied into it, and stay there until the reader has sent them on; so they
 * keep their order. Where it is full, the packet is dropped, as on a full link.
 */
final class Handover {
    private static final int SLOTS = 128;
    private static final byte ACCESS = 0;
    private static final byte CORE = 1;
    private static final byte PLAIN = 2;
    private static final int SLOT_OCTETS = BitUtil
            .align(Burst.HEADROOM_OCTETS + PacketIo.MAX_PACKET_OCTETS, BitUtil.CACHE_LINE_LENGTH);
    private static final VarHandle WRITTEN;
    private static final VarHandle READ;

    static {
        try {
            MethodHandles.Lookup lookup = MethodHandles.lookup();
            WRITTEN = lookup.findVarHandle(Handover.class, "written", long.class);
            READ = lookup.findVarHandle(Handover.class, "read", long.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final UnsafeBuffer memory = new UnsafeBuffer(BufferUtil
            .allocateDirectAligned(SLOTS * SLOT_OCTETS, BitUtil.CACHE_LINE_LENGTH));
    private final int[] lengths = new int[SLOTS];
    private final byte[] sides = new byte[SLOTS];
    private final long[] peersHi = new long[SLOTS];
    private final long[] peersLo = new long[SLOTS];
    private final int[] peerPorts = new int[SLOTS];
    private long takenUpTo;
    private long cachedRead;
    @SuppressWarnings("unused")
    private long written;
    @SuppressWarnings("unused")
    private long read;

    /** Copies a datagram of the access side; false where there is no room. Writer only. */
    boolean offerUp(UnsafeBuffer from, int offset, int length, long peerHi, long peerLo,
            int peerPort) {
        int slot = slot();
        if (slot < 0) {
            return false;
        }
        peersHi[slot] = peerHi;
        peersLo[slot] = peerLo;
        peerPorts[slot] = peerPort;
        put(slot, ACCESS, from, offset, length);
        return true;
    }

    /** Copies a packet of the core side; false where there is no room. Writer only. */
    boolean offerDown(UnsafeBuffer from, int offset, int length) {
        int slot = slot();
        if (slot < 0) {
            return false;
        }
        put(slot, CORE, from, offset, length);
        return true;
    }

    /** Copies a packet of a link to a carrier's router; false where there is no room. Writer only. */
    boolean offerPlain(UnsafeBuffer from, int length, int link) {
        int slot = slot();
        if (slot < 0) {
            return false;
        }
        peerPorts[slot] = link;
        put(slot, PLAIN, from, 0, length);
        return true;
    }

    private int slot() {
        long next = (long) WRITTEN.get(this);
        if (next - cachedRead == SLOTS) {
            cachedRead = (long) READ.getAcquire(this);
            if (next - cachedRead == SLOTS) {
                return -1;
            }
        }
        return (int) next & (SLOTS - 1);
    }

    private void put(int slot, byte side, UnsafeBuffer from, int offset, int length) {
        lengths[slot] = length;
        sides[slot] = side;
        memory.putBytes(slot * SLOT_OCTETS + Burst.HEADROOM_OCTETS, from, offset, length);
        WRITTEN.setRelease(this, (long) WRITTEN.get(this) + 1);
    }

    /** Fills the bursts with what is there, as far as both have room; returns how many that were. Reader only. */
    int take(Burst access, Burst core, Burst plain) {
        access.clear();
        core.clear();
        plain.clear();
        long from = (long) READ.get(this);
        long end = (long) WRITTEN.getAcquire(this);
        takenUpTo = from;
        while (takenUpTo < end && !access.isFull() && !core.isFull() && !plain.isFull()) {
            int slot = (int) takenUpTo & (SLOTS - 1);
            long address = memory.addressOffset() + (long) slot * SLOT_OCTETS
                    + Burst.HEADROOM_OCTETS;
            switch (sides[slot]) {
                case ACCESS -> access.add(address, lengths[slot], peersHi[slot], peersLo[slot],
                        peerPorts[slot]);
                case CORE -> core.add(address, lengths[slot]);
                default -> plain.addPlain(address, lengths[slot], peerPorts[slot]);
            }
            takenUpTo++;
        }
        return (int) (takenUpTo - from);
    }

    /** Gives back the room of what was taken: it has been sent on. Reader only. */
    void release() {
        READ.setRelease(this, takenUpTo);
    }

    boolean isEmpty() {
        return (long) READ.getAcquire(this) == (long) WRITTEN.getAcquire(this);
    }
}
