package io.cellgate.bench.lab;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Everything that one run makes on this machine: namespaces, processes, a folder. {@link #close} removes it all and
 * may be called at any time, also by a shutdown hook while the run is still making things: what is made afterwards is refused.
 *
 * <p>Names begin with {@code cg}, the process id and a dash, so that runs do not meet and a later run finds what one
 * that was killed has left: {@link #removeLeftovers} removes the things whose process is gone.
 */
public final class Lab implements AutoCloseable {
    private static final Pattern OURS = Pattern.compile("cg([0-9]+)-[a-z0-9-]+");
    private static final String FOLDER_PREFIX = "cellgate-lab-";

    private final String prefix = "cg" + ProcessHandle.current().pid() + "-";
    private final Path folder;
    private final Deque<Process> processes = new ArrayDeque<>();
    private final List<Namespace> namespaces = new ArrayList<>();
    private boolean closed;

    public Lab() {
        try {
            folder = Files.createTempDirectory(
                    FOLDER_PREFIX + ProcessHandle.current().pid() + "-");
            // servers that give up root must still reach their files below
            folder.toFile().setExecutable(true, false);
            folder.toFile().setReadable(true, false);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Where servers of this run keep their files; goes with it. */
    public Path folder() {
        return folder;
    }

    public synchronized Namespace namespace(String shortName) {
        refuseIfClosed();
        Namespace namespace = new Namespace(prefix + shortName);
        namespaces.add(namespace);
        Command.of("ip", "netns", "add", namespace.name()).mustRun();
        namespace.ip("link set lo up");
        return namespace;
    }

    /** Joins two namespaces by a pair of interfaces, which come up with these addresses (CIDR). */
    public void join(Namespace a, String aInterface, List<String> aAddresses, Namespace b,
            String bInterface, List<String> bAddresses) {
        a.ip("link add %s type veth peer name %s netns %s".formatted(aInterface, bInterface,
                b.name()));
        raise(a, aInterface, aAddresses);
        raise(b, bInterface, bAddresses);
    }

    private static void raise(Namespace namespace, String interfaceName, List<String> addresses) {
        for (String address : addresses) {
            // an IPv6 address is otherwise unusable until its duplicate detection is over
            String nodad = address.contains(":") ? " nodad" : "";
            namespace.ip("address add " + address + " dev " + interfaceName + nodad);
        }
        namespace.ip("link set " + interfaceName + " up");
    }

    /** Starts a program that stays until {@link #stop} or the end of the run; what it prints goes to this file. */
    public synchronized Process start(Command command, Path log) {
        refuseIfClosed();
        try {
            Process process = new ProcessBuilder(command.words()).redirectErrorStream(true)
                    .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile())).start();
            processes.push(process);
            return process;
        } catch (IOException e) {
            throw new UncheckedIOException("cannot start " + command, e);
        }
    }

    /** Starts a program that is spoken to on its standard input and output; its errors go to this file. */
    public synchronized Process startDialogue(Command command, Path log) {
        refuseIfClosed();
        try {
            Process process = new ProcessBuilder(command.words())
                    .redirectError(ProcessBuilder.Redirect.appendTo(log.toFile())).start();
            processes.push(process);
            return process;
        } catch (IOException e) {
            throw new UncheckedIOException("cannot start " + command, e);
        }
    }

    /** Asks a program to end, waits some seconds, then makes it. */
    public static void stop(Process process) {
        process.destroy();
        try {
            if (!process.waitFor(5, TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }

    /** Waits until this holds; says whether it came to hold in time. */
    public static boolean await(Duration limit, BooleanSupplier condition) {
        long deadlineNanos = System.nanoTime() + limit.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - deadlineNanos >= 0) {
                return false;
            }
            pause(Duration.ofMillis(20));
        }
        return true;
    }

    public static void pause(Duration duration) {
        try {
            Thread.sleep(duration);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    private void refuseIfClosed() {
        if (closed) {
            throw new IllegalStateException("the lab is closed");
        }
    }

    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        processes.forEach(Process::destroy);
        processes.forEach(Lab::stop);
        namespaces.forEach(Lab::remove);
        remove(folder);
    }

    /** Removes what runs left behind whose process no longer exists; says the names. */
    public static List<String> removeLeftovers() {
        List<String> removed = new ArrayList<>();
        for (String line : Command.of("ip", "netns", "list").mustRun().lines().toList()) {
            String name = line.split(" ", 2)[0];
            Matcher ours = OURS.matcher(name);
            if (ours.matches() && isGone(ours.group(1))) {
                remove(new Namespace(name));
                removed.add(name);
            }
        }
        Pattern folders = Pattern.compile(Pattern.quote(FOLDER_PREFIX) + "([0-9]+)-.*");
        try (Stream<Path> entries = Files.list(Path.of(System.getProperty("java.io.tmpdir")))) {
            for (Path entry : entries.toList()) {
                Matcher ours = folders.matcher(entry.getFileName().toString());
                if (ours.matches() && isGone(ours.group(1))) {
                    remove(entry);
                    removed.add(entry.toString());
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return removed;
    }

    private static boolean isGone(String pid) {
        return ProcessHandle.of(Long.parseLong(pid)).isEmpty();
    }

    /** Ends the processes that are still in the namespace, then removes it and its configuration. */
    private static void remove(Namespace namespace) {
        Command.Result inside = Command.of("ip", "netns", "pids", namespace.name()).run();
        if (inside.ok()) {
            inside.out().lines().map(line -> ProcessHandle.of(Long.parseLong(line.strip())))
                    .forEach(found -> found.ifPresent(ProcessHandle::destroyForcibly));
            Command.of("ip", "netns", "delete", namespace.name()).run();
        }
        remove(Namespace.CONFIGURATION.resolve(namespace.name()));
    }

    private static void remove(Path root) {
        if (!Files.exists(root)) {
            return;
        }
        try (Stream<Path> tree = Files.walk(root)) {
            for (Path path : tree.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(path);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot remove " + root, e);
        }
    }
}
