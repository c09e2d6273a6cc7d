package io.cellgate.dataplane.io;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
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
import java.nio.charset.StandardCharsets;
import java.util.BitSet;
import org.jspecify.annotations.Nullable;

/**
 * The system calls that the packet backends make, through the foreign function interface; the only place where native
 * code is called. One instance per thread, for it holds the thread's {@code errno}. Calls take segments and check
 * that what the kernel will write fits; those of the data path take an address that their caller took from a segment
 * it holds. A call that keeps its {@code errno} allocates 40 octets wherever the compiler does not see through it, so
 * those of the data path do without: what has to say why it failed is called once more, keeping it. Numbers are those
 * of Linux on x86-64 and aarch64, which agree on all used here.
 */
@SuppressWarnings("restricted")
final class LinuxCalls {
    static final int AF_INET = 2;
    static final int AF_INET6 = 10;
    static final int EAGAIN = 11;
    static final int EINTR = 4;
    private static final int ESRCH = 3;
    static final int POLLIN = 1;
    static final int SOL_SOCKET = 1;
    static final int SO_RCVBUF = 8;
    static final int SO_SNDBUF = 7;
    static final int SO_SNDBUFFORCE = 32;
    static final int SO_RCVBUFFORCE = 33;
    static final int IPPROTO_IPV6 = 41;
    static final int IPV6_V6ONLY = 26;
    static final int SO_REUSEPORT = 15;
    static final int SOCK_DGRAM = 2;
    static final int SOCK_RAW = 3;
    /** Of a set of cores, a bit each: as many as a kernel can be built for. */
    private static final int CORE_SET_OCTETS = 8192 / 8;
    private static final int SYS_BPF = System.getProperty("os.arch").equals("aarch64") ? 280 : 321;
    private static final int PROT_READ_WRITE = 1 | 2;
    private static final int MAP_SHARED_POPULATE = 1 | 0x8000;
    private static final int SOCK_NONBLOCK = 0x800;
    private static final int SOCK_CLOEXEC = 0x80000;
    private static final int O_RDWR_NONBLOCK_CLOEXEC = 2 | 0x800 | 0x80000;
    private static final int MSG_DONTWAIT = 0x40;
    private static final int TUNSETIFF = 0x400454ca;
    private static final int IFREQ_OCTETS = 40;
    private static final short IFF_TUN_NO_PI = 0x1001;
    private static final short IFF_MULTI_QUEUE = 0x100;

    private static final Linker LINKER = Linker.nativeLinker();
    private static final MemoryLayout CAPTURED = Linker.Option.captureStateLayout();
    private static final long ERRNO_AT = CAPTURED
            .byteOffset(MemoryLayout.PathElement.groupElement("errno"));

    private static final FunctionDescriptor SENDMMSG_TYPE = FunctionDescriptor.of(JAVA_INT,
            JAVA_INT, JAVA_LONG, JAVA_INT, JAVA_INT);
    private static final FunctionDescriptor SENDTO_TYPE = FunctionDescriptor.of(JAVA_LONG,
            JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_INT, JAVA_LONG, JAVA_INT);
    private static final FunctionDescriptor RECVFROM_TYPE = FunctionDescriptor.of(JAVA_LONG,
            JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_INT, JAVA_LONG, JAVA_LONG);

    private static final MethodHandle SOCKET = call("socket",
            FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT));
    private static final MethodHandle BIND = call("bind",
            FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_INT));
    private static final MethodHandle SETSOCKOPT = call("setsockopt",
            FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_INT));
    private static final MethodHandle RECVMMSG = callWithoutErrno("recvmmsg",
            FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_INT, JAVA_INT, JAVA_LONG));
    private static final MethodHandle SENDMMSG = call("sendmmsg", SENDMMSG_TYPE);
    private static final MethodHandle SENDMMSG_WITHOUT_ERRNO = callWithoutErrno("sendmmsg",
            SENDMMSG_TYPE);
    private static final MethodHandle READ = callWithoutErrno("read",
            FunctionDescriptor.of(JAVA_LONG, JAVA_INT, JAVA_LONG, JAVA_LONG));
    private static final MethodHandle WRITE = callWithoutErrno("write",
            FunctionDescriptor.of(JAVA_LONG, JAVA_INT, JAVA_LONG, JAVA_LONG));
    private static final MethodHandle POLL = callWithoutErrno("poll",
            FunctionDescriptor.of(JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_INT));
    private static final MethodHandle EVENTFD = call("eventfd",
            FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT));
    private static final MethodHandle CLOSE = call("close",
            FunctionDescriptor.of(JAVA_INT, JAVA_INT));
    private static final MethodHandle OPEN = call("open",
            FunctionDescriptor.of(JAVA_INT, JAVA_LONG, JAVA_INT, JAVA_INT),
            Linker.Option.firstVariadicArg(2));
    private static final MethodHandle IOCTL = call("ioctl",
            FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_LONG),
            Linker.Option.firstVariadicArg(2));

    private static final MethodHandle GETSOCKOPT = call("getsockopt",
            FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_LONG));
    private static final MethodHandle SENDTO = call("sendto", SENDTO_TYPE);
    private static final MethodHandle SENDTO_WITHOUT_ERRNO = callWithoutErrno("sendto",
            SENDTO_TYPE);
    private static final MethodHandle RECVFROM = call("recvfrom", RECVFROM_TYPE);
    private static final MethodHandle RECVFROM_WITHOUT_ERRNO = callWithoutErrno("recvfrom",
            RECVFROM_TYPE);
    private static final MethodHandle MMAP = call("mmap",
            FunctionDescriptor.of(JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_INT, JAVA_INT, JAVA_INT,
                    JAVA_LONG));
    private static final MethodHandle MUNMAP = call("munmap",
            FunctionDescriptor.of(JAVA_INT, JAVA_LONG, JAVA_LONG));
    private static final MethodHandle SCHED_GETAFFINITY = call("sched_getaffinity",
            FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_LONG));
    private static final MethodHandle SCHED_SETAFFINITY = call("sched_setaffinity",
            FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_LONG));
    private static final MethodHandle SYSCALL = call("syscall",
            FunctionDescriptor.of(JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG),
            Linker.Option.firstVariadicArg(1));

    private final MemorySegment captured;

    LinuxCalls(Arena arena) {
        captured = arena.allocate(CAPTURED);
    }

    private static MethodHandle call(String name, FunctionDescriptor type,
            Linker.Option... options) {
        Linker.Option[] all = new Linker.Option[options.length + 1];
        System.arraycopy(options, 0, all, 0, options.length);
        all[options.length] = Linker.Option.captureCallState("errno");
        return LINKER.downcallHandle(symbol(name), type, all);
    }

    private static MethodHandle callWithoutErrno(String name, FunctionDescriptor type) {
        return LINKER.downcallHandle(symbol(name), type);
    }

    private static MemorySegment symbol(String name) {
        return LINKER.defaultLookup().find(name).orElseThrow(
                () -> new UnsupportedOperationException("no " + name + "() in the C library"));
    }

    /** Why the last call failed, of those that keep it. */
    int errno() {
        return captured.get(JAVA_INT, ERRNO_AT);
    }

    /** A datagram socket that never blocks. */
    int udpSocket(int family) throws IOException {
        return socket(family, SOCK_DGRAM, 0);
    }

    /** A socket that never blocks; the protocol as socket(2) wants it, in network order where it is an EtherType. */
    int socket(int family, int type, int protocol) throws IOException {
        try {
            return check((int) SOCKET.invokeExact(captured, family,
                    type | SOCK_NONBLOCK | SOCK_CLOEXEC, protocol), "socket of family " + family);
        } catch (Throwable t) {
            throw rethrow(t);
        }
    }

    void bind(int fd, MemorySegment sockaddr, String what) throws IOException {
        try {
            check((int) BIND.invokeExact(captured, fd, sockaddr.address(),
                    (int) sockaddr.byteSize()), "bind to " + what);
        } catch (Throwable t) {
            throw rethrow(t);
        }
    }

    /** Sets an option of type int; returns false where the kernel refuses. */
    boolean trySetOption(int fd, int level, int option, int value) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment v = arena.allocate(JAVA_INT);
            v.set(JAVA_INT, 0, value);
            return (int) SETSOCKOPT.invokeExact(captured, fd, level, option, v.address(), 4) == 0;
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    /** Sets an option that is a structure. */
    void setOption(int fd, int level, int option, MemorySegment value, String what)
            throws IOException {
        try {
            check((int) SETSOCKOPT.invokeExact(captured, fd, level, option, value.address(),
                    (int) value.byteSize()), what);
        } catch (Throwable t) {
            throw rethrow(t);
        }
    }

    /** A request about an interface, whose structure may be read and written. */
    boolean tryIoctl(int fd, long request, MemorySegment argument) {
        try {
            return (int) IOCTL.invokeExact(captured, fd, request, argument.address()) >= 0;
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    /** bpf(2); negative where it failed. */
    int bpf(int command, MemorySegment attributes) {
        try {
            return (int) (long) SYSCALL.invokeExact(captured, (long) SYS_BPF, (long) command,
                    attributes.address(), attributes.byteSize());
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    /**
     * Attaches to the TUN device of this name, which it makes if need be: IP packets without a header.
     *
     * @param isOneQueueOfSeveral whether it is attached to several times
     */
    int openTun(String device, boolean isOneQueueOfSeveral) throws IOException {
        byte[] name = device.getBytes(StandardCharsets.US_ASCII);
        if (name.length == 0 || name.length > 15) {
            throw new IOException(
                    "TUN device name: got \"" + device + "\", expected 1 to 15 characters");
        }
        try (Arena arena = Arena.ofConfined()) {
            int fd = check((int) OPEN.invokeExact(captured,
                    arena.allocateFrom("/dev/net/tun").address(), O_RDWR_NONBLOCK_CLOEXEC, 0),
                    "open /dev/net/tun");
            MemorySegment ifreq = arena.allocate(IFREQ_OCTETS, 8);
            MemorySegment.copy(MemorySegment.ofArray(name), 0, ifreq, 0, name.length);
            ifreq.set(JAVA_SHORT, 16,
                    isOneQueueOfSeveral
                            ? (short) (IFF_TUN_NO_PI | IFF_MULTI_QUEUE)
                            : IFF_TUN_NO_PI);
            if ((int) IOCTL.invokeExact(captured, fd, (long) TUNSETIFF, ifreq.address()) < 0) {
                int errno = errno();
                close(fd);
                throw new IOException("TUNSETIFF " + device + ": errno " + errno
                        + (errno == 1 ? " (needs CAP_NET_ADMIN)" : ""));
            }
            return fd;
        } catch (Throwable t) {
            throw rethrow(t);
        }
    }

    /** Reads an option that is a structure of this size. */
    void option(int fd, int level, int option, MemorySegment value, String what)
            throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment length = arena.allocate(JAVA_INT);
            length.set(JAVA_INT, 0, (int) value.byteSize());
            check((int) GETSOCKOPT.invokeExact(captured, fd, level, option, value.address(),
                    length.address()), what);
            if (length.get(JAVA_INT, 0) != value.byteSize()) {
                throw new IOException(what + ": got " + length.get(JAVA_INT, 0)
                        + " octets, expected " + value.byteSize());
            }
        } catch (Throwable t) {
            throw rethrow(t);
        }
    }

    /** Shares memory with the kernel; it is given back when the arena is closed. */
    MemorySegment map(int fd, long offset, long lengthOctets, Arena arena, String what)
            throws IOException {
        try {
            long address = (long) MMAP.invokeExact(captured, 0L, lengthOctets, PROT_READ_WRITE,
                    MAP_SHARED_POPULATE, fd, offset);
            if (address == -1) {
                throw new IOException("mmap of " + what + ": errno " + errno());
            }
            return MemorySegment.ofAddress(address).reinterpret(lengthOctets, arena,
                    LinuxCalls::unmap);
        } catch (Throwable t) {
            throw rethrow(t);
        }
    }

    private static void unmap(MemorySegment mapped) {
        try (Arena arena = Arena.ofConfined()) {
            int _ = (int) MUNMAP.invokeExact(arena.allocate(CAPTURED), mapped.address(),
                    mapped.byteSize());
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    /** Tells the kernel to send what stands in a ring shared with it; where that fails, {@link #errno} says why. */
    long kick(int fd) {
        try {
            long done = (long) SENDTO_WITHOUT_ERRNO.invokeExact(fd, 0L, 0L, MSG_DONTWAIT, 0L, 0);
            return done >= 0
                    ? done
                    : (long) SENDTO.invokeExact(captured, fd, 0L, 0L, MSG_DONTWAIT, 0L, 0);
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    /** Tells the kernel that there is room for what it receives. */
    void receiveNothing(int fd) {
        try {
            long _ = (long) RECVFROM_WITHOUT_ERRNO.invokeExact(fd, 0L, 0L, MSG_DONTWAIT, 0L, 0L);
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    int eventFd() throws IOException {
        try {
            return check((int) EVENTFD.invokeExact(captured, 0, SOCK_NONBLOCK | SOCK_CLOEXEC),
                    "eventfd");
        } catch (Throwable t) {
            throw rethrow(t);
        }
    }

    void close(int fd) {
        try {
            int _ = (int) CLOSE.invokeExact(captured, fd);
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    /** Returns how many of the {@code count} headers from {@code headers} were filled, or -1. */
    int receiveMany(int fd, long headers, int count) {
        try {
            return (int) RECVMMSG.invokeExact(fd, headers, count, MSG_DONTWAIT, 0L);
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    /** Returns how many of the {@code count} messages from {@code headers} were sent, or -1, of which {@link #errno} says why. */
    int sendMany(int fd, long headers, int count) {
        try {
            int sent = (int) SENDMMSG_WITHOUT_ERRNO.invokeExact(fd, headers, count, MSG_DONTWAIT);
            return sent >= 0
                    ? sent
                    : (int) SENDMMSG.invokeExact(captured, fd, headers, count, MSG_DONTWAIT);
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    /** A datagram from a socket; where it returns -1, {@link #errno} says why. */
    long receive(int fd, MemorySegment into) {
        try {
            return (long) RECVFROM.invokeExact(captured, fd, into.address(), into.byteSize(),
                    MSG_DONTWAIT, 0L, 0L);
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    /** Sends a datagram to the socket's peer; where it returns -1, {@link #errno} says why. */
    long send(int fd, MemorySegment datagram) {
        try {
            return (long) SENDTO.invokeExact(captured, fd, datagram.address(),
                    datagram.byteSize(), MSG_DONTWAIT, 0L, 0);
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    /** Of a file that never blocks: how many octets were read, 0 at its end, or -1. */
    long read(int fd, long address, long lengthOctets) {
        try {
            return (long) READ.invokeExact(fd, address, lengthOctets);
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    /** To a file that never blocks: how many octets were written, or -1. */
    long write(int fd, long address, long lengthOctets) {
        try {
            return (long) WRITE.invokeExact(fd, address, lengthOctets);
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    int poll(long pollFds, int count, int timeoutMillis) {
        try {
            return (int) POLL.invokeExact(pollFds, (long) count, timeoutMillis);
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    /** The cores that a thread may run on, by its id, 0 for the calling one; null where it has ended. */
    @Nullable
    BitSet cores(int thread) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment set = arena.allocate(CORE_SET_OCTETS);
            int result = (int) SCHED_GETAFFINITY.invokeExact(captured, thread, set.byteSize(),
                    set.address());
            return isThere(result, "sched_getaffinity")
                    ? BitSet.valueOf(set.toArray(JAVA_BYTE))
                    : null;
        } catch (Throwable t) {
            throw rethrow(t);
        }
    }

    /** Has a thread run on these cores alone; false where it has ended. */
    boolean setCores(int thread, BitSet cores) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment set = arena.allocate(CORE_SET_OCTETS);
            byte[] octets = cores.toByteArray();
            MemorySegment.copy(octets, 0, set, JAVA_BYTE, 0, octets.length);
            int result = (int) SCHED_SETAFFINITY.invokeExact(captured, thread, set.byteSize(),
                    set.address());
            return isThere(result, "sched_setaffinity to " + cores);
        } catch (Throwable t) {
            throw rethrow(t);
        }
    }

    private boolean isThere(int result, String what) throws IOException {
        if (result < 0 && errno() == ESRCH) {
            return false;
        }
        check(result, what);
        return true;
    }

    private int check(int result, String what) throws IOException {
        if (result < 0) {
            throw new IOException(what + ": errno " + errno());
        }
        return result;
    }

    private static IOException rethrow(Throwable t) {
        if (t instanceof IOException e) {
            return e;
        }
        throw unexpected(t);
    }

    private static RuntimeException unexpected(Throwable t) {
        if (t instanceof Error e) {
            throw e;
        }
        return t instanceof RuntimeException e ? e : new IllegalStateException(t);
    }
}
