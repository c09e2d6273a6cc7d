package io.cellgate.dataplane.worker;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Objects that belong to flows, by the flow's number. Grows by a block at a time as numbers come to be used, never copies
 * what is there, and has no block where nothing was ever noted. One thread.
 */
final class FlowColumn<T> {
    private static final int BLOCK_SHIFT = 10;
    private static final int BLOCK = 1 << BLOCK_SHIFT;

    private @Nullable Object[] @Nullable [] blocks = new Object[16][];

    @SuppressWarnings("unchecked")
    @Nullable
    T get(int flow) {
        int block = flow >> BLOCK_SHIFT;
        @Nullable
        Object[] values = block < blocks.length ? blocks[block] : null;
        return values == null ? null : (T) values[flow & (BLOCK - 1)];
    }

    @SuppressWarnings("ReferenceEquality")
    void set(int flow, @Nullable T value) {
        int block = flow >> BLOCK_SHIFT;
        @Nullable
        Object[] values = block < blocks.length ? blocks[block] : null;
        if (values == null) {
            if (value == null) {
                return;
            }
            if (block >= blocks.length) {
                blocks = Arrays.copyOf(blocks, Math.max(block + 1, 2 * blocks.length));
            }
            values = new Object[BLOCK];
            blocks[block] = values;
        }
        if (values[flow & (BLOCK - 1)] != value) { // a write of a reference is dear: FlowLog.Entry
            values[flow & (BLOCK - 1)] = value;
        }
    }
}
