package io.cellgate.bench.lab;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What a benchmark has to say: a table, the same as a JSON file, and a last line of {@code key=value}. The file goes to the folder
 * that the system property {@code cellgate.bench.results} names, or the working directory.
 */
public final class Report {
    private static final ObjectMapper JSON = new ObjectMapper()
            .enable(SerializationFeature.INDENT_OUTPUT);

    private final String name;
    private final List<String> columns;
    private final List<List<String>> rows = new ArrayList<>();
    private final List<String> notes = new ArrayList<>();
    private final Map<String, String> figures = new LinkedHashMap<>();

    /** @param columns their headings, that of the rows' names first */
    public Report(String name, String... columns) {
        this.name = name;
        this.columns = List.of(columns);
    }

    public void row(String... cells) {
        if (cells.length != columns.size()) {
            throw new IllegalArgumentException(
                    "got " + cells.length + " cells, expected " + columns.size());
        }
        rows.add(List.of(cells));
    }

    /** The least of the values that this share of them does not pass. */
    public static double quantile(List<Double> values, double share) {
        List<Double> sorted = values.stream().sorted().toList();
        return sorted.get(Math.max(0, (int) Math.ceil(sorted.size() * share) - 1));
    }

    /** A sentence below the table. */
    public void note(String text) {
        notes.add(text);
    }

    /** A figure of the last line. */
    public void figure(String key, double value) {
        figures.put(key, String.format(Locale.ROOT, "%.3f", value));
    }

    /** A count of the last line. */
    public void figure(String key, long count) {
        figures.put(key, Long.toString(count));
    }

    /** Prints all and writes the file. */
    public void publish() {
        int[] widths = new int[columns.size()];
        List<List<String>> all = new ArrayList<>(List.of(columns));
        all.addAll(rows);
        for (List<String> row : all) {
            for (int i = 0; i < widths.length; i++) {
                widths[i] = Math.max(widths[i], row.get(i).length());
            }
        }
        for (List<String> row : all) {
            StringBuilder line = new StringBuilder("|");
            for (int i = 0; i < widths.length; i++) {
                line.append(' ').append(
                        String.format(i == 0 ? "%-" + widths[i] + "s" : "%" + widths[i] + "s",
                                row.get(i)))
                        .append(" |");
            }
            System.out.println(line);
        }
        notes.forEach(System.out::println);
        write();
        System.out.println(String.join(" ", figures.entrySet().stream()
                .map(figure -> figure.getKey() + "=" + figure.getValue()).toList()));
    }

    private void write() {
        ObjectNode document = JSON.createObjectNode().put("benchmark", name)
                .put("at", Instant.ofEpochMilli(System.currentTimeMillis()).toString())
                .put("machine", machine());
        ArrayNode table = document.putArray("rows");
        for (List<String> row : rows) {
            ObjectNode cells = table.addObject();
            for (int i = 0; i < row.size(); i++) {
                cells.put(columns.get(i), row.get(i));
            }
        }
        notes.forEach(document.putArray("notes")::add);
        ObjectNode last = document.putObject("figures");
        figures.forEach((key, value) -> last.put(key, Double.parseDouble(value)));
        try {
            Path folder = Path.of(System.getProperty("cellgate.bench.results", "."));
            Files.createDirectories(folder);
            Path file = folder.resolve(name + ".json");
            JSON.writeValue(file.toFile(), document);
            System.out.println("written to " + file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String machine() {
        try {
            List<String> told = Files.readAllLines(Path.of("/proc/cpuinfo"));
            // this process may have been bound to some of them
            long cores = told.stream().filter(line -> line.startsWith("processor")).count();
            String model = told.stream()
                    .filter(line -> line.startsWith("model name")).findFirst()
                    .map(line -> line.substring(line.indexOf(':') + 1).strip()).orElse("");
            return cores + " x " + model + ", Linux "
                    + System.getProperty("os.version") + ", Java "
                    + System.getProperty("java.version");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
