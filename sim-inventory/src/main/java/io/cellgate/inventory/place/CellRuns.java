package io.cellgate.inventory.place;

import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.PriorityQueue;

/**
 * Makes a {@link CellTable}'s file of cells in any order, however many, with bounded memory: so many at a time are sorted and
 * written as a run, and the runs are merged. Of two entries of a cell the later one counts. Owned by one thread.
 */
final class CellRuns implements AutoCloseable {
    private static final int RUN_CELLS = 1 << 20;
    private static final int KEY_BITS = 53;
    private static final int DIGIT_BITS = 11;
    private static final int BUFFER_OCTETS = 1 << 16;

    private final Path folder;
    private final List<Path> runs = new ArrayList<>();
    private long[] keys = new long[RUN_CELLS];
    private long[] values = new long[RUN_CELLS];
    private long[] spareKeys = new long[RUN_CELLS];
    private long[] spareValues = new long[RUN_CELLS];
    private int count;

    CellRuns(Path folder) throws IOException {
        this.folder = Files.createTempDirectory(folder, "cells");
    }

    void add(long key, long value) throws IOException {
        if (count == RUN_CELLS) {
            spill();
        }
        keys[count] = key;
        values[count++] = value;
    }

    private void spill() throws IOException {
        sort();
        Path run = folder.resolve(Integer.toString(runs.size()));
        runs.add(run);
        try (DataOutputStream out = output(Files.newOutputStream(run))) {
            for (int i = 0; i < count; i++) {
                out.writeLong(keys[i]);
                out.writeLong(values[i]);
            }
        }
        count = 0;
    }

    /** By digits from the least one, each time keeping the order of equals: what was added later stays later. */
    private void sort() {
        int[] starts = new int[1 << DIGIT_BITS];
        for (int shift = 0; shift < KEY_BITS; shift += DIGIT_BITS) {
            java.util.Arrays.fill(starts, 0);
            for (int i = 0; i < count; i++) {
                starts[(int) (keys[i] >>> shift) & starts.length - 1]++;
            }
            int sum = 0;
            for (int digit = 0; digit < starts.length; digit++) {
                int here = starts[digit];
                starts[digit] = sum;
                sum += here;
            }
            for (int i = 0; i < count; i++) {
                int to = starts[(int) (keys[i] >>> shift) & starts.length - 1]++;
                spareKeys[to] = keys[i];
                spareValues[to] = values[i];
            }
            long[] swap = keys;
            keys = spareKeys;
            spareKeys = swap;
            swap = values;
            values = spareValues;
            spareValues = swap;
        }
    }

    /**
     * Merges the runs into a table's file, which is there whole or as it was before.
     *
     * @return how many cells it has
     */
    long writeTo(Path file) throws IOException {
        spill();
        Path part = folder.resolve("table");
        Path tail = folder.resolve("values");
        long cells;
        try (FileChannel channel = FileChannel.open(part, StandardOpenOption.CREATE_NEW,
                StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            channel.position(CellTable.HEADER_OCTETS);
            DataOutputStream out = output(Channels.newOutputStream(channel));
            try (DataOutputStream later = output(Files.newOutputStream(tail))) {
                cells = merge(out, later);
            }
            out.flush();
            try (FileChannel of = FileChannel.open(tail, StandardOpenOption.READ)) {
                long done = 0;
                while (done < of.size()) {
                    done += of.transferTo(done, of.size() - done, channel);
                }
            }
            channel.position(0);
            out.writeLong(CellTable.MAGIC);
            out.writeLong(cells);
            out.flush();
            channel.force(true);
        }
        Files.move(part, file, StandardCopyOption.ATOMIC_MOVE);
        Path parent = file.toAbsolutePath().getParent();
        if (parent != null) {
            try (FileChannel entry = FileChannel.open(parent, StandardOpenOption.READ)) {
                entry.force(true);
            }
        }
        return cells;
    }

    private long merge(DataOutputStream keysOut, DataOutputStream valuesOut) throws IOException {
        PriorityQueue<Run> next = new PriorityQueue<>((a, b) -> a.key != b.key
                ? Long.compare(a.key, b.key)
                : Integer.compare(a.number, b.number));
        List<Run> open = new ArrayList<>();
        try {
            for (int number = 0; number < runs.size(); number++) {
                Run run = new Run(runs.get(number), number);
                open.add(run);
                if (run.next()) {
                    next.add(run);
                }
            }
            long cells = 0;
            for (Run run = next.poll(); run != null; run = next.poll()) {
                long key = run.key;
                long value = run.value;
                if (run.next()) {
                    next.add(run);
                }
                Run after = next.peek();
                if (after == null || after.key != key) {
                    keysOut.writeLong(key);
                    valuesOut.writeLong(value);
                    cells++;
                }
            }
            return cells;
        } finally {
            for (Run run : open) {
                run.in.close();
            }
        }
    }

    private static DataOutputStream output(OutputStream to) {
        return new DataOutputStream(new BufferedOutputStream(to, BUFFER_OCTETS));
    }

    @Override
    public void close() throws IOException {
        try (var files = Files.list(folder)) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
        }
        Files.delete(folder);
    }

    /** A run as it is read again. */
    private static final class Run {
        private final DataInputStream in;
        private final int number;
        private long key;
        private long value;

        Run(Path file, int number) throws IOException {
            in = new DataInputStream(
                    new java.io.BufferedInputStream(Files.newInputStream(file), BUFFER_OCTETS));
            this.number = number;
        }

        boolean next() throws IOException {
            try {
                key = in.readLong();
            } catch (EOFException end) {
                return false;
            }
            value = in.readLong();
            return true;
        }
    }
}
