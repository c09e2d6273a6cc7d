/**
 * Webhooks and what is to be delivered to them. Each event becomes a delivery for each webhook that wants it, and the
 * webhook's position moves on in the same transaction: no crash loses one or makes one twice. Thread-safe.
 */
@NullMarked
package io.cellgate.inventory.webhook;

import org.jspecify.annotations.NullMarked;
