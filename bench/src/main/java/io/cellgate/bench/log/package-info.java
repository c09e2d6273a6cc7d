/** What the logs of traffic cost. Run by {@code bench/run logs}. */
@NullMarked
package io.cellgate.bench.log;

import org.jspecify.annotations.NullMarked;
