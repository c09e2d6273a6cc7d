package io.cellgate.control.cli;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * A log-in at an identity provider with the person's browser, which comes back to this process on a loopback address
 * and a port of the moment (RFC 8252 §7.3). Whatever else calls there is turned away and does not end the log-in.
 */
final class BrowserLogin {
    private static final String CALLBACK = "/callback";
    private static final long PATIENCE_SECONDS = 600;
    private static final Map<String, String> JSON = Map.of("Content-Type", "application/json");

    private final ApiClient client;
    private final PrintWriter err;
    private final CompletableFuture<JsonObject> session = new CompletableFuture<>();
    private JsonObject begun = new JsonObject();

    BrowserLogin(ApiClient client, PrintWriter err) {
        this.client = client;
        this.err = err;
    }

    /**
     * The session: {@code token}, {@code expires_at}, {@code user}.
     *
     * @param provider its name; empty where the gateway has one alone
     */
    JsonObject run(String provider) {
        HttpServer server;
        try {
            server = HttpServer.create(
                    new InetSocketAddress(InetAddress.getByAddress(new byte[]{127, 0, 0, 1}), 0),
                    0);
        } catch (IOException e) {
            throw new CliFailure(CliFailure.FAILED,
                    "cannot listen on 127.0.0.1 for the browser: " + e, e);
        }
        server.createContext(CALLBACK, this::cameBack);
        try {
            JsonObject wanted = new JsonObject().put("redirect_uri",
                    "http://127.0.0.1:" + server.getAddress().getPort() + CALLBACK);
            if (!provider.isEmpty()) {
                wanted.put("provider", provider);
            }
            begun = post("/v1/login", wanted);
            server.start();
            String url = begun.getString("authorization_url");
            err.println("Log in with your browser: " + Output.printable(url));
            open(url);
            return session.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (TimeoutException late) {
            throw new CliFailure(CliFailure.FAILED,
                    "nobody logged in within " + PATIENCE_SECONDS / 60 + " minutes", late);
        } catch (ExecutionException failed) {
            throw failed.getCause() instanceof CliFailure failure
                    ? failure
                    : new CliFailure(CliFailure.FAILED, "the log-in failed: " + failed, failed);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new CliFailure(CliFailure.FAILED, "interrupted", interrupted);
        } finally {
            // the browser gets its page before the server goes
            server.stop(1);
        }
    }

    private JsonObject post(String path, JsonObject body) {
        return ApiClient.json(client.send("POST", path, JSON,
                HttpRequest.BodyPublishers.ofString(body.encode())));
    }

    private void cameBack(HttpExchange exchange) throws IOException {
        Map<String, String> query = query(exchange.getRequestURI().getRawQuery());
        // another page of the browser, or another process, may call here too
        if (!begun.getString("state").equals(query.get("state")) || session.isDone()) {
            answer(exchange, 400, "This is not the log-in that was begun.");
            return;
        }
        JsonObject in;
        try {
            in = complete(query);
        } catch (CliFailure failure) {
            answer(exchange, 400, "The log-in failed; the terminal tells why.");
            session.completeExceptionally(failure);
            return;
        }
        answer(exchange, 200, "You are logged in and can close this page.");
        session.complete(in);
    }

    private JsonObject complete(Map<String, String> query) {
        String code = query.get("code");
        if (code == null) {
            throw new CliFailure(CliFailure.NOT_ALLOWED, "the identity provider refused: "
                    + Output.printable(query.getOrDefault("error", "no code") + " "
                            + query.getOrDefault("error_description", "")));
        }
        JsonObject completion = new JsonObject().put("state", begun.getString("state"))
                .put("secret", begun.getString("secret")).put("code", code);
        if (query.containsKey("iss")) {
            completion.put("iss", query.get("iss"));
        }
        return post("/v1/login/complete", completion);
    }

    private static Map<String, String> query(@Nullable String raw) {
        Map<String, String> query = new HashMap<>();
        for (String pair : raw == null ? new String[0] : raw.split("&")) {
            String[] parts = pair.split("=", 2);
            query.put(decoded(parts[0]), parts.length == 1 ? "" : decoded(parts[1]));
        }
        return query;
    }

    private static String decoded(String text) {
        return URLDecoder.decode(text, StandardCharsets.UTF_8);
    }

    private static void answer(HttpExchange exchange, int status, String text) throws IOException {
        byte[] page = ("<!doctype html><meta charset=utf-8><title>Cellgate</title><p>" + text
                + "\n")
                .getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "text/html; charset=utf-8");
        exchange.getResponseHeaders().set("Referrer-Policy", "no-referrer");
        exchange.sendResponseHeaders(status, page.length);
        exchange.getResponseBody().write(page);
        exchange.close();
    }

    /** Where a person sits at a terminal and a browser can be found; else the address that was printed has to do. */
    private static void open(String url) {
        if (Terminal.orNull() == null) {
            return;
        }
        for (String opener : List.of("xdg-open", "open")) {
            try {
                Process _ = new ProcessBuilder(opener, url)
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                        .redirectError(ProcessBuilder.Redirect.DISCARD).start();
                return;
            } catch (IOException notThere) {
                // the next one
            }
        }
    }
}
