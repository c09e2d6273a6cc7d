/**
 * How long a changed policy takes to act on traffic, and what it costs: a gateway process with many sessions, packets
 * through it, and policies replaced meanwhile by its API. Part of {@code bench/run policy}.
 */
@NullMarked
package io.cellgate.bench.publish;

import org.jspecify.annotations.NullMarked;
