/** The database: its schema, its one writer and its many readers, and the outbox in which each change is told. Thread-safe. */
@NullMarked
package io.cellgate.inventory.store;

import org.jspecify.annotations.NullMarked;
