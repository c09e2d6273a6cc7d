/** Carriers and the addresses from which they may peer. Immutable tables, replaced whole. */
@NullMarked
package io.cellgate.dataplane.peer;

import org.jspecify.annotations.NullMarked;
