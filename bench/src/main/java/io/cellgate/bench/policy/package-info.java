/** What decisions and compilation of policies cost. Run by {@code bench/run policy}. */
@NullMarked
package io.cellgate.bench.policy;

import org.jspecify.annotations.NullMarked;
