/**
 * Where devices are: points, shapes, and the table of where cells stand. Immutable values; the table's file is replaced
 * whole.
 */
@NullMarked
package io.cellgate.inventory.place;

import org.jspecify.annotations.NullMarked;
