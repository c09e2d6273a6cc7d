package io.cellgate.policy;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An IP address as two 64-bit halves; an IPv4 address is written as ::ffff:a.b.c.d (RFC 4291 §2.5.5.2), so that one
 * order and one set hold both.
 */
public record IpAddress(long hi, long lo) implements Comparable<IpAddress> {
    static final long IPV4_PREFIX = 0x0000_ffff_0000_0000L;

    public static IpAddress ofIpv4(int address) {
        return new IpAddress(0, IPV4_PREFIX | (address & 0xffff_ffffL));
    }

    /** Of 4 or 16 octets, in network order. */
    public static IpAddress of(byte[] octets) {
        if (octets.length == 4) {
            return ofIpv4((int) bits(octets, 0, 4));
        }
        if (octets.length == 16) {
            return new IpAddress(bits(octets, 0, 8), bits(octets, 8, 8));
        }
        throw new IllegalArgumentException(
                "ip address: got " + octets.length + " octets, expected 4 or 16");
    }

    private static long bits(byte[] octets, int from, int count) {
        long bits = 0;
        for (int i = from; i < from + count; i++) {
            bits = bits << 8 | octets[i] & 0xff;
        }
        return bits;
    }

    public boolean isIpv4() {
        return isIpv4(hi, lo);
    }

    static boolean isIpv4(long hi, long lo) {
        return hi == 0 && lo >>> 32 == 0xffff;
    }

    /** The IPv4 address; only for one that {@link #isIpv4()}. */
    public int ipv4() {
        return (int) lo;
    }

    /** 4 octets for IPv4, else 16. */
    public byte[] octets() {
        int length = isIpv4() ? 4 : 16;
        byte[] octets = new byte[length];
        for (int i = 0; i < length; i++) {
            int fromEnd = length - 1 - i;
            octets[i] = (byte) (fromEnd >= 8 ? hi >>> 8 * (fromEnd - 8) : lo >>> 8 * fromEnd);
        }
        return octets;
    }

    /** Reads the textual forms of RFC 4291 §2.2 and dotted decimal; never a host name, never a zone. */
    public static IpAddress parse(String text) {
        IpAddress address = text.indexOf(':') >= 0 ? parseIpv6(text) : parseIpv4(text);
        if (address == null) {
            throw new IllegalArgumentException("ip address: got \"" + shortened(text)
                    + "\", expected one like 192.0.2.1 or 2001:db8::1");
        }
        return address;
    }

    static String shortened(String text) {
        return text.length() <= 64 ? text : text.substring(0, 61) + "...";
    }

    private static @Nullable IpAddress parseIpv4(String text) {
        int address = 0;
        int octets = 0;
        int at = 0;
        while (octets < 4) {
            int value = 0;
            int digits = 0;
            while (at < text.length() && text.charAt(at) >= '0' && text.charAt(at) <= '9') {
                value = 10 * value + text.charAt(at++) - '0';
                if (++digits > 3 || digits > 1 && value < 10) {
                    return null;
                }
            }
            if (digits == 0 || value > 255) {
                return null;
            }
            address = address << 8 | value;
            if (++octets < 4 && (at >= text.length() || text.charAt(at++) != '.')) {
                return null;
            }
        }
        return at == text.length() ? ofIpv4(address) : null;
    }

    private static @Nullable IpAddress parseIpv6(String text) {
        if (text.length() > 45) {
            return null;
        }
        int gap = text.indexOf("::");
        List<Integer> head = new ArrayList<>(8);
        List<Integer> tail = new ArrayList<>(8);
        boolean read = gap < 0
                ? groups(text, head, true)
                : groups(text.substring(0, gap), head, false)
                        && groups(text.substring(gap + 2), tail, true);
        int count = head.size() + tail.size();
        if (!read || (gap < 0 ? count != 8 : count > 7)) {
            return null;
        }
        int[] groups = new int[8];
        for (int i = 0; i < head.size(); i++) {
            groups[i] = head.get(i);
        }
        for (int i = 0; i < tail.size(); i++) {
            groups[8 - tail.size() + i] = tail.get(i);
        }
        long hi = 0;
        long lo = 0;
        for (int i = 0; i < 4; i++) {
            hi = hi << 16 | groups[i];
            lo = lo << 16 | groups[i + 4];
        }
        return new IpAddress(hi, lo);
    }

    private static boolean groups(String text, List<Integer> into, boolean atEnd) {
        if (text.isEmpty()) {
            return true;
        }
        String[] parts = text.split(":", -1);
        for (int i = 0; i < parts.length; i++) {
            String part = parts[i];
            if (atEnd && i == parts.length - 1 && part.indexOf('.') >= 0) {
                IpAddress ipv4 = parseIpv4(part);
                if (ipv4 == null) {
                    return false;
                }
                into.add(ipv4.ipv4() >>> 16);
                into.add(ipv4.ipv4() & 0xffff);
                continue;
            }
            if (part.isEmpty() || part.length() > 4) {
                return false;
            }
            int value = 0;
            for (int c = 0; c < part.length(); c++) {
                int digit = part.charAt(c) < 128 ? Character.digit(part.charAt(c), 16) : -1;
                if (digit < 0) {
                    return false;
                }
                value = value << 4 | digit;
            }
            into.add(value);
        }
        return true;
    }

    @Override
    public int compareTo(IpAddress other) {
        return compare(hi, lo, other.hi, other.lo);
    }

    static int compare(long hiA, long loA, long hiB, long loB) {
        int byHi = Long.compareUnsigned(hiA, hiB);
        return byHi != 0 ? byHi : Long.compareUnsigned(loA, loB);
    }

    /** The form that RFC 5952 recommends. */
    @Override
    public String toString() {
        if (isIpv4()) {
            int a = ipv4();
            return (a >>> 24) + "." + (a >>> 16 & 0xff) + "." + (a >>> 8 & 0xff) + "." + (a & 0xff);
        }
        int[] groups = new int[8];
        for (int i = 0; i < 4; i++) {
            groups[i] = (int) (hi >>> 48 - 16 * i & 0xffff);
            groups[i + 4] = (int) (lo >>> 48 - 16 * i & 0xffff);
        }
        int longest = 0;
        int start = -1;
        for (int i = 0; i < 8; i++) {
            int run = 0;
            while (i + run < 8 && groups[i + run] == 0) {
                run++;
            }
            if (run > longest && run > 1) {
                longest = run;
                start = i;
            }
        }
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < 8; i++) {
            if (i == start) {
                text.append("::");
                i += longest - 1;
            } else {
                if (!text.isEmpty() && text.charAt(text.length() - 1) != ':') {
                    text.append(':');
                }
                text.append(Integer.toHexString(groups[i]));
            }
        }
        return text.toString();
    }
}
