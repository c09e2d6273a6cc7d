/** What the system imposes on SIMs beside their state, and what ends it. Thread-safe. */
@NullMarked
package io.cellgate.inventory.condition;

import org.jspecify.annotations.NullMarked;
