package io.cellgate.inventory.policy;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A list that policies name as {@code $name}.
 *
 * @param account  whose it is; null for the operator's
 * @param name     unique within its account
 * @param entries  how many it has
 * @param revision grows with each change of its entries
 */
public record NamedList(String id, @Nullable String account, String name, ListKind kind,
        long entries, Instant createdAt, long revision) {}
