package io.cellgate.control.webhook;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.ToIntFunction;

/** A real HTTP server that webhooks are sent to; how it answers can be told for each request. */
public final class Receiver implements AutoCloseable {
    /** Instead of a status: never answer. */
    public static final int HANG = -1;

    private HttpServer server;
    private final int port;
    private volatile ToIntFunction<Got> answer = _ -> 204;
    private final List<Got> all = new CopyOnWriteArrayList<>();
    private final BlockingQueue<Got> taken = new LinkedBlockingQueue<>();

    /** A request as it came. */
    public record Got(String path, String id, String timestamp, String signature, String text) {
        public JsonObject body() {
            return new JsonObject(text);
        }
    }

    public Receiver() {
        server = start(0);
        port = server.getAddress().getPort();
    }

    private HttpServer start(int at) {
        try {
            HttpServer started = HttpServer.create(new InetSocketAddress("127.0.0.1", at), 0);
            started.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
            started.createContext("/", this::handle);
            started.start();
            return started;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void handle(HttpExchange exchange) throws IOException {
        String text = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        var headers = exchange.getRequestHeaders();
        Got got = new Got(exchange.getRequestURI().toString(), headers.getFirst("webhook-id"),
                headers.getFirst("webhook-timestamp"), headers.getFirst("webhook-signature"), text);
        all.add(got);
        int status = answer.applyAsInt(got);
        if (status == HANG) {
            return;
        }
        if (status / 100 == 3) {
            exchange.getResponseHeaders().add("Location", uri() + "/elsewhere");
        }
        exchange.sendResponseHeaders(status, -1);
        exchange.close();
        if (status / 100 == 2) {
            taken.add(got);
        }
    }

    /** Tells how requests are answered from now on. */
    public void answers(ToIntFunction<Got> how) {
        answer = how;
    }

    public String uri() {
        return "http://127.0.0.1:" + port;
    }

    /** The next request that was answered well. */
    public Got next() throws InterruptedException {
        Got got = taken.poll(60, TimeUnit.SECONDS);
        if (got == null) {
            throw new AssertionError("nothing came; before: " + all);
        }
        return got;
    }

    /** Every request, the refused ones too. */
    public List<Got> all() {
        return all;
    }

    public void down() {
        server.stop(0);
    }

    public void up() {
        server = start(port);
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
