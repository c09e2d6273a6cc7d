package io.cellgate.control;

import static org.assertj.core.api.Assertions.assertThat;

import io.cellgate.control.http.ApiServer;
import io.cellgate.control.live.LiveGateway;
import io.cellgate.control.log.LogRetention;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A process without gateway on an ephemeral port, and a client to it. */
final class RunningApi implements AutoCloseable {
    final GatewayProcess process;
    final String operator;
    final HttpClient client = HttpClient.newHttpClient();

    /** An answer, its body read as JSON where it is. */
    record Reply(int status, JsonObject body, String text, HttpResponse<String> raw) {
        Reply is(int expected) {
            assertThat(status).as("%s", text).isEqualTo(expected);
            return this;
        }

        /** A problem document of this type, which tells no internals. */
        Reply isProblem(int expected, String type) {
            is(expected);
            assertThat(raw.headers().firstValue("Content-Type"))
                    .hasValue("application/problem+json");
            assertThat(body.getString("type")).isEqualTo("urn:cellgate:problem:" + type);
            assertThat(text).doesNotContain("Exception").doesNotContain("\tat ")
                    .doesNotContain("io.cellgate");
            return this;
        }

        JsonObject fault(String pointer) {
            for (Object fault : body.getJsonArray("faults")) {
                if (((JsonObject) fault).getString("pointer").equals(pointer)) {
                    return (JsonObject) fault;
                }
            }
            throw new AssertionError("no fault at " + pointer + " in " + text);
        }

        String id() {
            return body.getString("id");
        }

        String etag() {
            return raw.headers().firstValue("ETag").orElseThrow();
        }
    }

    private RunningApi(GatewayProcess process, String operator) {
        this.process = process;
        this.operator = operator;
    }

    static RunningApi start(Path data) {
        return start(Settings.Store.in(data));
    }

    static RunningApi start(Path data, GatewayProcess.GatewayStarter gateway) {
        return start(settings(Settings.Store.in(data)), gateway);
    }

    /** On a free port of the loopback address. */
    static Settings settings(Settings.Store store) {
        return new Settings(store, new ApiServer.Binding("127.0.0.1", 0, null, null),
                LogRetention.DEFAULT, null);
    }

    static RunningApi start(Settings.Store store) {
        return start(settings(store), (_, _) -> new LiveGateway.None());
    }

    static RunningApi start(Settings settings, GatewayProcess.GatewayStarter gateway) {
        GatewayProcess process = GatewayProcess.start(settings, gateway);
        return new RunningApi(process, Objects.requireNonNull(process.bootstrapToken()));
    }

    /** On what had its first start before. */
    static RunningApi again(Settings.Store store) {
        return new RunningApi(GatewayProcess.start(settings(store)), "");
    }

    Reply get(String token, String path) {
        return send(token, "GET", path, null);
    }

    Reply post(String token, String path, String body, String... headers) {
        return send(token, "POST", path, body, headers);
    }

    Reply put(String token, String path, String body, String... headers) {
        return send(token, "PUT", path, body, headers);
    }

    Reply patch(String token, String path, String body, String... headers) {
        return send(token, "PATCH", path, body, headers);
    }

    Reply delete(String token, String path) {
        return send(token, "DELETE", path, null);
    }

    Reply send(@Nullable String token, String method, String path, @Nullable String body,
            String... headers) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(process.apiUri() + path))
                .method(method, body == null
                        ? HttpRequest.BodyPublishers.noBody()
                        : HttpRequest.BodyPublishers.ofString(body));
        if (token != null) {
            request.header("Authorization", "Bearer " + token);
        }
        boolean typed = false;
        for (int i = 0; i < headers.length; i += 2) {
            request.header(headers[i], headers[i + 1]);
            typed |= headers[i].equals("Content-Type");
        }
        if (body != null && !typed) {
            request.header("Content-Type", "application/json");
        }
        try {
            HttpResponse<String> answer = client.send(request.build(),
                    HttpResponse.BodyHandlers.ofString());
            String text = answer.body();
            return new Reply(answer.statusCode(),
                    text.startsWith("{") && !text.contains("}\n{")
                            ? new JsonObject(text)
                            : new JsonObject(),
                    text, answer);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** A new account, its admin's token and its id. */
    Tenant tenant(String name) {
        String account = post(operator, "/v1/accounts", "{\"name\":\"" + name + "\"}").is(201).id();
        String token = post(operator, "/v1/accounts/" + account + "/tokens",
                "{\"name\":\"admin\",\"role\":\"admin\"}").is(201).body().getString("secret");
        return new Tenant(account, token);
    }

    record Tenant(String account, String token) {}

    /** SIMs in the account, received and ready; their ICCIDs. */
    List<String> sims(Tenant tenant, int count) {
        String product = post(operator, "/v1/products",
                "{\"name\":\"card " + System.nanoTime()
                        + "\",\"kind\":\"card\",\"unit_price\":250,\"currency\":\"EUR\"}")
                .is(201).id();
        String batch = post(operator, "/v1/batches", "{\"name\":\"batch " + System.nanoTime()
                + "\",\"product\":\"" + product + "\"}").is(201).id();
        StringBuilder csv = new StringBuilder("iccid,imsi\n");
        for (int i = 0; i < count; i++) {
            csv.append(TestSims.iccid(i + nextSim)).append(',').append(TestSims.imsi(i + nextSim))
                    .append('\n');
        }
        nextSim += count;
        post(operator, "/v1/batches/" + batch + "/imports", csv.toString(), "Content-Type",
                "text/csv").is(200);
        Reply order = post(tenant.token(), "/v1/orders", "{\"product\":\"" + product
                + "\",\"quantity\":" + count + ",\"ship_to\":\"Warehouse 1\"}").is(201);
        String path = "/v1/orders/" + order.id();
        assertThat(send(tenant.token(), "POST", path + "/confirm", null).is(200).body()
                .getString("state")).isEqualTo("allocated");
        post(operator, path + "/advance", "{\"to\":\"kitting\"}").is(200);
        post(operator, path + "/advance", "{\"to\":\"shipped\",\"tracking\":\"P 1\"}").is(200);
        send(tenant.token(), "POST", path + "/receive", null).is(200);
        return get(tenant.token(), "/v1/sims?order=" + order.id() + "&limit=1000").is(200).body()
                .getJsonArray("items").stream()
                .map(sim -> ((JsonObject) sim).getString("iccid")).toList();
    }

    private int nextSim = 1;

    @Override
    public void close() {
        client.close();
        process.close();
    }
}
