package io.cellgate.policy;

import java.util.Arrays;

/*
 * Theory of operation
 * -------------------
 * The question is whether a name, or any parent of it, is among a million names, asked for each query and flow. A
 * trie of labels answers it in one walk but costs an object or a row per label; a sorted array costs twenty cache
 * misses. So: a hash table of whole names in the wire's canonical form, asked once for each suffix.
 *
 *   octets:  7 example 3 com 0 | 3 www 4 test 3 org 0 | …      names one after the other, each ended by the root's 0
 *   slots:   [ .. | tag,0 | .. | tag,13 | .. ]                  power of two, at most 3/4 full, linear probing
 *
 * A slot is one int: the lower bits, as many as the octets need, are the place of the name plus one (0: empty); the
 * upper bits are a tag of its hash, so that a probe which meets another name seldom reads its octets. DomainName
 * brings the hash of each suffix along. Depths (numbers of labels) at which the table has no name are left out of
 * the walk by a mask:
 *
 *   a.b.example.com against {example.com, www.test.org}: depths {2, 3}: asks b.example.com (no), example.com (yes)
 *
 * Look-up: expected constant per suffix asked, so linear in the labels of the name, whatever the size. Memory: the
 * wire's octets + 1, and 4 / load octets a slot (5.4 to 10.7): about 30 octets for names of 20 characters.
 */

/** Names by their whole wire form: place of a name, or -1. Immutable; made by a {@link Builder}. */
final class NameTable {
    private final byte[] octets;
    private final int[] slots;
    private final int placeMask;
    private final int size;
    private final long depths;

    private NameTable(byte[] octets, int[] slots, int placeMask, int size, long depths) {
        this.octets = octets;
        this.slots = slots;
        this.placeMask = placeMask;
        this.size = size;
        this.depths = depths;
    }

    int size() {
        return size;
    }

    int slotCount() {
        return slots.length;
    }

    /** Whether a name of so many labels may be here. */
    boolean hasDepth(int labels) {
        return (depths & depthBit(labels)) != 0;
    }

    private static long depthBit(int labels) {
        return 1L << Math.min(labels, 63);
    }

    /** The slot that holds the suffix of the name which begins at this label, or -1. */
    int find(DomainName name, int label) {
        int hash = name.hash(label);
        int mask = slots.length - 1;
        int tag = hash & ~placeMask;
        int start = name.start(label);
        for (int slot = hash & mask;; slot = slot + 1 & mask) {
            int entry = slots[slot];
            if (entry == 0) {
                return -1;
            }
            if ((entry & ~placeMask) == tag
                    && isAt((entry & placeMask) - 1, name.wire(), start, name.length())) {
                return slot;
            }
        }
    }

    private boolean isAt(int place, byte[] wire, int from, int to) {
        int end = place + to - from;
        return end < octets.length && octets[end] == 0
                && Arrays.equals(octets, place, end, wire, from, to);
    }

    /** Whether the name or any parent of it is here. */
    boolean containsOrParent(DomainName name) {
        int labels = name.labels();
        for (int label = 0; label < labels; label++) {
            if (hasDepth(labels - label) && find(name, label) >= 0) {
                return true;
            }
        }
        return false;
    }

    /** All names, as the control path wants them back. */
    void forEach(java.util.function.Consumer<DomainName> consumer) {
        org.agrona.concurrent.UnsafeBuffer view = new org.agrona.concurrent.UnsafeBuffer(octets);
        for (int entry : slots) {
            if (entry != 0) {
                consumer.accept(DomainName.ofWire(view, (entry & placeMask) - 1));
            }
        }
    }

    long bytes() {
        return octets.length + 4L * slots.length;
    }

    /** Collects names; a name added twice is kept once. */
    static final class Builder {
        private byte[] octets = new byte[256];
        private int used;
        private int[] hashes = new int[16];
        private int[] places = new int[16];
        private int count;
        private long depths;

        void add(DomainName name) {
            if (used + name.length() + 1 > octets.length) {
                octets = Arrays.copyOf(octets, used + (used >> 1) + 256);
            }
            if (count == hashes.length) {
                hashes = Arrays.copyOf(hashes, count + (count >> 1));
                places = Arrays.copyOf(places, count + (count >> 1));
            }
            System.arraycopy(name.wire(), 0, octets, used, name.length());
            hashes[count] = name.hash(0);
            places[count++] = used;
            used += name.length();
            octets[used++] = 0;
            depths |= depthBit(name.labels());
        }

        NameTable build() {
            int capacity = 4;
            while (3L * capacity < 4L * count) {
                capacity *= 2;
            }
            int[] slots = new int[capacity];
            int placeMask = (Integer.highestOneBit(Math.max(used, 1)) << 1) - 1;
            byte[] kept = new byte[used];
            int keptLength = 0;
            int size = 0;
            for (int i = 0; i < count; i++) {
                int place = places[i];
                int length = (i + 1 < count ? places[i + 1] : used) - place;
                int tag = hashes[i] & ~placeMask;
                int slot = hashes[i] & capacity - 1;
                boolean known = false;
                while (slots[slot] != 0 && !known) {
                    int other = (slots[slot] & placeMask) - 1;
                    known = (slots[slot] & ~placeMask) == tag && other + length <= keptLength
                            && Arrays.equals(kept, other, other + length, octets, place,
                                    place + length);
                    slot = slot + 1 & capacity - 1;
                }
                if (!known) {
                    System.arraycopy(octets, place, kept, keptLength, length);
                    slots[slot] = tag | keptLength + 1;
                    keptLength += length;
                    size++;
                }
            }
            byte[] exact = keptLength == kept.length ? kept : Arrays.copyOf(kept, keptLength);
            return new NameTable(exact, slots, placeMask, size, depths);
        }
    }
}
