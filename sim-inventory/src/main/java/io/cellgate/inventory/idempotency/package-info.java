/** Answers kept so that a repeated request does nothing twice. Thread-safe. */
@NullMarked
package io.cellgate.inventory.idempotency;

import org.jspecify.annotations.NullMarked;
