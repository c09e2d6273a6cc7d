package io.cellgate.inventory.address;

import io.cellgate.policy.IpAddress;
import io.cellgate.policy.subject.Iccid;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The addresses that belong to a SIM: it has them whenever it attaches, and no other ever has.
 *
 * @param ipv4 null: it gets one of a pool
 * @param ipv6 the first address of its /64; null: it gets one of a pool
 */
public record StaticAddress(Iccid iccid, @Nullable IpAddress ipv4, @Nullable IpAddress ipv6,
        Instant createdAt) {}
