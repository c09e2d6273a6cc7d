package io.cellgate.inventory.batch;

import io.cellgate.inventory.lines.BoundedLines;
import io.cellgate.inventory.lines.CsvLine;
import io.cellgate.inventory.outcome.Fault;
import io.cellgate.inventory.outcome.Outcome;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads {@link ImportFormat#CSV}. */
final class CsvSimLines implements SimLines {
    private static final Set<String> COLUMNS = Set.of("iccid", "imsi", "msisdn", "ki", "opc",
            "activation_code");
    private static final String EXPECTED = "columns iccid and imsi, and of msisdn, ki, opc, activation_code those that the file has";

    private final BoundedLines lines;
    private final List<String> columns;
    private final boolean isEsim;

    private CsvSimLines(BoundedLines lines, List<String> columns, boolean isEsim) {
        this.lines = lines;
        this.columns = columns;
        this.isEsim = isEsim;
    }

    /** Reads the header. */
    static Outcome<SimLines> open(BoundedLines lines, boolean isEsim)
            throws IOException {
        BoundedLines.Line header = lines.next();
        if (header == null) {
            return fault("an empty file");
        }
        String text = header.text();
        List<String> names = text == null ? null : CsvLine.split(text);
        if (names == null) {
            return fault(text == null ? header.fault() : "a quote out of place");
        }
        List<String> columns = names.stream().map(name -> name.strip().toLowerCase(Locale.ROOT))
                .toList();
        Set<String> distinct = Set.copyOf(columns);
        boolean known = COLUMNS.containsAll(distinct) && distinct.size() == columns.size();
        if (!known || !distinct.contains("iccid") || !distinct.contains("imsi")
                || distinct.contains("ki") != distinct.contains("opc")) {
            // The header may be missing, and this a SIM with its keys: so it is not repeated here.
            return fault(columns.size() + " columns that are not so");
        }
        return Outcome.done(new CsvSimLines(lines, columns, isEsim));
    }

    private static Outcome<SimLines> fault(String got) {
        return new Outcome.Invalid<>(List.of(new Fault("/line/1", got, EXPECTED)));
    }

    @Override
    public @Nullable SimLine next() throws IOException {
        for (BoundedLines.Line line = lines.next(); line != null; line = lines.next()) {
            String text = line.text();
            if (text == null) {
                return new SimLine.Unreadable(line.number(), null, line.fault());
            }
            if (!text.isBlank()) {
                return read(line.number(), text);
            }
        }
        return null;
    }

    private SimLine read(long number, String text) {
        List<String> fields = CsvLine.split(text);
        if (fields == null) {
            return new SimLine.Unreadable(number, null,
                    "got a quote out of place, expected quotes around a whole value");
        }
        if (fields.size() != columns.size()) {
            return new SimLine.Unreadable(number, null,
                    "got " + fields.size() + " values, expected " + columns.size());
        }
        Map<String, String> values = new HashMap<>();
        for (int i = 0; i < columns.size(); i++) {
            values.put(columns.get(i), fields.get(i).strip());
        }
        return SimLine.of(number, values, isEsim);
    }
}
