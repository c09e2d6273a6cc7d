package io.cellgate.control.resource;

import io.cellgate.control.http.ProblemException;
import io.cellgate.inventory.bulk.BulkItem;
import io.cellgate.inventory.lines.BoundedLines;
import io.cellgate.inventory.lines.CsvLine;
import io.cellgate.inventory.outcome.Fault;
import io.cellgate.inventory.outcome.Faults;
import io.cellgate.inventory.outcome.Outcome;
import io.cellgate.policy.subject.Iccid;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.InputStream;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A CSV file of changes, a SIM a line. The header names {@code iccid} and what is to be changed: {@code action}, or any of
 * {@code fleet}, {@code policy}, {@code geofence} and {@code tag:NAME}, where an empty value takes away; {@code imei} belongs
 * to the action {@code lock-imei}.
 */
record BulkLines(List<BulkItem> items, String digest) {
    static final int MOST = 200_000;
    private static final String TAG = "tag:";
    private static final Set<String> SETTINGS = Set.of("fleet", "policy", "geofence");
    private static final Set<String> ACTIONS = Set.of("activate", "suspend", "resume", "deactivate",
            "terminate", "lock-imei", "unlock-imei");
    private static final String EXPECTED = "a header with iccid, and action (and imei), or some of fleet, policy, geofence, tag:NAME";

    /** Reads the file to its end: nothing is begun with a file that is wrong as a whole. */
    static Outcome<BulkLines> read(InputStream file) throws IOException {
        MessageDigest digest = sha256();
        BoundedLines lines = new BoundedLines(new DigestInputStream(file, digest));
        BoundedLines.Line header = lines.next();
        List<String> columns = header == null || header.text() == null
                ? null
                : CsvLine.split(header.text());
        columns = columns == null
                ? null
                : columns.stream()
                        .map(name -> name.startsWith(TAG) ? name : name.toLowerCase(Locale.ROOT))
                        .toList();
        if (columns == null || !fits(columns)) {
            return fault(1, columns == null
                    ? "no header"
                    : Faults.shown(String.join(",", columns)), EXPECTED);
        }
        List<BulkItem> items = new ArrayList<>();
        for (BoundedLines.Line line = lines.next(); line != null; line = lines.next()) {
            if (line.text() != null && line.text().isBlank()) {
                continue;
            }
            if (items.size() == MOST) {
                return fault(line.number(), "more than " + MOST + " lines",
                        "at most " + MOST + ": send the others as another file");
            }
            items.add(item(columns, line));
        }
        return Outcome.done(new BulkLines(items, HexFormat.of().formatHex(digest.digest())));
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    private static Outcome<BulkLines> fault(long line, String got, String expected) {
        return new Outcome.Invalid<>(List.of(new Fault("/line/" + line, got, expected)));
    }

    private static boolean fits(List<String> columns) {
        Set<String> names = new HashSet<>(columns);
        boolean distinct = names.size() == columns.size();
        boolean hasIccid = names.remove("iccid");
        if (names.remove("action")) {
            names.remove("imei");
            return distinct && hasIccid && names.isEmpty();
        }
        return distinct && hasIccid && !names.isEmpty() && names.stream()
                .allMatch(name -> SETTINGS.contains(name)
                        || (name.startsWith(TAG) && name.length() > TAG.length()));
    }

    private static BulkItem item(List<String> columns, BoundedLines.Line line) {
        String text = line.text();
        List<String> values = text == null ? null : CsvLine.split(text);
        if (values == null || values.size() != columns.size()) {
            return new BulkItem.Unreadable(line.number(), values == null
                    ? text == null ? line.fault() : "got a quote out of place"
                    : "got " + values.size() + " values, expected " + columns.size());
        }
        try {
            return new BulkItem.Wanted(line.number(),
                    new Iccid(values.get(columns.indexOf("iccid"))),
                    BulkForms.change(body(columns, values)));
        } catch (ProblemException wrong) {
            return new BulkItem.Unreadable(line.number(), wrong.problem().detail());
        } catch (IllegalArgumentException wrong) {
            return new BulkItem.Unreadable(line.number(), String.valueOf(wrong.getMessage()));
        }
    }

    /** The line as a body of the other form. */
    private static JsonObject body(List<String> columns, List<String> values) {
        JsonObject set = new JsonObject();
        JsonObject add = new JsonObject();
        JsonArray remove = new JsonArray();
        JsonObject body = new JsonObject();
        for (int i = 0; i < columns.size(); i++) {
            String column = columns.get(i);
            @Nullable
            String value = values.get(i).isEmpty() ? null : values.get(i);
            switch (column) {
                case "iccid" -> {
                }
                case "action" -> {
                    if (!ACTIONS.contains(values.get(i))) {
                        throw new IllegalArgumentException("action: got "
                                + Faults.shown(values.get(i)) + ", expected one of "
                                + ACTIONS.stream().sorted().toList());
                    }
                    body.put("action", value);
                }
                case "imei" -> {
                    if (value != null) {
                        body.put("imeis", new JsonArray().add(value));
                    }
                }
                case "fleet", "policy", "geofence" -> set.put(column, value);
                default -> {
                    String tag = column.substring(TAG.length());
                    if (value == null) {
                        remove.add(tag);
                    } else {
                        add.put(tag, value);
                    }
                }
            }
        }
        return body.containsKey("action")
                ? body
                : body.put("set", set).put("add_tags", add).put("remove_tags", remove);
    }
}
