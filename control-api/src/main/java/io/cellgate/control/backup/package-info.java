/** Copies of the store for bad days: made while the gateway runs, checked before they are put in place. One thread. */
@NullMarked
package io.cellgate.control.backup;

import org.jspecify.annotations.NullMarked;
