package io.cellgate.dataplane.io;

import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.function.IntPredicate;
import org.agrona.collections.Hashing;

/**
 * The IPv4 addresses of neighbours whose hardware address was given out, or that there is none. One thread adds to them, another
 * looks at them. Where there are too many of them, it is any address.
 */
final class GivenHops {
    static final int MOST = 2048;
    private static final int SLOTS = 2 * MOST;

    /** Open addressing; 0 is an empty slot, and no neighbour's address. */
    private final AtomicIntegerArray addresses = new AtomicIntegerArray(SLOTS);
    private int size;
    private volatile boolean tooMany;

    void add(int address) {
        int slot = Hashing.hash(address) & SLOTS - 1;
        for (int there = addresses.get(slot); there != address; there = addresses.get(slot)) {
            if (there == 0) {
                if (size == MOST) {
                    tooMany = true;
                } else {
                    size++;
                    addresses.set(slot, address);
                }
                return;
            }
            slot = slot + 1 & SLOTS - 1;
        }
    }

    boolean anyMatch(IntPredicate predicate) {
        for (int slot = 0; slot < SLOTS; slot++) {
            int address = addresses.get(slot);
            if (address != 0 && predicate.test(address)) {
                return true;
            }
        }
        return false;
    }

    boolean areTooMany() {
        return tooMany;
    }
}
