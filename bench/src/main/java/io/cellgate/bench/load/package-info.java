/**
 * Load on a gateway, and what of it gets through: a generator of frames inside the kernel, the places that a gateway under
 * test stands between, sessions by the thousand, and counts at the far side.
 */
@NullMarked
package io.cellgate.bench.load;

import org.jspecify.annotations.NullMarked;
