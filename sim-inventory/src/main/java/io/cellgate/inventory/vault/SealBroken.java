package io.cellgate.inventory.vault;

import org.jspecify.annotations.Nullable;

/** Something sealed does not open: the master key is another one, or the database was altered. */
public final class SealBroken extends RuntimeException {
    SealBroken(String context, @Nullable Throwable cause) {
        super("what is sealed for " + context + " does not open with this master key", cause);
    }
}
