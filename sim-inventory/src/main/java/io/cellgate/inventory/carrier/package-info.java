/** Carriers that peer with the gateway and the addresses from which they do. Thread-safe. */
@NullMarked
package io.cellgate.inventory.carrier;

import org.jspecify.annotations.NullMarked;
