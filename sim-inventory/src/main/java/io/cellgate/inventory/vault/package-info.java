/** SIM secrets (Ki, OPc: TS 35.205, TS 35.206) and the keys that seal them. Thread-safe. */
@NullMarked
package io.cellgate.inventory.vault;

import org.jspecify.annotations.NullMarked;
