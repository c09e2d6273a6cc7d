package io.cellgate.control.cli;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** Shows what the API answers, in the form and at the place that the command line asks for. */
record Answers(Given given) {
    private static final long POLL_MILLIS = 500;

    private Output.Format format() {
        return given.value("--output") instanceof Output.Format format
                ? format
                : Output.Format.table;
    }

    /** @param more whether the API has others */
    void list(JsonArray items, boolean more) {
        write(out -> Output.list(out, format(), items, given.several("--columns")));
        if (more && format() == Output.Format.table) {
            err().println("there may be more: --all, or --limit N");
        }
    }

    void show(ApiClient client, HttpResponse<InputStream> answer) {
        String type = answer.headers().firstValue("Content-Type").orElse("").split(";", 2)[0];
        if (answer.statusCode() == 204) {
            err().println("done");
        } else if (type.equals("application/json")) {
            JsonObject object = settled(client, answer, ApiClient.json(answer));
            if (object.getValue("items") instanceof JsonArray items
                    && format() != Output.Format.json) {
                list(items, false);
            } else {
                write(out -> Output.one(out, format(), object));
            }
        } else {
            copy(answer);
        }
    }

    /** The operation that the API goes on with after it has answered, once it has ended. */
    private JsonObject settled(ApiClient client, HttpResponse<InputStream> answer,
            JsonObject first) {
        String location = answer.headers().firstValue("Location").orElse(null);
        if (answer.statusCode() != 202 || location == null || !isUnderWay(first)) {
            return first;
        }
        JsonObject now = first;
        try (Progress progress = new Progress(err(), given.spec().name())) {
            while (isUnderWay(now)) {
                progress.at(now.getLong("done", 0L), now.getLong("total", 0L));
                try {
                    Thread.sleep(POLL_MILLIS);
                } catch (InterruptedException interrupted) {
                    Thread.currentThread().interrupt();
                    throw new CliFailure(CliFailure.FAILED,
                            "interrupted; it goes on, see " + location, interrupted);
                }
                now = ApiClient
                        .json(client.send("GET", URI.create(location).getPath(), Map.of(), null));
            }
            progress.at(now.getLong("done", 0L), now.getLong("total", 0L));
        }
        if (!"done".equals(now.getString("state"))) {
            throw new CliFailure(CliFailure.REFUSED, "operation " + now.getString("id") + " is "
                    + now.getString("state") + ": "
                    + Output.printable(String.valueOf(now.getString("detail"))));
        }
        return now;
    }

    private static boolean isUnderWay(JsonObject object) {
        return switch (object.getString("state", "")) {
            case "queued", "running" -> true;
            default -> false;
        };
    }

    /** Writes what a command shows to where it is wanted. */
    @FunctionalInterface
    private interface Shower {
        void show(PrintWriter out);
    }

    private void write(Shower shower) {
        String file = given.text("--save");
        if (file == null) {
            PrintWriter out = given.spec().commandLine().getOut();
            shower.show(out);
            out.flush();
            return;
        }
        try (PrintWriter out = new PrintWriter(Path.of(file).toFile(), StandardCharsets.UTF_8)) {
            shower.show(out);
        } catch (IOException e) {
            throw new CliFailure(CliFailure.FAILED, "--save: " + e, e);
        }
    }

    /** Streams and files, as they come. */
    private void copy(HttpResponse<InputStream> answer) {
        String file = given.text("--save");
        try (InputStream in = answer.body()) {
            if (file != null) {
                try (OutputStream out = Files.newOutputStream(Path.of(file))) {
                    in.transferTo(out);
                }
                return;
            }
            PrintWriter out = given.spec().commandLine().getOut();
            byte[] part = new byte[8192];
            for (int read = in.read(part); read >= 0; read = in.read(part)) {
                out.print(new String(part, 0, read, StandardCharsets.UTF_8));
                out.flush();
            }
        } catch (IOException e) {
            throw new CliFailure(CliFailure.UNAVAILABLE, "the answer broke off: " + e, e);
        }
    }

    private PrintWriter err() {
        return given.spec().commandLine().getErr();
    }
}
