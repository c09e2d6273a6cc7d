package io.cellgate.inventory.batch;

import java.time.Instant;

/**
 * SIMs that a manufacturer delivered together.
 *
 * @param name the manufacturer's name for it, unique
 * @param sims how many were imported of it so far
 */
public record Batch(String id, String product, String name, long sims, Instant createdAt,
        long revision) {}
