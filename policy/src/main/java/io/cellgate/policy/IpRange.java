package io.cellgate.policy;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Addresses from a first to a last one, both included. */
public record IpRange(long firstHi, long firstLo, long lastHi, long lastLo) {
    static final Comparator<IpRange> BY_FIRST = (a, b) -> IpAddress.compare(a.firstHi,
            a.firstLo, b.firstHi, b.firstLo);

    static IpRange of(IpAddress first, IpAddress last) {
        return new IpRange(first.hi(), first.lo(), last.hi(), last.lo());
    }

    /** @param bits of the prefix among 128: an IPv4 prefix has 96 more than it is written with */
    static IpRange ofPrefix(IpAddress address, int bits) {
        long hiMask = bits == 0 ? 0 : bits >= 64 ? -1 : -1L << 64 - bits;
        long loMask = bits <= 64 ? 0 : bits == 128 ? -1 : -1L << 128 - bits;
        long hi = address.hi() & hiMask;
        long lo = address.lo() & loMask;
        return new IpRange(hi, lo, hi | ~hiMask, lo | ~loMask);
    }

    /** Reads an address or a prefix, 192.0.2.0/24. */
    public static IpRange parse(String text) {
        int slash = text.indexOf('/');
        IpAddress address = IpAddress.parse(slash < 0 ? text : text.substring(0, slash));
        int width = address.isIpv4() && text.indexOf(':') < 0 ? 32 : 128;
        int bits = width;
        if (slash >= 0) {
            String length = text.substring(slash + 1);
            boolean digits = !length.isEmpty() && length.length() <= 3
                    && length.chars().allMatch(c -> c >= '0' && c <= '9');
            bits = digits ? Integer.parseInt(length) : -1;
            if (bits < 0 || bits > width) {
                throw new IllegalArgumentException("prefix: got \"" + IpAddress.shortened(text)
                        + "\", expected a length of 0 to " + width + " after the slash");
            }
        }
        IpRange range = ofPrefix(address, 128 - width + bits);
        if (range.firstHi != address.hi() || range.firstLo != address.lo()) {
            throw new IllegalArgumentException("prefix: got \"" + IpAddress.shortened(text)
                    + "\", whose address has bits beyond its length; expected " + range);
        }
        return range;
    }

    public boolean contains(IpAddress address) {
        return contains(address.hi(), address.lo());
    }

    /** Whether some address is in both. */
    public boolean overlaps(IpRange other) {
        return contains(other.firstHi, other.firstLo) || other.contains(firstHi, firstLo);
    }

    boolean contains(long hi, long lo) {
        return IpAddress.compare(firstHi, firstLo, hi, lo) <= 0
                && IpAddress.compare(hi, lo, lastHi, lastLo) <= 0;
    }

    public boolean isIpv4() {
        return IpAddress.isIpv4(firstHi, firstLo) && IpAddress.isIpv4(lastHi, lastLo);
    }

    /** The same addresses as disjoint ranges in order, none touching the next. */
    static List<IpRange> merge(List<IpRange> ranges) {
        List<IpRange> sorted = new ArrayList<>(ranges);
        sorted.sort(BY_FIRST);
        List<IpRange> merged = new ArrayList<>();
        for (IpRange next : sorted) {
            IpRange last = merged.isEmpty() ? null : merged.getLast();
            if (last != null && last.reaches(next)) {
                if (IpAddress.compare(last.lastHi, last.lastLo, next.lastHi, next.lastLo) < 0) {
                    merged.set(merged.size() - 1,
                            new IpRange(last.firstHi, last.firstLo, next.lastHi, next.lastLo));
                }
            } else {
                merged.add(next);
            }
        }
        return merged;
    }

    private boolean reaches(IpRange next) {
        if (lastHi == -1 && lastLo == -1) {
            return true;
        }
        long afterLo = lastLo + 1;
        long afterHi = afterLo == 0 ? lastHi + 1 : lastHi;
        return IpAddress.compare(next.firstHi, next.firstLo, afterHi, afterLo) <= 0;
    }

    @Override
    public String toString() {
        IpAddress first = new IpAddress(firstHi, firstLo);
        IpAddress last = new IpAddress(lastHi, lastLo);
        if (first.equals(last)) {
            return first.toString();
        }
        for (int bits = 0; bits < 128; bits++) {
            if (ofPrefix(first, bits).equals(this)) {
                return first + "/" + (first.isIpv4() && bits >= 96 ? bits - 96 : bits);
            }
        }
        return first + ".." + last;
    }
}
