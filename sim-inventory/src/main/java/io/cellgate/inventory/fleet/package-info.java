/** Groups of SIMs that share defaults. Thread-safe. */
@NullMarked
package io.cellgate.inventory.fleet;

import org.jspecify.annotations.NullMarked;
