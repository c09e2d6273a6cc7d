package io.cellgate.inventory.address;

import io.cellgate.policy.IpRange;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A network from which devices get their addresses.
 *
 * @param prefix            an IPv4 network, or an IPv6 one of which each device gets a /64
 * @param apn               the access point that it is for; null: any
 * @param carrier           the carrier that it is for; null: any
 * @param quarantineSeconds how long an address rests before another device gets it
 */
public record Pool(String id, String name, IpRange prefix, @Nullable String apn,
        @Nullable String carrier, long quarantineSeconds, Instant createdAt, long revision) {}
