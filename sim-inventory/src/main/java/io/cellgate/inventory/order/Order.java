package io.cellgate.inventory.order;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * An order of SIMs. Which SIMs it has is asked of the SIMs, by {@code SimFilter.ofOrder}.
 *
 * @param unitPrice   as quoted, in the currency's smallest unit
 * @param shipTo      where to, in the customer's words
 * @param tracking    the parcel, once shipped
 * @param quotedUntil until when the quote can be confirmed
 */
public record Order(String id, String account, String product, long quantity, OrderState state,
        long unitPrice, String currency, String shipTo, @Nullable String tracking,
        Instant createdAt, Instant quotedUntil, long revision) {
    public long totalPrice() {
        return Math.multiplyExact(unitPrice, quantity);
    }

    Order in(OrderState next, @Nullable String parcel) {
        return new Order(id, account, product, quantity, next, unitPrice, currency, shipTo, parcel,
                createdAt, quotedUntil, revision + 1);
    }
}
