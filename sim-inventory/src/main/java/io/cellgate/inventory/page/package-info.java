/** Lists by the page. Immutable values. */
@NullMarked
package io.cellgate.inventory.page;

import org.jspecify.annotations.NullMarked;
