package io.cellgate.inventory.place;

import io.cellgate.inventory.lines.BoundedLines;
import io.cellgate.inventory.lines.CsvLine;
import io.cellgate.inventory.outcome.Fault;
import io.cellgate.inventory.outcome.Faults;
import io.cellgate.inventory.outcome.Outcome;
import io.cellgate.policy.subject.Plmn;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The lines of a file of cells, as OpenCelliD's are: CSV whose header names at least {@code radio, mcc, net, area, cell, lon,
 * lat}; {@code range} and others may be there. A file without a header has OpenCelliD's columns in its order. Owned by one
 * thread.
 */
final class CellLines {
    private static final List<String> NEEDED = List.of("radio", "mcc", "net", "area", "cell", "lon",
            "lat");
    private static final List<String> USUAL = List.of("radio", "mcc", "net", "area", "cell", "unit",
            "lon", "lat", "range");
    private static final Set<String> RADIOS = Set.of("GSM", "UMTS", "LTE", "CDMA", "NR", "NBIOT",
            "LTE-M");
    private static final long MAX_RANGE_METRES = 1_000_000;

    private final BoundedLines lines;
    private final int[] columns;
    private final int range;
    private BoundedLines.@Nullable Line first;

    private CellLines(BoundedLines lines, List<String> names, BoundedLines.@Nullable Line first) {
        this.lines = lines;
        this.first = first;
        columns = NEEDED.stream().mapToInt(names::indexOf).toArray();
        range = names.indexOf("range");
    }

    /** A line: a cell, one of a radio that no session of ours names its cells by, or what is wrong with it. */
    sealed interface CellLine {
        record Known(long key, long value) implements CellLine {}

        record OtherRadio() implements CellLine {}

        record Wrong(long line, String detail) implements CellLine {}
    }

    static Outcome<CellLines> open(BoundedLines lines) throws IOException {
        BoundedLines.Line line = lines.next();
        List<String> values = line == null || line.text() == null
                ? null
                : CsvLine.split(line.text());
        if (line == null || values == null) {
            return fault(line == null ? "an empty file" : "a line that is not CSV");
        }
        if (RADIOS.contains(values.getFirst())) {
            return Outcome.done(new CellLines(lines, USUAL, line));
        }
        List<String> names = values.stream().map(name -> name.strip().toLowerCase(Locale.ROOT))
                .toList();
        return names.containsAll(NEEDED)
                ? Outcome.done(new CellLines(lines, names, null))
                : fault(Faults.shown(String.join(",", names)));
    }

    private static <T> Outcome<T> fault(String got) {
        return new Outcome.Invalid<>(List.of(new Fault("/line/1", got,
                "a header with at least " + String.join(",", NEEDED))));
    }

    @Nullable
    CellLine next() throws IOException {
        BoundedLines.Line line = first == null ? lines.next() : first;
        first = null;
        while (line != null && line.text() != null && line.text().isBlank()) {
            line = lines.next();
        }
        return line == null ? null : read(line);
    }

    private CellLine read(BoundedLines.Line line) {
        String text = line.text();
        List<String> values = text == null ? null : CsvLine.split(text);
        if (values == null) {
            return new CellLine.Wrong(line.number(),
                    text == null ? line.fault() : "got a quote out of place");
        }
        if (values.size() <= Arrays.stream(columns).max().orElseThrow()) {
            return new CellLine.Wrong(line.number(), "got " + values.size() + " values, expected "
                    + (1 + Arrays.stream(columns).max().orElseThrow()) + " or more");
        }
        try {
            return cell(values);
        } catch (IllegalArgumentException wrong) {
            return new CellLine.Wrong(line.number(), String.valueOf(wrong.getMessage()));
        }
    }

    private CellLine cell(List<String> values) {
        String radio = values.get(columns[0]);
        int area = Area.number(values.get(columns[3]));
        int number = (int) Math.min(Integer.MAX_VALUE, whole("cell", values.get(columns[4])));
        CellId cell;
        switch (radio) {
            case "LTE", "LTE-M", "NBIOT" ->
                cell = new CellId(network(values), null, number);
            // a UMTS cell's number is its RNC and its CI, and sessions name the CI
            case "GSM", "UMTS" -> cell = new CellId(network(values), area,
                    radio.equals("UMTS") ? number & Area.MAX_CODE : number);
            case "CDMA", "NR" -> {
                return new CellLine.OtherRadio();
            }
            default -> throw new IllegalArgumentException("radio: got "
                    + Faults.shown(radio) + ", expected one of "
                    + RADIOS.stream().sorted().toList());
        }
        GeoPoint point = new GeoPoint(degrees("lat", values.get(columns[6])),
                degrees("lon", values.get(columns[5])));
        long metres = range < 0 || range >= values.size() || values.get(range).isEmpty()
                ? 0
                : Math.min(MAX_RANGE_METRES, whole("range", values.get(range)));
        return new CellLine.Known(cell.key(),
                CellTable.value(point.latitude(), point.longitude(), metres));
    }

    private Plmn network(List<String> values) {
        int mcc = Area.number(values.get(columns[1]));
        int mnc = Area.number(values.get(columns[2]));
        return new Plmn(String.format(Locale.ROOT, "%03d", mcc),
                String.format(Locale.ROOT, mnc > 99 ? "%03d" : "%02d", mnc));
    }

    private static long whole(String what, String text) {
        if (!text.matches("[0-9]{1,15}")) {
            throw new IllegalArgumentException(what + ": got "
                    + Faults.shown(text) + ", expected a number");
        }
        return Long.parseLong(text);
    }

    private static double degrees(String what, String text) {
        if (!text.matches("-?[0-9]{1,3}(\\.[0-9]{1,20})?")) {
            throw new IllegalArgumentException(what + ": got "
                    + Faults.shown(text) + ", expected degrees");
        }
        return Double.parseDouble(text);
    }
}
