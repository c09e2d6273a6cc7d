package io.cellgate.inventory.batch;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import io.cellgate.inventory.lines.BoundedLines;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads {@link ImportFormat#NDJSON}. */
final class NdjsonSimLines implements SimLines {
    private static final JsonFactory JSON = new JsonFactoryBuilder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION).build();
    private static final Set<String> NAMES = Set.of("iccid", "imsi", "msisdn", "ki", "opc",
            "activation_code");
    private static final String EXPECTED = "expected an object with iccid, imsi, msisdn, ki, opc, activation_code as strings";

    private final BoundedLines lines;
    private final boolean isEsim;

    NdjsonSimLines(BoundedLines lines, boolean isEsim) {
        this.lines = lines;
        this.isEsim = isEsim;
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
        Map<String, String> values = new HashMap<>();
        try (JsonParser parser = JSON.createParser(text)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                return unreadable(number, "no JSON object");
            }
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                String name = parser.currentName();
                JsonToken value = parser.nextToken();
                if (!NAMES.contains(name)) {
                    return unreadable(number, "another name among them");
                }
                if (value == JsonToken.VALUE_STRING) {
                    values.put(name, parser.getText());
                } else if (value != JsonToken.VALUE_NULL) {
                    return unreadable(number, "for " + name + " no string");
                }
            }
            if (parser.nextToken() != null) {
                return unreadable(number, "more than one object");
            }
        } catch (IOException e) {
            // Its message would repeat the line, and with it perhaps a key.
            return unreadable(number, "what is not JSON");
        }
        return SimLine.of(number, values, isEsim);
    }

    private static SimLine unreadable(long number, String got) {
        return new SimLine.Unreadable(number, null, "got " + got + ", " + EXPECTED);
    }
}
