package io.cellgate.dataplane.pool;

import java.net.Inet6Address;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * IPv6 prefixes for devices, a /64 each (TS 23.401 §5.3.1.2.2): those of a shorter prefix but the first, in which
 * the gateway's own address is.
 */
public final class Ipv6Pool {
    private final long network;
    private final IndexPool indexes;

    public Ipv6Pool(Prefix prefix, Duration quarantine) {
        if (!(prefix.network() instanceof Inet6Address) || prefix.length() < 16
                || prefix.length() > 63) {
            throw new IllegalArgumentException("IPv6 pool: got " + prefix
                    + ", expected an IPv6 network of length 16 to 63");
        }
        network = ByteBuffer.wrap(prefix.network().getAddress()).getLong();
        indexes = new IndexPool((1L << (64 - prefix.length())) - 1, quarantine.toNanos());
    }

    /** The first address of a /64 that nobody has, or null where all are in use or resting. */
    public @Nullable Inet6Address take(long nowNanos) {
        long index = indexes.take(nowNanos);
        if (index == IndexPool.NONE) {
            return null;
        }
        try {
            return Inet6Address.getByAddress(null,
                    ByteBuffer.allocate(16).putLong(network + 1 + index).array(), -1);
        } catch (UnknownHostException e) {
            throw new AssertionError("16 octets are an IPv6 address", e);
        }
    }

    public void giveBack(Inet6Address prefix, long nowNanos) {
        indexes.giveBack(ByteBuffer.wrap(prefix.getAddress()).getLong() - network - 1, nowNanos);
    }
}
