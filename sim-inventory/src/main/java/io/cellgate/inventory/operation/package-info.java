/** Work that takes time: how far it is, and what became of each part of it. Thread-safe. */
@NullMarked
package io.cellgate.inventory.operation;

import org.jspecify.annotations.NullMarked;
