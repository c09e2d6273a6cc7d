package io.cellgate.control.resource;

import io.cellgate.control.http.Answer;
import io.cellgate.control.http.Call;
import io.cellgate.control.http.Endpoints;
import io.cellgate.control.http.Outcomes;
import io.cellgate.inventory.operation.Operation;
import io.cellgate.inventory.operation.OperationStore;
import io.vertx.core.json.JsonObject;

/** {@code /operations}: work that takes time, how far it is and how it ended. */
public final class ProgressResource {
    private final OperationStore operations;

    public ProgressResource(OperationStore operations) {
        this.operations = operations;
    }

    public void mount(Endpoints endpoints) {
        endpoints.on("listOperations", this::list).on("getOperation",
                call -> Answer.ok(show(
                        Outcomes.require(operations.find(call.scope(), call.path("id"))))));
    }

    private Answer list(Call call) {
        String state = call.query("state");
        return Shown.page(operations.list(call.listScope(), call.query("kind"),
                state == null ? null : Operation.State.parse(state), call.page()),
                ProgressResource::show);
    }

    static JsonObject show(Operation operation) {
        return new JsonObject().put("id", operation.id()).put("account", operation.account())
                .put("actor", operation.actor()).put("kind", operation.kind())
                .put("subject", operation.subject()).put("state", operation.state().text())
                .put("total", operation.total()).put("done", operation.done())
                .put("failed", operation.failed()).put("detail", operation.detail())
                .put("created_at", Shown.time(operation.createdAt()))
                .put("changed_at", Shown.time(operation.changedAt()));
    }
}
