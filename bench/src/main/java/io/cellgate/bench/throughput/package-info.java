/**
 * How many packets get through a gateway: ours on each of its packet I/O backends, kernel forwarding, and osmo-ggsn, one
 * beside the other in one run.
 */
@NullMarked
package io.cellgate.bench.throughput;

import org.jspecify.annotations.NullMarked;
