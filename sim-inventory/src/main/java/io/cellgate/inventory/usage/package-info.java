/** What SIMs used, and the condition of those that have used up their quota. Thread-safe. */
@NullMarked
package io.cellgate.inventory.usage;

import org.jspecify.annotations.NullMarked;
