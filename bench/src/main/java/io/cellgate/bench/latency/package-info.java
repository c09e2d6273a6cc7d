/** How long packets take through a gateway, and how soon they stop when their SIM is suspended. */
@NullMarked
package io.cellgate.bench.latency;

import org.jspecify.annotations.NullMarked;
