package io.cellgate.dataplane.io;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Objects;
import java.util.StringJoiner;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The cores that workers are to have to themselves, one for each: the worker {@code i} has the {@code i}-th of them. A
 * compiler, a collector or a writer of logs that the kernel puts beside a worker costs packets.
 *
 * @param cores as the kernel numbers them; none: workers run where the kernel puts them
 */
public record WorkerCores(List<Integer> cores) {
    /** Workers run on any core, as all threads do. */
    public static final WorkerCores NONE = new WorkerCores(List.of());

    /** A core, or a range of them, or each so many of a range, as taskset(1) and cpuset(7) write it. */
    private static final Pattern PART = Pattern
            .compile("([0-9]{1,4})(?:-([0-9]{1,4})(?::([1-9][0-9]{0,3}))?)?");

    public WorkerCores {
        cores = List.copyOf(cores);
    }

    /** @throws IllegalArgumentException where this is no list of cores, or one is in it twice */
    public static WorkerCores parse(String list) {
        List<Integer> cores = new ArrayList<>();
        for (String part : list.split(",", -1)) {
            Matcher parts = PART.matcher(part);
            if (!parts.matches()) {
                throw notOne(list);
            }
            int first = Integer.parseInt(parts.group(1));
            int last = parts.group(2) == null ? first : Integer.parseInt(parts.group(2));
            int step = parts.group(3) == null ? 1 : Integer.parseInt(parts.group(3));
            if (last < first) {
                throw notOne(list);
            }
            for (int core = first; core <= last; core += step) {
                if (cores.contains(core)) {
                    throw new IllegalArgumentException("got core " + core + " twice in \"" + list
                            + "\", expected each core once");
                }
                cores.add(core);
            }
        }
        return new WorkerCores(cores);
    }

    private static IllegalArgumentException notOne(String list) {
        return new IllegalArgumentException("got \"" + list
                + "\", expected a list of cores such as 1 or 2,3 or 2-5 or 2-8:2");
    }

    /**
     * Checks that so many workers can have them here.
     *
     * @throws IllegalArgumentException where there are too few or too many, this process may not use one, or none is
     *                                  left for its other threads
     */
    public void check(int workers) {
        if (!cores.isEmpty()) {
            try {
                check(workers, allowed());
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    void check(int workers, BitSet allowed) {
        if (cores.size() != workers) {
            throw new IllegalArgumentException("got " + counted(cores.size(), "core") + " for "
                    + counted(workers, "worker") + ", expected one for each");
        }
        for (int core : cores) {
            if (!allowed.get(core)) {
                throw new IllegalArgumentException("got core " + core
                        + ", expected one of those that this process may use: " + shown(allowed));
            }
        }
        if (cores.size() == allowed.cardinality()) {
            throw new IllegalArgumentException("got all cores that this process may use: "
                    + shown(allowed) + ", expected one at least to be left for its other threads");
        }
    }

    /** As a list that can be parsed. */
    private static String shown(BitSet cores) {
        StringJoiner list = new StringJoiner(",");
        for (int first = cores.nextSetBit(0); first >= 0;) {
            int after = cores.nextClearBit(first);
            list.add(after - first == 1 ? String.valueOf(first) : first + "-" + (after - 1));
            first = cores.nextSetBit(after);
        }
        return list.toString();
    }

    private static String counted(int count, String what) {
        return count + " " + what + (count == 1 ? "" : "s");
    }

    /** Those that the calling thread may use: what the process was started with, as long as nobody has moved it. */
    static BitSet allowed() throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            return Objects.requireNonNull(new LinuxCalls(arena).cores(0), "the calling thread");
        }
    }

    /**
     * Has all threads of this process leave these cores, for so many workers to come.
     *
     * @throws IllegalArgumentException as {@link #check} does
     */
    public ReservedCores reserve(int workers) throws IOException {
        check(workers);
        return ReservedCores.of(cores);
    }
}
