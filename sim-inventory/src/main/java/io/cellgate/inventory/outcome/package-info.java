/** What a request to the inventory can come to, short of a bug. Immutable values. */
@NullMarked
package io.cellgate.inventory.outcome;

import org.jspecify.annotations.NullMarked;
