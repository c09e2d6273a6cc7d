package io.cellgate.inventory.address;

import org.jspecify.annotations.Nullable;

/** A pool as it is asked for, see {@link Pool}. */
public record PoolDraft(String name, String prefix, @Nullable String apn,
        @Nullable String carrier, long quarantineSeconds) {}
