/** The same change of many SIMs, as an operation. Thread-safe. */
@NullMarked
package io.cellgate.inventory.bulk;

import org.jspecify.annotations.NullMarked;
