/** Policies with their revisions, and the lists that policies name. Thread-safe. */
@NullMarked
package io.cellgate.inventory.policy;

import org.jspecify.annotations.NullMarked;
