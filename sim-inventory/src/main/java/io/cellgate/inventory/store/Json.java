package io.cellgate.inventory.store;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Values as JSON text, for columns that hold a list or a map and for events. */
public final class Json {
    private static final ObjectMapper MAPPER = JsonMapper.builder()
            .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS).build();

    private Json() {}

    public static String write(Object value) {
        try {
            return MAPPER.writeValueAsString(value);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    public static <T> T read(String json, TypeReference<T> type) {
        try {
            return MAPPER.readValue(json, type);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException("the database holds what is not " + type.getType(), e);
        }
    }

    /** A JSON array of strings; none where the column is null. */
    public static List<String> strings(@Nullable String json) {
        return json == null ? List.of() : read(json, new TypeReference<List<String>>() {
        });
    }

    /** A JSON object of strings; empty where the column is null. */
    public static Map<String, String> map(@Nullable String json) {
        return json == null ? Map.of() : read(json, new TypeReference<Map<String, String>>() {
        });
    }
}
