package io.cellgate.inventory.batch;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** The SIMs of a manufacturer's file one after the other. Owned by one thread. */
interface SimLines {
    /** The next line that is not blank, or null at the file's end. */
    @Nullable
    SimLine next() throws IOException;
}
