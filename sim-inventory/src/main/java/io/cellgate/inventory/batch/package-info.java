/** Import of SIM manufacturers' files. Thread-safe. */
@NullMarked
package io.cellgate.inventory.batch;

import org.jspecify.annotations.NullMarked;
