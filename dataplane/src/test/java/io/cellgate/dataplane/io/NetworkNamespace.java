package io.cellgate.dataplane.io;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/** A network namespace of a test's own, and a thread in it that opens sockets and starts programs there. */
@SuppressWarnings("restricted")
public final class NetworkNamespace {
    private static final int CLONE_NEWNET = 0x40000000;
    private static final int CAPABILITIES_VERSION_3 = 0x20080522;
    private static final int TASK_SECONDS = 60;

    private final String name;
    private final ExecutorService inside;

    /** Skips the test where none can be made; says what is missing. */
    public static void assumePossible(String... programs) {
        Assumptions.assumeTrue("root".equals(System.getProperty("user.name")),
                "missing: root, to make network namespaces");
        Assumptions.assumeTrue(Files.exists(Path.of("/dev/net/tun")), "missing: /dev/net/tun");
        for (String program : Stream.concat(Stream.of("ip"), Stream.of(programs)).toList()) {
            Assumptions.assumeTrue(
                    List.of("/usr/sbin", "/sbin", "/usr/bin", "/bin").stream()
                            .anyMatch(folder -> Files.isExecutable(Path.of(folder, program))),
                    "missing: " + program);
        }
    }

    public NetworkNamespace(String shortName) throws Exception {
        name = "cg" + ProcessHandle.current().pid() + "-" + shortName;
        execute("ip", "netns", "add", name);
        inside = Executors.newSingleThreadExecutor(Thread.ofPlatform().daemon().factory());
        call(() -> {
            enter(Path.of("/var/run/netns", name));
            return null;
        });
        run("ip", "link", "set", "lo", "up");
    }

    /** Moves the calling thread, and what it opens and starts, into the namespace. */
    private static void enter(Path file) throws IOException {
        Linker linker = Linker.nativeLinker();
        try (Arena arena = Arena.ofConfined()) {
            MethodHandle open = linker.downcallHandle(
                    linker.defaultLookup().find("open").orElseThrow(),
                    FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT),
                    Linker.Option.firstVariadicArg(2));
            MethodHandle setns = linker.downcallHandle(
                    linker.defaultLookup().find("setns").orElseThrow(),
                    FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT));
            MethodHandle close = linker.downcallHandle(
                    linker.defaultLookup().find("close").orElseThrow(),
                    FunctionDescriptor.of(JAVA_INT, JAVA_INT));
            MemorySegment path = arena.allocateFrom(file.toString());
            int fd = (int) open.invokeExact(path, 0);
            if (fd < 0 || (int) setns.invokeExact(fd, CLONE_NEWNET) != 0
                    || (int) close.invokeExact(fd) != 0) {
                throw new IOException("setns " + file);
            }
        } catch (IOException e) {
            throw e;
        } catch (Throwable t) {
            throw new IllegalStateException(t);
        }
    }

    /** Takes capabilities from the thread in the namespace, by their numbers, not from programs that are run there. */
    public void drop(int... capabilities) throws Exception {
        call(() -> {
            Linker linker = Linker.nativeLinker();
            FunctionDescriptor type = FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS);
            MethodHandle get = linker.downcallHandle(
                    linker.defaultLookup().find("capget").orElseThrow(), type);
            MethodHandle set = linker.downcallHandle(
                    linker.defaultLookup().find("capset").orElseThrow(), type);
            try (Arena arena = Arena.ofConfined()) {
                MemorySegment header = arena.allocateFrom(JAVA_INT, CAPABILITIES_VERSION_3, 0);
                // effective, permitted, inheritable, each of capabilities 0 to 31, then of the
                // others
                MemorySegment words = arena.allocate(6 * 4, 4);
                int failed = (int) get.invokeExact(header, words);
                for (int capability : capabilities) {
                    for (int i = capability / 32 * 3; i < capability / 32 * 3 + 2; i++) {
                        words.setAtIndex(JAVA_INT, i,
                                words.getAtIndex(JAVA_INT, i) & ~(1 << capability % 32));
                    }
                }
                failed |= (int) set.invokeExact(header, words);
                if (failed != 0) {
                    throw new IOException("capset");
                }
            } catch (IOException e) {
                throw e;
            } catch (Throwable t) {
                throw new IllegalStateException(t);
            }
            return null;
        });
    }

    /** Joins this namespace and another by a veth, whose ends finish their checksums and cut large packets themselves. */
    public void join(String device, NetworkNamespace other, String otherDevice) throws Exception {
        run("ip", "link", "add", device, "type", "veth", "peer", "name", otherDevice, "netns",
                other.name);
        raise(device);
        other.raise(otherDevice);
    }

    private void raise(String device) throws Exception {
        run("ethtool", "-K", device, "tx", "off", "tso", "off", "gso", "off");
        run("ip", "link", "set", device, "up");
    }

    /** Does something in the namespace: what it opens belongs there, and may be used from everywhere. */
    public <T> T call(Callable<T> task) throws Exception {
        return inside.submit(task).get(TASK_SECONDS, TimeUnit.SECONDS);
    }

    /** Runs a program there and returns what it said; fails where it failed. */
    public String run(String... command) throws Exception {
        return call(() -> execute(command));
    }

    private static String execute(String... command) throws Exception {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(),
                StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new AssertionError(String.join(" ", command) + ": " + output);
        }
        return output;
    }

    public void close() throws Exception {
        inside.shutdownNow();
        execute("ip", "netns", "delete", name);
    }
}
