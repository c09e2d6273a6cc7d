/** SIM cards: life cycle, IMEI lock, fence, assignment. Thread-safe. */
@NullMarked
package io.cellgate.inventory.sim;

import org.jspecify.annotations.NullMarked;
