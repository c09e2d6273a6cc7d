package io.cellgate.policy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/*
 * Theory of operation
 * -------------------
 * Membership in a set of prefixes needs no longest match: an address is in the set when any prefix covers it. So the
 * prefixes are laid out as intervals, sorted and merged until none touches another, and an address is in the set
 * when the last interval that starts at or before it has not ended before it:
 *
 *   10.0.0.0/8  10.1.0.0/16  11.0.0.0/8     →   [10.0.0.0, 11.255.255.255]
 *
 * IPv4 has its own arrays of ints, IPv6 of longs. The prefixes themselves are kept beside (int address, octet length)
 * so that a list can be changed by its entries.
 *
 * Look-up: binary search, O(log n). Memory: IPv4 at most 8 octets an interval and 5 a prefix: 13; IPv6 32 and 17.
 */

/** A set of IPv4 and IPv6 prefixes. Immutable. */
final class AddressSet {
    /** Ends included; starts and ends have the sign bit flipped, so that signed comparison orders them. */
    private final int[] starts4;
    private final int[] ends4;
    private final long[] startsHi;
    private final long[] startsLo;
    private final long[] endsHi;
    private final long[] endsLo;
    private final int[] prefixes4;
    private final byte[] lengths4;
    private final List<IpRange> prefixes6;

    private AddressSet(List<IpRange> merged4, List<IpRange> merged6, int[] prefixes4,
            byte[] lengths4, List<IpRange> prefixes6) {
        starts4 = new int[merged4.size()];
        ends4 = new int[merged4.size()];
        for (int i = 0; i < starts4.length; i++) {
            starts4[i] = (int) merged4.get(i).firstLo() ^ Integer.MIN_VALUE;
            ends4[i] = (int) merged4.get(i).lastLo() ^ Integer.MIN_VALUE;
        }
        int count = merged6.size();
        startsHi = new long[count];
        startsLo = new long[count];
        endsHi = new long[count];
        endsLo = new long[count];
        for (int i = 0; i < count; i++) {
            startsHi[i] = merged6.get(i).firstHi();
            startsLo[i] = merged6.get(i).firstLo();
            endsHi[i] = merged6.get(i).lastHi();
            endsLo[i] = merged6.get(i).lastLo();
        }
        this.prefixes4 = prefixes4;
        this.lengths4 = lengths4;
        this.prefixes6 = prefixes6;
    }

    static AddressSet of(List<IpRange> prefixes) {
        List<IpRange> distinct = prefixes.stream().distinct().toList();
        List<IpRange> of4 = new ArrayList<>();
        List<IpRange> of6 = new ArrayList<>();
        for (IpRange prefix : distinct) {
            (prefix.isIpv4() ? of4 : of6).add(prefix);
        }
        int[] prefixes4 = new int[of4.size()];
        byte[] lengths4 = new byte[of4.size()];
        for (int i = 0; i < prefixes4.length; i++) {
            prefixes4[i] = (int) of4.get(i).firstLo();
            long hosts = of4.get(i).lastLo() - of4.get(i).firstLo();
            lengths4[i] = (byte) (32 - Long.bitCount(hosts));
        }
        return new AddressSet(IpRange.merge(of4), IpRange.merge(of6), prefixes4, lengths4,
                List.copyOf(of6));
    }

    /** Of any ranges; {@link #prefixes} of such a set is empty. */
    static AddressSet ofRanges(List<IpRange> ranges) {
        List<IpRange> of4 = new ArrayList<>();
        List<IpRange> of6 = new ArrayList<>();
        for (IpRange range : ranges) {
            (range.isIpv4() ? of4 : of6).add(range);
        }
        return new AddressSet(IpRange.merge(of4), IpRange.merge(of6), new int[0], new byte[0],
                List.of());
    }

    boolean contains(long hi, long lo) {
        if (IpAddress.isIpv4(hi, lo)) {
            int address = (int) lo ^ Integer.MIN_VALUE;
            int interval = SortedStarts.floor(starts4, address);
            if (interval >= 0 && address <= ends4[interval]) {
                return true;
            }
        }
        // A prefix shorter than ::ffff:0:0/96 may hold IPv4 as well.
        int interval = SortedStarts.floor(startsHi, startsLo, hi, lo);
        return interval >= 0
                && IpAddress.compare(hi, lo, endsHi[interval], endsLo[interval]) <= 0;
    }

    int size() {
        return prefixes4.length + prefixes6.size();
    }

    List<IpRange> prefixes() {
        List<IpRange> all = new ArrayList<>(size());
        for (int i = 0; i < prefixes4.length; i++) {
            all.add(IpRange.ofPrefix(IpAddress.ofIpv4(prefixes4[i]), 96 + lengths4[i]));
        }
        all.addAll(prefixes6);
        return all;
    }

    /** What the arrays of IPv4 take. */
    long bytes4() {
        return 8L * starts4.length + 4L * prefixes4.length + lengths4.length;
    }

    @Override
    public String toString() {
        return "AddressSet of " + size() + " prefixes, " + Arrays.asList(starts4.length,
                startsHi.length) + " intervals";
    }
}
