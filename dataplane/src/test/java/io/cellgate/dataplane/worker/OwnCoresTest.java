package io.cellgate.dataplane.worker;

import static org.assertj.core.api.Assertions.assertThat;

import io.cellgate.dataplane.io.WorkerCores;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/** A user plane whose worker has a core to itself, as the kernel tells of each thread of this process. */
class OwnCoresTest {
    private static final Path THIS_THREAD = Path.of("/proc/thread-self");

    /** A thread, by its name as the kernel cuts it, and the cores that it may use. */
    private record Seen(String name, List<Integer> cores) {}

    @Test
    void aWorker_hasItsCoreAlone_alsoOfWhatItStarts_untilItEnds() throws Exception {
        List<Integer> usual = cores(THIS_THREAD);
        Assumptions.assumeTrue(usual.size() > 1, "a machine with one core cannot give it away");
        int core = usual.getLast();
        CountDownLatch over = new CountDownLatch(1);
        try (UserPlaneTestBed bed = new UserPlaneTestBed(config -> config
                .withCores(WorkerCores.parse(Integer.toString(core))))) {
            assertThat(threads()).filteredOn(OwnCoresTest::isWorker)
                    .containsExactly(new Seen("cellgate-worker", List.of(core)));
            assertThat(threads()).filteredOn(thread -> !isWorker(thread))
                    .hasSizeGreaterThan(8)
                    .noneMatch(thread -> thread.cores.contains(core));

            Path child = startedByWorker(bed, over);
            long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
            while (cores(child).contains(core) && System.nanoTime() < deadline) {
                Thread.sleep(10);
            }
            assertThat(threads()).filteredOn(thread -> thread.cores.contains(core))
                    .containsExactly(new Seen("cellgate-worker", List.of(core)));
        } finally {
            over.countDown();
        }
        assertThat(threads()).allMatch(thread -> thread.cores.equals(usual));
    }

    private static boolean isWorker(Seen thread) {
        return thread.name.equals("cellgate-worker");
    }

    /** A thread that the worker starts, as its answers may: what waits for one is run by it, unless it comes too late. */
    private static Path startedByWorker(UserPlaneTestBed bed, CountDownLatch over)
            throws Exception {
        CompletableFuture<Path> child = new CompletableFuture<>();
        while (!child.isDone()) {
            bed.userPlane.usage(0).thenRun(() -> {
                if (Thread.currentThread().getName().startsWith("cellgate-worker")) {
                    Thread _ = Thread.ofPlatform().daemon().name("child").start(() -> {
                        child.complete(self());
                        await(over);
                    });
                }
            }).toCompletableFuture().get(5, TimeUnit.SECONDS);
            Thread.sleep(10);
        }
        return child.get();
    }

    private static void await(CountDownLatch over) {
        try {
            over.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static Path self() {
        try {
            return THIS_THREAD.toRealPath();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<Seen> threads() throws IOException {
        List<Seen> all = new ArrayList<>();
        try (Stream<Path> threads = Files.list(Path.of("/proc/self/task"))) {
            for (Path thread : threads.toList()) {
                try {
                    all.add(new Seen(Files.readString(thread.resolve("comm")).strip(),
                            cores(thread)));
                } catch (IOException ended) {
                    // it has no core any more
                }
            }
        }
        return all;
    }

    private static List<Integer> cores(Path thread) throws IOException {
        for (String line : Files.readAllLines(thread.resolve("status"))) {
            if (line.startsWith("Cpus_allowed_list:")) {
                return WorkerCores.parse(line.substring(line.indexOf(':') + 1).strip()).cores();
            }
        }
        throw new AssertionError("no line of cores of " + thread);
    }
}
