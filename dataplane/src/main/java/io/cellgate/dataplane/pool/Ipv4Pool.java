package io.cellgate.dataplane.pool;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** IPv4 addresses for devices: those of a network but its first, its last and the gateway's own. */
public final class Ipv4Pool {
    private final int network;
    private final int gateway;
    private final IndexPool indexes;

    public Ipv4Pool(Prefix prefix, Inet4Address gateway, Duration quarantine) {
        if (!(prefix.network() instanceof Inet4Address) || prefix.length() < 8
                || prefix.length() > 30) {
            throw new IllegalArgumentException("IPv4 pool: got " + prefix
                    + ", expected an IPv4 network of length 8 to 30");
        }
        network = bits((Inet4Address) prefix.network());
        this.gateway = bits(gateway);
        indexes = new IndexPool((1L << (32 - prefix.length())) - 2, quarantine.toNanos());
    }

    /** An address that nobody has, or null where all are in use or resting. */
    public @Nullable Inet4Address take(long nowNanos) {
        long index = indexes.take(nowNanos);
        if (index != IndexPool.NONE && addressOf(index) == gateway) {
            index = indexes.take(nowNanos);
        }
        return index == IndexPool.NONE ? null : address(addressOf(index));
    }

    public void giveBack(Inet4Address address, long nowNanos) {
        indexes.giveBack(Integer.toUnsignedLong(bits(address) - network) - 1, nowNanos);
    }

    private int addressOf(long index) {
        return network + 1 + (int) index;
    }

    private static int bits(Inet4Address address) {
        byte[] octets = address.getAddress();
        return (octets[0] & 0xff) << 24 | (octets[1] & 0xff) << 16 | (octets[2] & 0xff) << 8
                | (octets[3] & 0xff);
    }

    private static Inet4Address address(int bits) {
        try {
            return (Inet4Address) InetAddress.getByAddress(new byte[]{(byte) (bits >>> 24),
                    (byte) (bits >>> 16), (byte) (bits >>> 8), (byte) bits});
        } catch (UnknownHostException e) {
            throw new AssertionError("four octets are an IPv4 address", e);
        }
    }
}
