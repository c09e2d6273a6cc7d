package io.cellgate.control.http;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What an endpoint answers.
 *
 * @param mediaType of the body
 * @param body      null: none
 */
public record Answer(int status, String mediaType, @Nullable Body body,
        Map<String, String> headers) {
    public static final String JSON = "application/json";
    public static final String NDJSON = "application/x-ndjson";

    /** A body as it leaves: whole, or written as it comes into being. */
    public sealed interface Body {
        record Whole(String text) implements Body {}

        /** Of a length not known beforehand, sent in chunks; the writer waits while the client reads slowly. */
        record Streamed(BodyWriter writer) implements Body {}
    }

    /** Writes a streamed body. The stream fails once the client has gone. */
    @FunctionalInterface
    public interface BodyWriter {
        void writeTo(OutputStream out) throws IOException, InterruptedException;
    }

    public Answer {
        headers = Map.copyOf(headers);
    }

    public static Answer ok(JsonObject body) {
        return json(200, body);
    }

    public static Answer json(int status, JsonObject body) {
        return new Answer(status, JSON, new Body.Whole(body.encode()), Map.of());
    }

    public static Answer created(String location, JsonObject body) {
        return json(201, body).with("Location", location);
    }

    /** Work that goes on after the answer; its progress is at the location. */
    public static Answer accepted(String location, JsonObject body) {
        return json(202, body).with("Location", location);
    }

    public static Answer none() {
        return new Answer(204, JSON, null, Map.of());
    }

    public static Answer text(String mediaType, String body) {
        return new Answer(200, mediaType, new Body.Whole(body), Map.of());
    }

    public static Answer streamed(String mediaType, BodyWriter writer) {
        return new Answer(200, mediaType, new Body.Streamed(writer), Map.of());
    }

    public Answer with(String header, String value) {
        Map<String, String> all = new TreeMap<>(headers);
        all.put(header, value);
        return new Answer(status, mediaType, body, all);
    }

    /** With the entity tag of this revision. */
    public Answer revision(long revision) {
        return with("ETag", EntityTag.of(revision));
    }

    /** That what was asked for is as the asker has it already, RFC 9110 §15.4.5. */
    Answer notModified() {
        return new Answer(304, mediaType, null, headers);
    }

    /** The whole body as it will be sent; null where there is none, or it is streamed. */
    public @Nullable String wholeBody() {
        return body instanceof Body.Whole whole ? whole.text() : null;
    }

    static byte[] bytes(Body.Whole whole) {
        return whole.text().getBytes(StandardCharsets.UTF_8);
    }
}
