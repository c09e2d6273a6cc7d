/** Benchmarks of the inventory through its API: import, lists, reads, the effect of a suspension, the start. Single-threaded unless said. */
@NullMarked
package io.cellgate.bench.inventory;

import org.jspecify.annotations.NullMarked;
