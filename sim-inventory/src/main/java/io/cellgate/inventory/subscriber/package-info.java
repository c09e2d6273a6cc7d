/** A SIM as the gateway needs it at an attach. Thread-safe. */
@NullMarked
package io.cellgate.inventory.subscriber;

import org.jspecify.annotations.NullMarked;
