package io.cellgate.dataplane.io;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Native memory that takes up room only where it has been written to: mmap(2) gives pages that the kernel makes at their
 * first use, all zero. The JDK's own direct buffers write zeros over all of it at once, which costs all of the room, and for
 * a large table a pause. Large blocks ask for large pages (madvise(2)), without which nearly every look-up in a table of many
 * sessions would also have to find its page.
 */
@SuppressWarnings("restricted")
public final class LazyMemory {
    private static final Linker LINKER = Linker.nativeLinker();
    private static final MethodHandle MMAP = LINKER.downcallHandle(
            LINKER.defaultLookup().findOrThrow("mmap"), FunctionDescriptor.of(JAVA_LONG, JAVA_LONG,
                    JAVA_LONG, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_LONG));
    private static final MethodHandle MADVISE = LINKER.downcallHandle(
            LINKER.defaultLookup().findOrThrow("madvise"),
            FunctionDescriptor.of(JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_INT));
    private static final MethodHandle MUNMAP = LINKER.downcallHandle(
            LINKER.defaultLookup().findOrThrow("munmap"),
            FunctionDescriptor.of(JAVA_INT, JAVA_LONG, JAVA_LONG));
    private static final int READ_WRITE = 3;
    private static final int PRIVATE_ANONYMOUS_NORESERVE = 0x2 | 0x20 | 0x4000;
    private static final int MADV_HUGEPAGE = 14;
    private static final long FAILED = -1;
    private static final long PAGE_OCTETS = 4096;
    private static final long LARGE_PAGE_OCTETS = 2 << 20;

    private LazyMemory() {}

    /** So many octets, less than 2³¹, all zero; given back when the arena is closed. */
    public static UnsafeBuffer reserve(Arena arena, long octets) {
        if (octets < 0 || octets > Integer.MAX_VALUE) {
            throw new IllegalArgumentException(
                    "memory: got " + octets + " octets, expected 0 to " + Integer.MAX_VALUE);
        }
        return new UnsafeBuffer(segment(arena, octets).asByteBuffer());
    }

    /** So many octets, all zero, that begin with a page; given back when the arena is closed. */
    static MemorySegment segment(Arena arena, long octets) {
        boolean large = octets >= LARGE_PAGE_OCTETS;
        long mapped = Math.max(PAGE_OCTETS, octets) + (large ? LARGE_PAGE_OCTETS : 0);
        try {
            long address = (long) MMAP.invokeExact(0L, mapped, READ_WRITE,
                    PRIVATE_ANONYMOUS_NORESERVE, -1, 0L);
            if (address == FAILED) {
                throw new OutOfMemoryError("no " + octets + " octets of native memory");
            }
            long start = address;
            if (large) {
                start = address + LARGE_PAGE_OCTETS - 1 & -LARGE_PAGE_OCTETS;
                // where the host has no large pages, small ones will do
                int _ = (int) MADVISE.invokeExact(start, octets, MADV_HUGEPAGE);
            }
            return MemorySegment.ofAddress(start).reinterpret(octets, arena,
                    _ -> unmap(address, mapped));
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable t) {
            throw new IllegalStateException(t);
        }
    }

    private static void unmap(long address, long octets) {
        try {
            int _ = (int) MUNMAP.invokeExact(address, octets);
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable t) {
            throw new IllegalStateException(t);
        }
    }
}
