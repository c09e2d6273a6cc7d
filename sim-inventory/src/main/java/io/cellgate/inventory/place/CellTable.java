package io.cellgate.inventory.place;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/**
 * Where cells stand: a file of {@value #CELL_OCTETS} octets a cell and {@value #HEADER_OCTETS} in front, mapped into memory
 * but not on the heap. After the header come all keys in their order ({@link CellId#key}), then as many values:
 *
 * <pre>
 *   latitude  24 bits   steps of 180/2^24 degrees, 1.2 m      from the most significant bit
 *   longitude 25 bits   steps of 360/2^25 degrees, 1.2 m at most
 *   range     15 bits   steps of 4 m, at most 131 km
 * </pre>
 *
 * A look-up is a binary search: 26 steps for 50 million cells.
 */
public final class CellTable {
    static final int CELL_OCTETS = 16;
    static final int HEADER_OCTETS = 16;
    static final long MAGIC = 0x43474345_4c4c3031L; // "CGCELL01"
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED
            .withOrder(java.nio.ByteOrder.BIG_ENDIAN);
    private static final double LATITUDE_STEPS = (1 << 24) / 180.0;
    private static final double LONGITUDE_STEPS = (1 << 25) / 360.0;
    private static final int RANGE_STEP_METRES = 4;

    /** Without any cell. */
    public static final CellTable EMPTY = new CellTable(MemorySegment.ofArray(new long[2]), 0);

    private final MemorySegment octets;
    private final long cells;

    /** A cell's place, and how far it reaches. */
    public record Site(GeoPoint point, int rangeMetres) {}

    private CellTable(MemorySegment octets, long cells) {
        this.octets = octets;
        this.cells = cells;
    }

    /**
     * Opens a file; where there is none, nothing is known. The mapping lasts as long as somebody holds the table.
     *
     * @throws IOException also if the file is no table, or cut short
     */
    public static CellTable open(Path file) throws IOException {
        if (!Files.exists(file)) {
            return EMPTY;
        }
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            long length = channel.size();
            MemorySegment octets = channel.map(FileChannel.MapMode.READ_ONLY, 0, length,
                    Arena.ofAuto());
            if (length < HEADER_OCTETS || octets.get(LONG, 0) != MAGIC
                    || octets.get(LONG, 8) * CELL_OCTETS + HEADER_OCTETS != length) {
                throw new IOException("table of cells " + file + ": got a file of " + length
                        + " octets that is no such table, or cut short");
            }
            return new CellTable(octets, octets.get(LONG, 8));
        }
    }

    public long cells() {
        return cells;
    }

    /** Octets that the table takes, of address space and disk. */
    public long octets() {
        return cells == 0 ? 0 : octets.byteSize();
    }

    /** Where a cell stands, or null where that is not known. */
    public @Nullable Site find(CellId cell) {
        long key = cell.key();
        long low = 0;
        long high = cells - 1;
        while (low <= high) {
            long middle = (low + high) >>> 1;
            long found = octets.get(LONG, HEADER_OCTETS + middle * Long.BYTES);
            if (found < key) {
                low = middle + 1;
            } else if (found > key) {
                high = middle - 1;
            } else {
                return site(octets.get(LONG, HEADER_OCTETS + (cells + middle) * Long.BYTES));
            }
        }
        return null;
    }

    static long value(double latitude, double longitude, long rangeMetres) {
        long north = Math.min((1 << 24) - 1, (long) ((latitude + 90) * LATITUDE_STEPS));
        long east = Math.min((1 << 25) - 1, (long) ((longitude + 180) * LONGITUDE_STEPS));
        long range = Math.min(0x7fff, Math.ceilDiv(rangeMetres, RANGE_STEP_METRES));
        return north << 40 | east << 15 | range;
    }

    private static Site site(long value) {
        return new Site(
                new GeoPoint(((value >>> 40) + 0.5) / LATITUDE_STEPS - 90,
                        ((value >>> 15 & 0x1ff_ffff) + 0.5) / LONGITUDE_STEPS - 180),
                (int) (value & 0x7fff) * RANGE_STEP_METRES);
    }
}
