/** Files that are read by the line as they come: each line is bounded, so is the memory. Owned by one thread. */
@NullMarked
package io.cellgate.inventory.lines;

import org.jspecify.annotations.NullMarked;
