package io.cellgate.dataplane.session;

import java.net.Inet4Address;
import java.net.Inet6Address;
import org.jspecify.annotations.Nullable;

/**
 * The addresses that belong to a SIM, and that no other SIM ever gets.
 *
 * @param ipv4       null: it gets one of a pool
 * @param ipv6Prefix the first address of its /64; null: it gets one of a pool
 */
public record OwnAddresses(@Nullable Inet4Address ipv4, @Nullable Inet6Address ipv6Prefix) {
    public static final OwnAddresses NONE = new OwnAddresses(null, null);
}
