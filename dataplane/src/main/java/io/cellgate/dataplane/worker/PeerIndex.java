package io.cellgate.dataplane.worker;

import io.cellgate.dataplane.packet.IpAddresses;
import io.cellgate.dataplane.peer.PeerTable;
import java.util.Arrays;
import org.agrona.BitUtil;

/** A {@link PeerTable} in the form in which a worker asks it: open addressing, no allocation. Immutable. */
final class PeerIndex {
    static final int UNKNOWN = -1;

    private final long[] keys;
    private final int[] carriers;
    private final int mask;

    PeerIndex(PeerTable table) {
        int slots = BitUtil
                .findNextPositivePowerOfTwo(Math.max(4, 2 * table.entries().size() + 1));
        keys = new long[2 * slots];
        carriers = new int[slots];
        mask = slots - 1;
        Arrays.fill(carriers, UNKNOWN);
        for (PeerTable.Entry entry : table.entries()) {
            long hi = IpAddresses.hi(entry.address());
            long lo = IpAddresses.lo(entry.address());
            int slot = hash(hi, lo);
            while (carriers[slot] != UNKNOWN) {
                slot = (slot + 1) & mask;
            }
            keys[2 * slot] = hi;
            keys[2 * slot + 1] = lo;
            carriers[slot] = entry.carrier().index();
        }
    }

    private int hash(long hi, long lo) {
        long h = (lo ^ (hi * 0xbf58476d1ce4e5b9L)) * 0x9e3779b97f4a7c15L;
        return (int) (h >>> 40) & mask;
    }

    /** The index of the carrier that peers from this address, or {@link #UNKNOWN}. */
    int carrierOf(long hi, long lo) {
        int slot = hash(hi, lo);
        while (carriers[slot] != UNKNOWN) {
            if (keys[2 * slot] == hi && keys[2 * slot + 1] == lo) {
                return carriers[slot];
            }
            slot = (slot + 1) & mask;
        }
        return UNKNOWN;
    }
}
