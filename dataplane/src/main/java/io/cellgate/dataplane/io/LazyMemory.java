package io.cellgate.dataplane.io;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Native memory that takes up room only where it has been written to: calloc(3) gives a large block as pages that the
 * kernel makes at their first use, all zero. The JDK's own direct buffers write zeros over all of it at once, which costs
 * all of the room, and for a large table a pause.
 */
@SuppressWarnings("restricted")
public final class LazyMemory {
    private static final Linker LINKER = Linker.nativeLinker();
    private static final MethodHandle CALLOC = LINKER.downcallHandle(
            LINKER.defaultLookup().findOrThrow("calloc"),
            FunctionDescriptor.of(ADDRESS, JAVA_LONG, JAVA_LONG));
    private static final MethodHandle FREE = LINKER.downcallHandle(
            LINKER.defaultLookup().findOrThrow("free"), FunctionDescriptor.ofVoid(ADDRESS));

    private LazyMemory() {}

    /** So many octets, less than 2³¹, all zero; given back when the arena is closed. */
    public static UnsafeBuffer reserve(Arena arena, long octets) {
        if (octets < 0 || octets > Integer.MAX_VALUE) {
            throw new IllegalArgumentException(
                    "memory: got " + octets + " octets, expected 0 to " + Integer.MAX_VALUE);
        }
        try {
            MemorySegment block = (MemorySegment) CALLOC.invokeExact(Math.max(1, octets), 1L);
            if (block.address() == 0) {
                throw new OutOfMemoryError("no " + octets + " octets of native memory");
            }
            return new UnsafeBuffer(block.reinterpret(octets, arena, LazyMemory::free)
                    .asByteBuffer());
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable t) {
            throw new IllegalStateException(t);
        }
    }

    private static void free(MemorySegment block) {
        try {
            FREE.invokeExact(block);
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable t) {
            throw new IllegalStateException(t);
        }
    }
}
