package io.cellgate.dataplane.io;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Cores on which no thread of this process runs but the worker each is for, until this is closed. A thread inherits the
 * cores of the one that starts it, so those to come keep off them as well, save what a worker starts: its answer
 * to a command may have a pool grow, or the threads that carry virtual ones. Such are found every
 * {@value #INTERVAL_SECONDS} s and moved.
 */
public final class ReservedCores implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(ReservedCores.class);
    private static final Path THREADS = Path.of("/proc/self/task");
    private static final int INTERVAL_SECONDS = 1;

    private final List<Integer> cores;
    private final BitSet reserved = new BitSet();
    private final BitSet allowed;
    private final BitSet others;
    private final Set<Integer> workers = ConcurrentHashMap.newKeySet();
    private final ScheduledExecutorService watch = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("cellgate-cores").daemon().factory());

    private ReservedCores(List<Integer> cores) throws IOException {
        this.cores = cores;
        cores.forEach(reserved::set);
        allowed = WorkerCores.allowed();
        others = (BitSet) allowed.clone();
        others.andNot(reserved);
    }

    static ReservedCores of(List<Integer> cores) throws IOException {
        ReservedCores all = new ReservedCores(cores);
        if (!cores.isEmpty()) {
            try {
                all.clear();
            } catch (IOException e) {
                all.close();
                throw e;
            }
            ScheduledFuture<?> _ = all.watch.scheduleWithFixedDelay(all::look, INTERVAL_SECONDS,
                    INTERVAL_SECONDS, TimeUnit.SECONDS);
        }
        return all;
    }

    /**
     * Starts a worker, on its core where cores are reserved: it is there when this returns.
     *
     * @throws IOException where it cannot be there; it has ended then, and done nothing of its work
     */
    public Thread start(int worker, String name, Runnable work) throws IOException {
        CompletableFuture<Void> arrived = new CompletableFuture<>();
        Thread thread = Thread.ofPlatform().name(name).start(() -> {
            try {
                if (!cores.isEmpty()) {
                    take(cores.get(worker));
                }
            } catch (IOException | RuntimeException | Error e) {
                arrived.completeExceptionally(e);
                return;
            }
            arrived.complete(null);
            work.run();
        });
        try {
            Void _ = arrived.join();
        } catch (CompletionException e) {
            throw new IOException("the thread " + name + " cannot have core " + cores.get(worker)
                    + ": " + Objects.requireNonNull(e.getCause()).getMessage(), e);
        }
        return thread;
    }

    private void take(int core) throws IOException {
        // before it is there, so that it is not taken for a stray
        workers.add(id(Files.readSymbolicLink(Path.of("/proc/thread-self"))));
        BitSet own = new BitSet();
        own.set(core);
        try (Arena arena = Arena.ofConfined()) {
            boolean _ = new LinuxCalls(arena).setCores(0, own);
        }
    }

    /** Moves whoever may use a reserved core; again, until nobody was left whose children could. */
    private void clear() throws IOException {
        while (move(has -> has.intersects(reserved), others) > 0) {
        }
    }

    private void look() {
        try {
            clear();
        } catch (IOException | RuntimeException e) {
            log.warn("threads cannot be kept off the workers' cores: {}", e.toString());
        }
    }

    /** Moves the threads that have such cores, the workers aside; returns how many. */
    private int move(Predicate<BitSet> which, BitSet to) throws IOException {
        int moved = 0;
        try (Arena arena = Arena.ofConfined();
                DirectoryStream<Path> threads = Files.newDirectoryStream(THREADS)) {
            LinuxCalls calls = new LinuxCalls(arena);
            for (Path thread : threads) {
                int id = id(thread);
                BitSet has = workers.contains(id) ? null : calls.cores(id);
                if (has != null && which.test(has) && calls.setCores(id, to)) {
                    moved++;
                }
            }
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        }
        return moved;
    }

    private static int id(Path thread) {
        return Integer.parseInt(thread.getFileName().toString());
    }

    /** Gives the cores back to all threads. The workers must have ended. */
    @Override
    public void close() {
        watch.close();
        if (!cores.isEmpty()) {
            workers.clear();
            try {
                clear();
                int _ = move(others::equals, allowed);
            } catch (IOException e) {
                log.warn("threads cannot be given the workers' cores back: {}", e.toString());
            }
        }
    }
}
