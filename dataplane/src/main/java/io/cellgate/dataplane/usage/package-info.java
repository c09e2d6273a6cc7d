/**
 * The octets that SIMs sent and received, on their way from the workers to whoever keeps them. A worker owns its end of
 * a {@link io.cellgate.dataplane.usage.UsageFeed}, one thread of its own the other end of all of them.
 */
@NullMarked
package io.cellgate.dataplane.usage;

import org.jspecify.annotations.NullMarked;
