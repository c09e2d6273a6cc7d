/** The events list, which is the audit log as well. Thread-safe. */
@NullMarked
package io.cellgate.inventory.event;

import org.jspecify.annotations.NullMarked;
