package io.cellgate.dataplane.packet;

import java.net.InetAddress;

/**
 * A block of addresses: those that agree with the first one in so many leading bits (of 128: an IPv4 prefix counts 96
 * more).
 */
public record IpPrefix(long hi, long lo, int bits) {
    public IpPrefix {
        if (bits < 0 || bits > 128) {
            throw new IllegalArgumentException("prefix: got " + bits + " bits, expected 0 to 128");
        }
        hi &= mask(bits);
        lo &= mask(bits - 64);
    }

    private static long mask(int bits) {
        return bits <= 0 ? 0 : bits >= 64 ? -1L : -1L << (64 - bits);
    }

    /** Reads {@code 10.45.0.0/16}, {@code 2001:db8::/32} or a single address; bits beyond the prefix are dropped. */
    public static IpPrefix parse(String text) {
        int slash = text.indexOf('/');
        String address = slash < 0 ? text : text.substring(0, slash);
        try {
            InetAddress parsed = InetAddress.ofLiteral(address);
            int width = parsed.getAddress().length * 8;
            int bits = slash < 0 ? width : Integer.parseInt(text.substring(slash + 1));
            if (bits < 0 || bits > width) {
                throw new IllegalArgumentException("prefix length beyond " + width);
            }
            return of(parsed, bits);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("address block: got \"" + text
                    + "\", expected an address and a prefix length, such as 10.45.0.0/16", e);
        }
    }

    public static IpPrefix of(InetAddress address, int bits) {
        return new IpPrefix(IpAddresses.hi(address), IpAddresses.lo(address),
                address.getAddress().length == 4 ? bits + 96 : bits);
    }

    public static IpPrefix host(InetAddress address) {
        return of(address, address.getAddress().length * 8);
    }

    public InetAddress first() {
        return IpAddresses.toInetAddress(hi, lo);
    }

    public InetAddress last() {
        return IpAddresses.toInetAddress(hi | ~mask(bits), lo | ~mask(bits - 64));
    }

    public boolean isIpv4() {
        return bits >= 96 && IpAddresses.isIpv4(hi, lo);
    }

    /** Whether an address is in both. */
    public boolean overlaps(IpPrefix other) {
        return contains(other.hi, other.lo) || other.contains(hi, lo);
    }

    /** As {@code 10.45.0.0/16} or {@code 2001:db8:0:0:0:0:0:0/32}. */
    @Override
    public String toString() {
        return first().getHostAddress() + "/" + (isIpv4() ? bits - 96 : bits);
    }

    public boolean contains(long otherHi, long otherLo) {
        return (otherHi & mask(bits)) == hi && (otherLo & mask(bits - 64)) == lo;
    }
}
