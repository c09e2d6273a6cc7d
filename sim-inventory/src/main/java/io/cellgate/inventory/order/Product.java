package io.cellgate.inventory.order;

import java.time.Instant;

/**
 * A kind of SIM that can be ordered.
 *
 * @param unitPrice of one SIM, in the currency's smallest unit
 * @param currency  ISO 4217
 * @param orderable whether there are new quotes for it
 */
public record Product(String id, String name, ProductKind kind, long unitPrice, String currency,
        boolean orderable, Instant createdAt, long revision) {}
