package io.cellgate.inventory.usage;

import io.cellgate.policy.subject.Iccid;
import org.jspecify.annotations.Nullable;

/**
 * What a SIM used in an hour, as much of it as was reported at once.
 *
 * @param account whose it was then
 * @param fleet   null: it was in none
 * @param country where it was, ISO 3166-1 alpha-2; null: not known
 * @param hour    since 1970
 */
public record UsageEntry(Iccid iccid, String account, @Nullable String fleet, String carrier,
        @Nullable String country, long hour, Amount amount) {}
