package io.cellgate.bench.carrier;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;

/**
 * A TUN interface (Linux, Documentation/networking/tuntap.rst) without packet information: what is read and written
 * are IP packets. It is made in the namespace of this process and may be moved to another afterwards; the descriptor stays
 * with it. One thread reads and closes, another may write; a write after the close does nothing.
 * The interface goes when closed.
 */
final class Tun implements AutoCloseable {
    private static final int O_RDWR = 2;
    private static final int O_NONBLOCK = 0x800;
    private static final long TUNSETIFF = 0x400454caL;
    private static final short IFF_TUN_NO_PI = 0x1001;
    private static final int IFREQ_OCTETS = 40;
    private static final int IFREQ_FLAGS_OFFSET = 16;
    private static final int POLL_EVENTS_OFFSET = 4;
    private static final int POLL_REVENTS_OFFSET = 6;
    private static final short POLLIN = 1;

    private static final Linker LINKER = Linker.nativeLinker();
    private static final Linker.Option ERRNO = Linker.Option.captureCallState("errno");
    private static final VarHandle ERRNO_VALUE = Linker.Option.captureStateLayout()
            .varHandle(MemoryLayout.PathElement.groupElement("errno"));
    private static final MethodHandle OPEN = call("open",
            FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT), ERRNO,
            Linker.Option.firstVariadicArg(2));
    private static final MethodHandle IOCTL = call("ioctl",
            FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_LONG, ADDRESS), ERRNO,
            Linker.Option.firstVariadicArg(2));
    private static final MethodHandle POLL = call("poll",
            FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT), ERRNO);
    private static final MethodHandle READ = call("read",
            FunctionDescriptor.of(JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG), ERRNO);
    private static final MethodHandle WRITE = call("write",
            FunctionDescriptor.of(JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG), ERRNO);
    private static final MethodHandle CLOSE = call("close",
            FunctionDescriptor.of(JAVA_INT, JAVA_INT), ERRNO);

    private final int descriptor;
    private boolean closed;

    Tun(String name) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment errno = arena.allocate(Linker.Option.captureStateLayout());
            descriptor = (int) OPEN.invokeExact(errno, arena.allocateFrom("/dev/net/tun"),
                    O_RDWR | O_NONBLOCK);
            require(descriptor >= 0, "open /dev/net/tun", errno);
            MemorySegment request = arena.allocate(IFREQ_OCTETS);
            request.setString(0, name);
            request.set(JAVA_SHORT, IFREQ_FLAGS_OFFSET, IFF_TUN_NO_PI);
            int set = (int) IOCTL.invokeExact(errno, descriptor, TUNSETIFF, request);
            if (set < 0) {
                int number = (int) ERRNO_VALUE.get(errno, 0L);
                close();
                throw new IOException(
                        "cannot make the TUN interface " + name + ": errno " + number);
            }
        } catch (IOException e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }

    /**
     * Reads the next packet into this direct buffer, from its position 0.
     *
     * @return its length in octets, or 0 where none came within this time or the interface is down
     */
    int read(ByteBuffer buffer, int waitMillis) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment errno = arena.allocate(Linker.Option.captureStateLayout());
            MemorySegment poll = arena.allocate(8, 4);
            poll.set(JAVA_INT, 0, descriptor);
            poll.set(JAVA_SHORT, POLL_EVENTS_OFFSET, POLLIN);
            int ready = (int) POLL.invokeExact(errno, poll, 1L, waitMillis);
            if (ready <= 0) {
                return 0;
            }
            if ((poll.get(JAVA_SHORT, POLL_REVENTS_OFFSET) & POLLIN) == 0) {
                throw new IOException("the TUN interface is gone");
            }
            long got = (long) READ.invokeExact(errno, descriptor,
                    MemorySegment.ofBuffer(buffer.clear()), (long) buffer.capacity());
            return got > 0 ? (int) got : 0;
        } catch (IOException e) {
            throw e;
        } catch (Throwable e) {
            throw new IOException(e);
        }
    }

    /** Writes one packet, the remaining octets of this direct buffer; says whether the interface took it. */
    synchronized boolean write(ByteBuffer packet) throws IOException {
        if (closed) {
            return false;
        }
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment errno = arena.allocate(Linker.Option.captureStateLayout());
            long put = (long) WRITE.invokeExact(errno, descriptor,
                    MemorySegment.ofBuffer(packet), (long) packet.remaining());
            return put == packet.remaining();
        } catch (Throwable e) {
            throw new IOException(e);
        }
    }

    @Override
    public synchronized void close() throws IOException {
        closed = true;
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment errno = arena.allocate(Linker.Option.captureStateLayout());
            int result = (int) CLOSE.invokeExact(errno, descriptor);
            require(result == 0, "close a TUN interface", errno);
        } catch (IOException e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }

    private static void require(boolean held, String what, MemorySegment errno)
            throws IOException {
        if (!held) {
            throw new IOException("cannot %s: errno %d".formatted(what,
                    (int) ERRNO_VALUE.get(errno, 0L)));
        }
    }

    @SuppressWarnings("restricted")
    private static MethodHandle call(String name, FunctionDescriptor shape,
            Linker.Option... options) {
        return LINKER.downcallHandle(LINKER.defaultLookup().findOrThrow(name), shape, options);
    }
}
