package io.cellgate.dataplane.pool;

import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.function.ObjLongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The addresses of one network for devices: IPv4 addresses, or IPv6 prefixes of a /64 each (TS 23.401 §5.3.1.2.2), which
 * are told by their first address. Of its network some parts may be others'.
 */
public final class AddressPool {
    private static final int IPV6_UNIT = 64;

    private final Prefix prefix;
    private final long first;
    private final long size;
    private final IndexPool indexes;

    /**
     * @param others networks within this one that are not its to give
     */
    public AddressPool(Prefix prefix, Duration quarantine, Collection<Prefix> others) {
        boolean v4 = prefix.network() instanceof Inet4Address;
        int shortest = v4 ? 8 : 16;
        int longest = v4 ? 32 : IPV6_UNIT;
        if (prefix.length() < shortest || prefix.length() > longest) {
            throw new IllegalArgumentException("address pool: got " + prefix
                    + ", expected a network of length " + shortest + " to " + longest);
        }
        this.prefix = prefix;
        first = unit(prefix.network());
        size = units(prefix);
        List<IndexPool.Hole> holes = new ArrayList<>();
        for (Prefix other : others) {
            if (prefix.contains(other.network())) {
                long from = unit(other.network()) - first;
                holes.add(new IndexPool.Hole(from, from + units(other)));
            }
        }
        indexes = new IndexPool(size, quarantine.toNanos(), holes);
    }

    public Prefix prefix() {
        return prefix;
    }

    public boolean isIpv4() {
        return prefix.network() instanceof Inet4Address;
    }

    public boolean contains(InetAddress address) {
        return prefix.contains(address);
    }

    /** An address that nobody has, or null where all are in use, reserved or resting. */
    public @Nullable InetAddress take(long nowNanos) {
        long index = indexes.take(nowNanos);
        return index == IndexPool.NONE ? null : address(first + index);
    }

    /** Takes a reserved address; false where somebody has it, or it rests from somebody else. */
    public boolean take(InetAddress reserved, long nowNanos) {
        return indexes.take(index(reserved), nowNanos);
    }

    public void giveBack(InetAddress address, long nowNanos) {
        indexes.giveBack(index(address), nowNanos);
    }

    /** From now on the address is had only by name. */
    public void reserve(InetAddress address) {
        indexes.reserve(index(address));
    }

    /** The address is anybody's again, once it is given back and has rested. */
    public void release(InetAddress address, long nowNanos) {
        indexes.release(index(address), nowNanos);
    }

    /** Somebody has the address already: for a new pool, before its first is taken. */
    public void occupy(InetAddress address) {
        indexes.occupy(index(address));
    }

    /** The address rests since then: for a new pool, in the order of time. */
    public void restSince(InetAddress address, long sinceNanos) {
        indexes.restSince(index(address), sinceNanos);
    }

    /** What rests, and since when. */
    public void forEachResting(ObjLongConsumer<InetAddress> each) {
        indexes.forEachResting((index, since) -> each.accept(address(first + index), since));
    }

    /** How it stands: addresses in all, in use, resting. */
    public Fill fill() {
        return new Fill(size, indexes.inUse(), indexes.resting());
    }

    /** How many addresses a pool has, how many of them are in use, and how many rest. */
    public record Fill(long size, int inUse, int resting) {}

    private long index(InetAddress address) {
        return unit(address) - first;
    }

    private static long units(Prefix of) {
        return 1L << (of.network() instanceof Inet4Address ? 32 : IPV6_UNIT) - of.length();
    }

    /** An address, or its /64, as a number. */
    private static long unit(InetAddress address) {
        ByteBuffer octets = ByteBuffer.wrap(address.getAddress());
        return address instanceof Inet4Address
                ? Integer.toUnsignedLong(octets.getInt())
                : octets.getLong();
    }

    private InetAddress address(long unit) {
        try {
            return isIpv4()
                    ? InetAddress.getByAddress(
                            ByteBuffer.allocate(4).putInt((int) unit).array())
                    : Inet6Address.getByAddress(null,
                            ByteBuffer.allocate(16).putLong(unit).array(), -1);
        } catch (UnknownHostException e) {
            throw new AssertionError("4 or 16 octets are an address", e);
        }
    }
}
