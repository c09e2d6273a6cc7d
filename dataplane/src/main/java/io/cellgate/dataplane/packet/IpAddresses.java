package io.cellgate.dataplane.packet;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;

/**
 * IP addresses as two longs, the form in which the data path holds them: an IPv6 address as it is, an IPv4 address as
 * ::ffff:a.b.c.d (RFC 4291 §2.5.5.2).
 */
public final class IpAddresses {
    private static final long MAPPED = 0x0000_ffff_0000_0000L;

    private IpAddresses() {}

    public static boolean isIpv4(long hi, long lo) {
        return hi == 0 && lo >>> 32 == 0xffff;
    }

    /** The low half of an IPv4 address; the high half is 0. */
    public static long mapped(int ipv4) {
        return MAPPED | Integer.toUnsignedLong(ipv4);
    }

    public static long hi(InetAddress address) {
        byte[] octets = address.getAddress();
        return octets.length == 4 ? 0 : ByteBuffer.wrap(octets).getLong();
    }

    public static long lo(InetAddress address) {
        byte[] octets = address.getAddress();
        return octets.length == 4
                ? mapped(ByteBuffer.wrap(octets).getInt())
                : ByteBuffer.wrap(octets).getLong(8);
    }

    public static InetAddress toInetAddress(long hi, long lo) {
        byte[] octets = isIpv4(hi, lo)
                ? ByteBuffer.allocate(4).putInt((int) lo).array()
                : ByteBuffer.allocate(16).putLong(hi).putLong(lo).array();
        try {
            return InetAddress.getByAddress(octets);
        } catch (UnknownHostException e) {
            throw new IllegalStateException(e);
        }
    }
}
