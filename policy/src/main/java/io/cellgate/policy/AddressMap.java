package io.cellgate.policy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/*
 * Theory of operation
 * -------------------
 * Which of some values belongs to an address: that of the one prefix, of many that do not overlap, which covers it.
 * Prefixes are laid out as elementary intervals that follow one another; neighbours with the same value are one, and
 * what no prefix covers has the value NONE:
 *
 *   10.0.0.0/9 → 3   10.128.0.0/9 → 3   12.0.0.0/8 → 5
 *   starts  10.0.0.0   11.0.0.0   12.0.0.0   13.0.0.0
 *   values  3          NONE       5          NONE
 *
 * Look-up: binary search for the last start, O(log n), twenty steps of a million. Memory: an interval of IPv4 takes 8
 * octets, one of IPv6 20. A table of the world's countries is about 300 000 intervals of IPv4 after joining.
 */

/** Values by address: for each prefix one. Immutable; made by a {@link Builder}. */
public final class AddressMap {
    /** The value of an address that no prefix covers. */
    public static final int NONE = -1;
    public static final AddressMap EMPTY = new Builder().build();

    /** With the sign bit flipped, so that signed comparison orders them. */
    private final int[] starts4;
    private final int[] values4;
    private final long[] startsHi;
    private final long[] startsLo;
    private final int[] values6;

    private AddressMap(int[] starts4, int[] values4, long[] startsHi, long[] startsLo,
            int[] values6) {
        this.starts4 = starts4;
        this.values4 = values4;
        this.startsHi = startsHi;
        this.startsLo = startsLo;
        this.values6 = values6;
    }

    /** The value of an address, IPv4 as ::ffff:a.b.c.d; {@link #NONE} where it has none. Allocates nothing. */
    public int find(long hi, long lo) {
        if (IpAddress.isIpv4(hi, lo)) {
            int interval = SortedStarts.floor(starts4, (int) lo ^ Integer.MIN_VALUE);
            return interval < 0 ? NONE : values4[interval];
        }
        int interval = SortedStarts.floor(startsHi, startsLo, hi, lo);
        return interval < 0 ? NONE : values6[interval];
    }

    /** How many intervals it has. */
    public int size() {
        return starts4.length + startsHi.length;
    }

    /** Collects prefixes, in any order. */
    public static final class Builder {
        private record Entry(IpRange range, int value) {}

        private final List<Entry> entries4 = new ArrayList<>();
        private final List<Entry> entries6 = new ArrayList<>();

        /**
         * @param length of the prefix among 128 bits: an IPv4 prefix has 96 more than it is written with
         * @param value  not negative
         */
        public void add(IpAddress network, int length, int value) {
            if (value < 0) {
                throw new IllegalArgumentException("value: got " + value + ", expected 0 or more");
            }
            Entry entry = new Entry(IpRange.ofPrefix(network, length), value);
            (entry.range().isIpv4() ? entries4 : entries6).add(entry);
        }

        /** How many were added. */
        public int size() {
            return entries4.size() + entries6.size();
        }

        /** @throws IllegalArgumentException where prefixes overlap */
        public AddressMap build() {
            Intervals of4 = new Intervals(entries4);
            Intervals of6 = new Intervals(entries6);
            int[] starts4 = new int[of4.count];
            for (int i = 0; i < of4.count; i++) {
                starts4[i] = (int) of4.startsLo[i] ^ Integer.MIN_VALUE;
            }
            return new AddressMap(starts4, Arrays.copyOf(of4.values, of4.count),
                    Arrays.copyOf(of6.startsHi, of6.count), Arrays.copyOf(of6.startsLo, of6.count),
                    Arrays.copyOf(of6.values, of6.count));
        }
    }

    private static final class Intervals {
        private final long[] startsHi;
        private final long[] startsLo;
        private final int[] values;
        private int count;

        Intervals(List<Builder.Entry> entries) {
            entries.sort(Comparator.comparing(Builder.Entry::range, IpRange.BY_FIRST));
            startsHi = new long[2 * entries.size()];
            startsLo = new long[2 * entries.size()];
            values = new int[2 * entries.size()];
            for (int i = 0; i < entries.size(); i++) {
                IpRange range = entries.get(i).range();
                add(range.firstHi(), range.firstLo(), entries.get(i).value());
                IpRange next = i + 1 < entries.size() ? entries.get(i + 1).range() : null;
                if (next != null && next.contains(range.lastHi(), range.lastLo())
                        || next != null && range.contains(next.firstHi(), next.firstLo())) {
                    throw new IllegalArgumentException("prefixes: got " + range + " and " + next
                            + ", expected such that do not overlap");
                }
                long afterLo = range.lastLo() + 1;
                long afterHi = afterLo == 0 ? range.lastHi() + 1 : range.lastHi();
                boolean adjoins = next != null && next.firstHi() == afterHi
                        && next.firstLo() == afterLo;
                boolean last = range.isIpv4()
                        ? (int) range.lastLo() == -1
                        : (range.lastHi() & range.lastLo()) == -1;
                if (!adjoins && !last) {
                    add(afterHi, afterLo, NONE);
                }
            }
        }

        private void add(long hi, long lo, int value) {
            if (count == 0 || values[count - 1] != value) {
                startsHi[count] = hi;
                startsLo[count] = lo;
                values[count++] = value;
            }
        }
    }
}
