package io.cellgate.bench.load;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** How long some threads have been on a processor, as the kernel counts it to the nanosecond (schedstat). */
public final class CpuTime {
    private final List<Path> threads = new ArrayList<>();

    /** Of the threads of a process whose names fit. */
    public static CpuTime of(long pid, Predicate<String> names) {
        CpuTime time = new CpuTime();
        try (Stream<Path> tasks = Files.list(Path.of("/proc/" + pid + "/task"))) {
            for (Path task : tasks.toList()) {
                if (names.test(nameOf(task))) {
                    time.threads.add(task.resolve("schedstat"));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        if (time.threads.isEmpty()) {
            throw new IllegalStateException("process " + pid + " has no such thread");
        }
        return time;
    }

    /** Of the workers of a gateway of ours. */
    public static CpuTime ofWorkers(long pid) {
        return of(pid, CpuTime::isWorker);
    }

    /** The name of a thread by its folder in /proc; empty where it has just ended. */
    static String nameOf(Path task) {
        try {
            return Files.readString(task.resolve("comm")).strip();
        } catch (IOException ended) {
            return "";
        }
    }

    public static boolean isWorker(String threadName) {
        return threadName.startsWith("cellgate-worker");
    }

    /** Of these and those. */
    public CpuTime and(CpuTime others) {
        CpuTime both = new CpuTime();
        both.threads.addAll(threads);
        both.threads.addAll(others.threads);
        return both;
    }

    /** Of processes with one thread each, such as the kernel's own. */
    public static CpuTime ofProcesses(List<String> pids) {
        CpuTime time = new CpuTime();
        pids.forEach(pid -> time.threads.add(Path.of("/proc/" + pid + "/schedstat")));
        return time;
    }

    public long nanos() {
        long sum = 0;
        for (Path thread : threads) {
            try {
                sum += Long.parseLong(Files.readString(thread).split(" ", 2)[0]);
            } catch (NoSuchFileException e) {
                throw new IllegalStateException("a thread under test has ended: " + thread, e);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return sum;
    }
}
