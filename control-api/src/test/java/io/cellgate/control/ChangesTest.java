package io.cellgate.control;

import static org.assertj.core.api.Assertions.assertThat;

import io.cellgate.control.RunningApi.Reply;
import io.cellgate.control.RunningApi.Tenant;
import io.cellgate.control.http.OpenApi;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/**
 * What holds of every object that is made, changed and deleted through the API: a repetition under one key makes no
 * second one, who read an older revision changes nothing, who has the present one gets no body, and the audit log has it
 * as it was and as it is. The OpenAPI document says which operations these are; none is left out here.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ChangesTest {
    private static final String STALE = "\"999999\"";
    private static final Pattern SECRETS = Pattern
            .compile("cg_[A-Za-z0-9]{20}|whsec_|a-shared-secret|client-s3cret");

    private final JsonObject document = OpenApi.read();
    private final Set<String> stale = new TreeSet<>();
    private final Set<String> repeated = new TreeSet<>();
    @SuppressWarnings("NullAway.Init")
    private RunningApi api;
    @SuppressWarnings("NullAway.Init")
    private Tenant acme;

    /**
     * An object of a kind.
     *
     * @param collection where it is made, and found by its id or name
     * @param change     the method of its change; null: it does not change
     * @param changes    what follows its path there
     * @param deletes    whether it can be deleted
     */
    private record Kind(String token, String collection, String made, @Nullable String change,
            String changes, String changed, boolean deletes) {
        String path(String id) {
            return collection + "/" + id;
        }
    }

    @BeforeAll
    void start(@TempDir Path data) {
        api = RunningApi.start(data.resolve("data"));
        acme = api.tenant("Acme");
    }

    @AfterAll
    void stop() {
        api.close();
    }

    private String made(String collection, String body) {
        return api.post(api.operator, collection, body).is(201).id();
    }

    private List<Kind> kinds() {
        String op = api.operator;
        String own = acme.token();
        String carrier = made("/v1/carriers", "{\"name\":\"base\",\"home_plmns\":[\"26201\"]}");
        String product = made("/v1/products",
                "{\"name\":\"base\",\"kind\":\"card\",\"unit_price\":1,\"currency\":\"EUR\"}");
        String issuer = "https://login.base.example";
        made("/v1/identity-providers", "{\"name\":\"base\",\"issuer\":\"" + issuer
                + "\",\"client_id\":\"c\",\"redirect_uris\":[\"http://127.0.0.1/callback\"]}");
        String client = "\"sources\":[\"192.0.2.0/28\"],\"ranges\":[\"10.50.0.0/16\"]}";
        String provider = "\"issuer\":\"https://login.kind.example\",\"client_id\":\"c\","
                + "\"redirect_uris\":[\"http://127.0.0.1/callback\"]}";
        return List.of(
                new Kind(op, "/v1/accounts", "{\"name\":\"a\"}", "PATCH", "", "{\"name\":\"b\"}",
                        true),
                new Kind(op, "/v1/carriers", "{\"name\":\"a\",\"home_plmns\":[\"26202\"]}", "PUT",
                        "", "{\"name\":\"b\",\"home_plmns\":[\"26202\"]}", true),
                new Kind(op, "/v1/carriers/" + carrier + "/accounting-clients",
                        "{\"name\":\"a\",\"secret\":\"a-shared-secret-of-a-pgw\"," + client, "PUT",
                        "", "{\"name\":\"b\"," + client, true),
                new Kind(op, "/v1/products",
                        "{\"name\":\"a\",\"kind\":\"card\",\"unit_price\":1,\"currency\":\"EUR\"}",
                        "PUT", "",
                        "{\"name\":\"b\",\"unit_price\":2,\"currency\":\"EUR\",\"orderable\":true}",
                        true),
                new Kind(op, "/v1/batches", "{\"name\":\"a\",\"product\":\"" + product + "\"}",
                        null, "", "", true),
                new Kind(op, "/v1/identity-providers",
                        "{\"name\":\"a\",\"client_secret\":\"client-s3cret\"," + provider, "PUT",
                        "", "{\"name\":\"b\"," + provider, true),
                new Kind(op, "/v1/pools", "{\"name\":\"a\",\"prefix\":\"10.45.32.0/20\"}", "PUT",
                        "", "{\"name\":\"b\",\"prefix\":\"10.45.32.0/20\"}", true),
                new Kind(op, "/v1/apns", "{\"name\":\"a.example\"}", null, "", "", true),
                new Kind(op, "/v1/operator/tokens", "{\"name\":\"a\"}", null, "", "", true),
                new Kind(own, "/v1/accounts/" + acme.account() + "/tokens",
                        "{\"name\":\"a\",\"role\":\"viewer\"}", null, "", "", true),
                new Kind(own, "/v1/users",
                        "{\"name\":\"a\",\"email\":\"a@acme.example\",\"issuer\":\""
                                + issuer + "\",\"role\":\"viewer\"}",
                        "PATCH", "", "{\"name\":\"b\"}", true),
                new Kind(own, "/v1/roles",
                        "{\"name\":\"a\",\"base\":\"viewer\",\"scopes\":[\"sims:read\"]}", "PUT",
                        "",
                        "{\"name\":\"b\",\"base\":\"viewer\",\"scopes\":[\"sims:read\"]}", true),
                new Kind(own, "/v1/fleets", "{\"name\":\"a\"}", "PUT", "", "{\"name\":\"b\"}",
                        true),
                new Kind(own, "/v1/geofences",
                        "{\"name\":\"a\",\"fence\":{\"countries\":[\"AT\"]}}", "PUT", "",
                        "{\"name\":\"b\",\"fence\":{\"countries\":[\"AT\"]}}", true),
                new Kind(own, "/v1/lists",
                        "{\"name\":\"a\",\"kind\":\"names\"}",
                        "PATCH",
                        "/entries", "{\"add\":[\"example.org\"]}", true),
                new Kind(own, "/v1/policies", "{\"name\":\"a\",\"rules\":[]}", "PUT", "",
                        "{\"name\":\"b\",\"rules\":[]}", true),
                new Kind(own, "/v1/webhooks",
                        "{\"name\":\"a\",\"url\":\"https://198.41.0.4/\",\"enabled\":false}",
                        "PATCH", "", "{\"name\":\"b\"}", true),
                new Kind(own, "/v1/orders",
                        "{\"product\":\"" + product + "\",\"quantity\":1,\"ship_to\":\"here\"}",
                        "POST", "/cancel", "", false));
    }

    @Test
    void everyObject_isMadeOnce_changedByWhoKnowsIt_andAudited() {
        for (Kind kind : kinds()) {
            Reply first = send(kind.token(), "POST", kind.collection(), kind.made(),
                    "Idempotency-Key", kind.collection());
            String id = first.is(201).body().getString("id", first.body().getString("name"));
            assertThat(location(first)).isEqualTo(kind.path(id));
            audited(id, false, true);
            Reply again = unchanged(() -> send(kind.token(), "POST", kind.collection(),
                    kind.made(), "Idempotency-Key", kind.collection()));
            assertThat(again.is(201).raw().headers().firstValue("Idempotency-Replayed"))
                    .as(kind.collection()).hasValue("true");
            assertThat(location(again)).isEqualTo(kind.path(id));
            JsonObject shown = first.body().copy();
            shown.remove("secret");
            assertThat(again.body()).as("without a secret").isEqualTo(shown);
            assertThat(again.raw().headers().firstValue("ETag"))
                    .isEqualTo(first.raw().headers().firstValue("ETag"));
            String tag = known(kind, id);
            if (kind.change() != null) {
                tag = changed(kind, id, tag);
            }
            if (kind.deletes()) {
                deleted(kind, id, tag);
            }
        }
        otherChanges();
        assertThat(stale).as("every operation that takes If-Match").isEqualTo(having("If-Match"));
        // those that need traffic or SIMs, or have no name of ours, have tests of their own
        repeated.addAll(Set.of("startCapture", "changeSims", "changeSimsByLines", "addPeer"));
        assertThat(repeated).as("every operation that takes Idempotency-Key")
                .isEqualTo(having("Idempotency-Key"));
        assertThat(having("Idempotency-Key")).containsAll(creating());
    }

    /** Who has it as it is gets no body; gives its tag, empty where it has none. */
    private String known(Kind kind, String id) {
        Reply found = api.get(kind.token(), kind.path(id)).is(200);
        String tag = found.raw().headers().firstValue("ETag").orElse("");
        if (!tag.isEmpty()) {
            Reply known = send(kind.token(), "GET", kind.path(id), null, "If-None-Match",
                    "\"77\", W/" + tag);
            assertThat(known.is(304).text()).isEmpty();
            assertThat(known.etag()).isEqualTo(tag);
            send(kind.token(), "GET", kind.path(id), null, "If-None-Match", STALE).is(200);
        }
        return tag;
    }

    private String changed(Kind kind, String id, String tag) {
        String path = kind.path(id) + kind.changes();
        String method = String.valueOf(kind.change());
        if (method.equals("PUT")) {
            unchanged(() -> send(kind.token(), method, path, kind.changed()))
                    .isProblem(428, "precondition-required");
        }
        unchanged(() -> send(kind.token(), method, path, kind.changed(), "If-Match", STALE))
                .isProblem(412, "stale");
        send(kind.token(), method, path, kind.changed(), "If-Match", tag).is(200);
        audited(id, true, true);
        String next = known(kind, id);
        assertThat(next).as(path).isNotEqualTo(tag);
        unchanged(() -> send(kind.token(), method, path, kind.changed(), "If-Match", tag))
                .isProblem(412, "stale");
        return next;
    }

    private void deleted(Kind kind, String id, String tag) {
        if (!tag.isEmpty()) {
            unchanged(() -> send(kind.token(), "DELETE", kind.path(id), null, "If-Match", STALE))
                    .isProblem(412, "stale");
        }
        send(kind.token(), "DELETE", kind.path(id), null,
                tag.isEmpty() ? new String[0] : new String[]{"If-Match", tag}).is(204);
        if (kind.collection().endsWith("/tokens")) {
            return; // one that is revoked is shown as such
        }
        api.get(kind.token(), kind.path(id)).isProblem(404, "not-found");
        audited(id, true, false);
    }

    /** Changes of what is not made here, or in more ways than one. */
    private void otherChanges() {
        String sim = api.sims(acme, 1).getFirst();
        String order = api.get(acme.token(), "/v1/sims/" + sim).body().getString("order");
        String policy = api.post(acme.token(), "/v1/policies", "{\"name\":\"p\",\"rules\":[]}")
                .is(201).id();
        String list = api.post(acme.token(), "/v1/lists", "{\"name\":\"l\",\"kind\":\"names\"}")
                .is(201).id();
        String hook = api.post(acme.token(), "/v1/webhooks",
                "{\"name\":\"w\",\"url\":\"https://198.41.0.4/\",\"enabled\":false}").is(201).id();
        String carrier = made("/v1/carriers", "{\"name\":\"c\",\"home_plmns\":[\"26203\"]}");
        String profile = profile();
        String[][] changes = {{"PATCH", "/v1/sims/" + sim, "{\"tags\":{\"a\":\"b\"}}"},
                {"POST", "/v1/sims/" + sim + "/actions", "{\"action\":\"activate\"}"},
                {"POST", "/v1/orders/" + order + "/confirm", ""},
                {"POST", "/v1/orders/" + order + "/receive", ""},
                {"POST", "/v1/orders/" + order + "/advance", "{\"to\":\"kitting\"}"},
                {"POST", "/v1/policies/" + policy + "/rollback", "{\"revision\":1}"},
                {"PUT", "/v1/lists/" + list + "/entries", "example.net"},
                {"POST", "/v1/webhooks/" + hook + "/rotate-secret", "{}"},
                {"PUT", "/v1/firewall", "{}"},
                {"PUT", "/v1/carriers/" + carrier + "/firewall", "{}"},
                {"POST", "/v1/esim-profiles/" + profile + "/actions", "{\"action\":\"release\"}"}};
        for (String[] change : changes) {
            String token = operation(change[0], change[1]).getString("x-role").equals("operator")
                    ? api.operator
                    : acme.token();
            String[] headers = change[2].startsWith("{") || change[2].isEmpty()
                    ? new String[]{"If-Match", STALE}
                    : new String[]{"If-Match", STALE, "Content-Type", "text/plain"};
            unchanged(() -> send(token, change[0], change[1],
                    change[2].isEmpty() ? null : change[2], headers)).isProblem(412, "stale");
        }
    }

    /** An eSIM profile in stock. */
    private String profile() {
        String product = made("/v1/products",
                "{\"name\":\"esim\",\"kind\":\"esim\",\"unit_price\":1,\"currency\":\"EUR\"}");
        String batch = made("/v1/batches", "{\"name\":\"esim\",\"product\":\"" + product + "\"}");
        String iccid = TestSims.iccid(900);
        api.post(api.operator, "/v1/batches/" + batch + "/imports", "iccid,imsi,activation_code\n"
                + iccid + "," + TestSims.imsi(900) + ",LPA:1$smdp.example$CODE-1\n", "Content-Type",
                "text/csv").is(200);
        return iccid;
    }

    /** Sends a request, and notes what it shows of its operation. */
    private Reply send(String token, String method, String path, @Nullable String body,
            String... headers) {
        String id = operation(method, path).getString("operationId");
        for (int i = 0; i < headers.length; i += 2) {
            if (headers[i].equals("Idempotency-Key")) {
                repeated.add(id);
            } else if (headers[i].equals("If-Match") && headers[i + 1].equals(STALE)) {
                stale.add(id);
            }
        }
        Reply reply = api.send(token, method, path,
                body == null || body.isEmpty() ? null : body, headers);
        if (reply.status() < 300) {
            assertThat(operation(method, path).getJsonObject("responses").fieldNames()).as(id)
                    .contains(Integer.toString(reply.status()));
        }
        return reply;
    }

    private interface Request {
        Reply send();
    }

    /** What no event tells of has not happened. */
    private Reply unchanged(Request request) {
        JsonObject before = newest("");
        Reply reply = request.send();
        assertThat(newest("")).as(reply.text()).isEqualTo(before);
        return reply;
    }

    private JsonObject newest(String query) {
        return api.get(api.operator, "/v1/audit?limit=1" + query).is(200).body()
                .getJsonArray("items").getJsonObject(0);
    }

    private void audited(String subject, boolean before, boolean after) {
        JsonObject told = newest("&subject=" + subject);
        assertThat(told.getValue("before") != null).as("before in %s", told).isEqualTo(before);
        assertThat(told.getValue("after") != null).as("after in %s", told).isEqualTo(after);
        assertThat(told.getString("actor")).startsWith("token:");
        assertThat(told.encode()).doesNotContainPattern(SECRETS);
        if (before && after) {
            assertThat(told.getValue("before")).isNotEqualTo(told.getValue("after"));
        }
    }

    private static String location(Reply reply) {
        return reply.raw().headers().firstValue("Location").orElse("none");
    }

    private Stream<Map.Entry<String, JsonObject>> operations(String path) {
        JsonObject item = document.getJsonObject("paths").getJsonObject(path);
        Map<String, JsonObject> found = new HashMap<>();
        for (String method : OpenApi.METHODS) {
            JsonObject operation = item.getJsonObject(method);
            if (operation != null) {
                found.put(method.toUpperCase(java.util.Locale.ROOT), operation);
            }
        }
        return found.entrySet().stream();
    }

    /** What of the document a request is. */
    private JsonObject operation(String method, String path) {
        List<JsonObject> found = new ArrayList<>();
        for (String template : document.getJsonObject("paths").fieldNames()) {
            if (path.matches(template.replaceAll("\\{[a-z]+}", "[^/]+"))) {
                operations(template).filter(each -> each.getKey().equals(method))
                        .forEach(each -> found.add(each.getValue()));
            }
        }
        assertThat(found).as("%s %s", method, path).isNotEmpty();
        return found.getFirst();
    }

    private Set<String> having(String header) {
        String name = header.equals("If-Match") ? "ifMatch" : "idempotencyKey";
        JsonObject reference = new JsonObject().put("$ref", "#/components/parameters/" + name);
        Set<String> ids = new TreeSet<>();
        for (String path : document.getJsonObject("paths").fieldNames()) {
            operations(path).map(Map.Entry::getValue)
                    .filter(each -> each.getJsonArray("parameters", new JsonArray())
                            .contains(reference))
                    .forEach(each -> ids.add(each.getString("operationId")));
        }
        return ids;
    }

    private Set<String> creating() {
        Set<String> ids = new TreeSet<>();
        for (String path : document.getJsonObject("paths").fieldNames()) {
            operations(path).filter(each -> each.getKey().equals("POST")).map(Map.Entry::getValue)
                    .filter(each -> each.getJsonObject("responses").containsKey("201"))
                    .forEach(each -> ids.add(each.getString("operationId")));
        }
        return ids;
    }
}
