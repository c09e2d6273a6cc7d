package io.cellgate.control.resource;

import io.cellgate.control.http.Answer;
import io.cellgate.control.http.Call;
import io.cellgate.control.http.Endpoints;
import io.cellgate.control.http.Outcomes;
import io.cellgate.control.live.LiveEffects;
import io.cellgate.control.live.LiveGateway;
import io.cellgate.inventory.carrier.AccountingClient;
import io.cellgate.inventory.carrier.AccountingClientStore;
import io.cellgate.inventory.carrier.AccountingClientStore.Draft;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** {@code /carriers/{id}/accounting-clients}: whose RADIUS accounting is believed, of which addresses. */
public final class AccountingClientsResource {
    private static final int USUAL_TIMEOUT_SECONDS = 86_400;

    private final AccountingClientStore clients;
    private final Idempotency idempotency;
    private final LiveEffects live;
    private final LiveGateway gateway;

    public AccountingClientsResource(AccountingClientStore clients, Idempotency idempotency,
            LiveEffects live, LiveGateway gateway) {
        this.clients = clients;
        this.idempotency = idempotency;
        this.live = live;
        this.gateway = gateway;
    }

    public void mount(Endpoints endpoints) {
        endpoints.on("listAccountingClients", this::list)
                .on("createAccountingClient", call -> idempotency.once(call, () -> create(call)))
                .on("getAccountingClient",
                        call -> answer(Outcomes
                                .require(clients.find(call.path("id"), call.path("client")))))
                .on("replaceAccountingClient", this::replace)
                .on("deleteAccountingClient", this::delete);
    }

    private Answer list(Call call) {
        JsonArray items = new JsonArray();
        Outcomes.require(clients.of(call.path("id"))).forEach(each -> items.add(show(each)));
        return Answer.ok(new JsonObject().put("items", items).putNull("next"));
    }

    private Answer create(Call call) {
        Draft draft = draft(call);
        AccountingClient client = Outcomes
                .require(clients.create(call.actor(), call.path("id"), draft));
        live.carriersChanged();
        return Answer.created(
                "/v1/carriers/" + client.carrier() + "/accounting-clients/" + client.id(),
                show(client)).revision(client.revision());
    }

    private Answer replace(Call call) {
        Long expected = call.requiredIfMatch();
        AccountingClient client = Outcomes.require(clients.replace(call.actor(), call.path("id"),
                call.path("client"), draft(call), expected));
        live.carriersChanged();
        return answer(client);
    }

    private Answer delete(Call call) {
        AccountingClient _ = Outcomes.require(
                clients.delete(call.actor(), call.path("id"), call.path("client"), call.ifMatch()));
        live.carriersChanged();
        return Answer.none();
    }

    private Draft draft(Call call) {
        JsonObject body = call.body();
        List<String> ranges = texts(body, "ranges");
        for (int i = 0; i < ranges.size(); i++) {
            live.requirePlain("/ranges/" + i, ranges.get(i));
        }
        return new Draft(body.getString("name"), texts(body, "sources"), ranges,
                body.getInteger("timeout_seconds", USUAL_TIMEOUT_SECONDS),
                body.getString("secret"));
    }

    private static List<String> texts(JsonObject body, String field) {
        return body.getJsonArray(field, new JsonArray()).stream().map(Object::toString).toList();
    }

    private Answer answer(AccountingClient client) {
        return Answer.ok(show(client)).revision(client.revision());
    }

    private JsonObject show(AccountingClient client) {
        Map<String, Long> counters = new TreeMap<>(gateway.accounting(client.id()));
        JsonObject counts = new JsonObject();
        counters.forEach(counts::put);
        return new JsonObject().put("id", client.id()).put("carrier", client.carrier())
                .put("name", client.name()).put("sources", Shown.texts(client.sources()))
                .put("ranges", Shown.texts(client.ranges()))
                .put("timeout_seconds", client.timeoutSeconds()).put("counters", counts)
                .put("created_at", Shown.time(client.createdAt()))
                .put("revision", client.revision());
    }
}
