/** How fast and how large a gateway's signalling is: real GTPv2 against a whole gateway process. */
@NullMarked
package io.cellgate.bench.signalling;

import org.jspecify.annotations.NullMarked;
