/** What can be ordered, and orders from quote to receipt. Thread-safe. */
@NullMarked
package io.cellgate.inventory.order;

import org.jspecify.annotations.NullMarked;
