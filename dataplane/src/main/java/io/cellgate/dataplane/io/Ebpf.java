package io.cellgate.dataplane.io;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/**
 * Maps and XDP programs of the kernel's virtual machine, by bpf(2). What was made here goes when this is closed, or
 * with the process: programs do not stay attached without it. Needs CAP_BPF and CAP_NET_ADMIN, and
 * CAP_PERFMON for programs that subtract pointers. One thread.
 */
public final class Ebpf implements AutoCloseable {
    /** Functions that programs call, by their numbers in linux/bpf.h. */
    public static final int MAP_LOOKUP = 1;
    public static final int KTIME_GET_NS = 5;
    public static final int PROCESSOR_ID = 8;
    public static final int REDIRECT = 23;
    static final int XDP_ADJUST_HEAD = 44;
    public static final int REDIRECT_MAP = 51;
    public static final int XDP_ADJUST_TAIL = 65;
    /** CLOCK_MONOTONIC of the last tick, which costs no look at a clock. */
    static final int KTIME_GET_COARSE_NS = 160;
    /** What an XDP program returns. */
    public static final int XDP_DROP = 1;
    public static final int XDP_PASS = 2;
    static final int XDP_REDIRECT = 4;

    private static final int CREATE_MAP = 0;
    private static final int UPDATE = 2;
    private static final int LOAD = 5;
    private static final int TEST_RUN = 10;
    private static final int CREATE_LINK = 28;
    private static final int ATTRIBUTES_OCTETS = 128;
    private static final int MAP_ARRAY = 2;
    private static final int MAP_XSK = 17;
    private static final int MMAPABLE = 1 << 10;
    private static final int PROGRAM_SOCKET_FILTER = 1;
    private static final int PROGRAM_XDP = 6;
    private static final int ATTACH_XDP = 37;
    private static final int LOG_OCTETS = 1 << 18;
    private static final int LOG_LINES = 3;
    private static final int EPERM = 1;
    private static final int EACCES = 13;
    private static final int PAGE_OCTETS = 4096;
    private static final int LIVE_FRAMES = 2;
    private static final int LIVE_BATCH = 64;

    private final Arena arena = Arena.ofShared();
    private final LinuxCalls calls = new LinuxCalls(arena);
    private final List<Integer> opened = new ArrayList<>();

    /** How a program is attached to an interface: in its driver, or in front of the network stack by a copy. */
    public enum Mode {
        NATIVE(4), GENERIC(2);

        private final int flags;

        Mode(int flags) {
            this.flags = flags;
        }
    }

    /** An array in the kernel whose values are read and written here as memory. */
    public record ArrayMap(int fd, int valueOctets, MemorySegment values) {}

    /** Makes an array; values are a multiple of 8 octets. */
    public ArrayMap array(int valueOctets, int entries) throws IOException {
        int fd = createMap(MAP_ARRAY, 4, valueOctets, entries, MMAPABLE);
        long octets = (long) valueOctets * entries;
        long pages = (octets + PAGE_OCTETS - 1) / PAGE_OCTETS * PAGE_OCTETS;
        return new ArrayMap(fd, valueOctets,
                calls.map(fd, 0, pages, arena, "an array map").asSlice(0, octets));
    }

    /** Makes a map from an interface's queues to AF_XDP sockets. */
    int socketMap(int queues) throws IOException {
        return createMap(MAP_XSK, 4, 4, queues, 0);
    }

    private int createMap(int type, int keyOctets, int valueOctets, int entries, int flags)
            throws IOException {
        try (Arena scratch = Arena.ofConfined()) {
            MemorySegment attributes = scratch.allocate(ATTRIBUTES_OCTETS, 8);
            attributes.set(JAVA_INT, 0, type);
            attributes.set(JAVA_INT, 4, keyOctets);
            attributes.set(JAVA_INT, 8, valueOctets);
            attributes.set(JAVA_INT, 12, entries);
            attributes.set(JAVA_INT, 16, flags);
            return opened(calls.bpf(CREATE_MAP, attributes), "make a map");
        }
    }

    /** Writes an entry of a map whose key and value are ints. */
    void put(int mapFd, int key, int value) throws IOException {
        try (Arena scratch = Arena.ofConfined()) {
            MemorySegment held = scratch.allocate(8, 4);
            held.set(JAVA_INT, 0, value);
            held.set(JAVA_INT, 4, key);
            MemorySegment attributes = scratch.allocate(ATTRIBUTES_OCTETS, 8);
            attributes.set(JAVA_INT, 0, mapFd);
            attributes.set(JAVA_LONG, 8, held.address() + 4);
            attributes.set(JAVA_LONG, 16, held.address());
            if (calls.bpf(UPDATE, attributes) < 0) {
                throw failure("write to a map");
            }
        }
    }

    /** Loads an XDP program; one that the kernel's verifier refuses is a fault of whoever wrote it. */
    public int load(EbpfAssembler program) throws IOException {
        return load(program, PROGRAM_XDP, ATTACH_XDP, "load an XDP program");
    }

    /** Loads a program that looks at packets for a socket or a TUN device. */
    int loadSocketFilter(EbpfAssembler program) throws IOException {
        return load(program, PROGRAM_SOCKET_FILTER, 0, "load a program that spreads packets");
    }

    private int load(EbpfAssembler program, int type, int attachType, String what)
            throws IOException {
        try (Arena scratch = Arena.ofConfined()) {
            MemorySegment instructions = program.assemble(scratch);
            MemorySegment log = scratch.allocate(LOG_OCTETS);
            MemorySegment attributes = scratch.allocate(ATTRIBUTES_OCTETS, 8);
            attributes.set(JAVA_INT, 0, type);
            attributes.set(JAVA_INT, 4, (int) (instructions.byteSize() / 8));
            attributes.set(JAVA_LONG, 8, instructions.address());
            attributes.set(JAVA_LONG, 16, scratch.allocateFrom("none").address());
            attributes.set(JAVA_INT, 68, attachType);
            int fd = calls.bpf(LOAD, attributes);
            if (fd < 0) {
                int errno = calls.errno();
                attributes.set(JAVA_INT, 24, 1);
                attributes.set(JAVA_INT, 28, LOG_OCTETS);
                attributes.set(JAVA_LONG, 32, log.address());
                fd = calls.bpf(LOAD, attributes);
                if (fd < 0) {
                    throw new IOException(what + ": errno " + errno + hint(errno) + " "
                            + end(log.getString(0)));
                }
            }
            return opened(fd, what);
        }
    }

    /** Attaches a program to an interface, until this is closed. */
    public void attach(int programFd, int interfaceIndex, Mode mode) throws IOException {
        try (Arena scratch = Arena.ofConfined()) {
            MemorySegment attributes = scratch.allocate(ATTRIBUTES_OCTETS, 8);
            attributes.set(JAVA_INT, 0, programFd);
            attributes.set(JAVA_INT, 4, interfaceIndex);
            attributes.set(JAVA_INT, 8, ATTACH_XDP);
            attributes.set(JAVA_INT, 12, mode.flags);
            int _ = opened(calls.bpf(CREATE_LINK, attributes), "attach an XDP program ("
                    + mode.name().toLowerCase(java.util.Locale.ROOT) + ")");
        }
    }

    /** What a program returned for a frame, and the frame as it left it. */
    record Outcome(int action, MemorySegment frame) {}

    /** Runs a program on one frame; nothing is sent. */
    Outcome judge(int programFd, MemorySegment frame) throws IOException {
        try (Arena scratch = Arena.ofConfined()) {
            MemorySegment attributes = run(scratch, programFd, frame, 1);
            MemorySegment left = Arena.ofAuto().allocate(PAGE_OCTETS);
            attributes.set(JAVA_INT, 12, PAGE_OCTETS);
            attributes.set(JAVA_LONG, 24, left.address());
            if (calls.bpf(TEST_RUN, attributes) < 0) {
                throw failure("run an XDP program");
            }
            return new Outcome(attributes.get(JAVA_INT, 4),
                    left.asSlice(0, attributes.get(JAVA_INT, 12)));
        }
    }

    /**
     * Runs a program on this many frames, each made from the one that is given, and does with them what the program
     * says: those that it redirects are sent. They come from the calling thread's network namespace.
     */
    public void inject(int programFd, MemorySegment frame, int frames) throws IOException {
        try (Arena scratch = Arena.ofConfined()) {
            MemorySegment attributes = run(scratch, programFd, frame, frames);
            attributes.set(JAVA_INT, 64, LIVE_FRAMES);
            attributes.set(JAVA_INT, 72, Math.min(frames, LIVE_BATCH));
            if (calls.bpf(TEST_RUN, attributes) < 0) {
                throw failure("inject frames");
            }
        }
    }

    private static MemorySegment run(Arena scratch, int programFd, MemorySegment frame,
            int repeat) {
        MemorySegment attributes = scratch.allocate(ATTRIBUTES_OCTETS, 8);
        attributes.set(JAVA_INT, 0, programFd);
        attributes.set(JAVA_INT, 8, (int) frame.byteSize());
        attributes.set(JAVA_LONG, 16, frame.address());
        attributes.set(JAVA_INT, 32, repeat);
        return attributes;
    }

    private int opened(int fd, String what) throws IOException {
        if (fd < 0) {
            throw failure(what);
        }
        opened.add(fd);
        return fd;
    }

    private IOException failure(String what) {
        return new IOException(what + ": errno " + calls.errno() + hint(calls.errno()));
    }

    static String hint(int errno) {
        return switch (errno) {
            case EPERM -> " (needs CAP_BPF and CAP_NET_ADMIN; before Linux 5.11 also a higher limit"
                    + " of locked memory: ulimit -l)";
            case EACCES -> " (needs CAP_PERFMON if it calculates with pointers)";
            default -> "";
        };
    }

    /** What the verifier says in the end, on one line: before that it tells of each instruction that it liked. */
    static String end(String log) {
        List<String> lines = log.strip().lines().map(String::strip).toList();
        return String.join("; ",
                lines.subList(Math.max(0, lines.size() - LOG_LINES), lines.size()));
    }

    @Override
    public void close() {
        opened.reversed().forEach(calls::close);
        opened.clear();
        arena.close();
    }
}
