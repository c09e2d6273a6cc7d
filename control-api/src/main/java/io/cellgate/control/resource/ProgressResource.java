package io.cellgate.control.resource;

import io.cellgate.control.http.Answer;
import io.cellgate.control.http.Call;
import io.cellgate.control.http.Endpoints;
import io.cellgate.control.http.Outcomes;
import io.cellgate.inventory.operation.Operation;
import io.cellgate.inventory.operation.OperationStore;
import io.cellgate.inventory.operation.PartResult;
import io.cellgate.inventory.page.Page;
import io.cellgate.inventory.page.PageRequest;
import io.vertx.core.json.JsonObject;
import java.io.BufferedOutputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/** {@code /operations}: work that takes time, how far it is and how it ended. */
public final class ProgressResource {
    private static final int BUFFER_OCTETS = 32 << 10;

    private final OperationStore operations;

    public ProgressResource(OperationStore operations) {
        this.operations = operations;
    }

    public void mount(Endpoints endpoints) {
        endpoints.on("listOperations", this::list).on("getOperation",
                call -> Answer.ok(show(
                        Outcomes.require(operations.find(call.scope(), call.path("id"))))))
                .on("cancelOperation",
                        call -> Answer.ok(show(Outcomes
                                .require(operations.cancel(call.scope(), call.path("id"))))))
                .on("listOperationResults", call -> Shown.page(
                        results(call, call.page()), ProgressResource::show))
                .on("exportOperationResults", this::export);
    }

    private Page<PartResult> results(Call call, PageRequest page) {
        return Outcomes.require(operations.results(call.scope(), call.path("id"),
                !"failed".equals(call.query("only")), page));
    }

    /** All of them, a line each. */
    private Answer export(Call call) {
        PageRequest first = new PageRequest(PageRequest.MAX_LIMIT, null);
        Page<PartResult> begin = results(call, first);
        return Answer.streamed(Answer.NDJSON, raw -> {
            try (OutputStream out = new BufferedOutputStream(raw, BUFFER_OCTETS)) {
                Page<PartResult> page = begin;
                while (true) {
                    for (PartResult each : page.items()) {
                        out.write((show(each).encode() + "\n").getBytes(StandardCharsets.UTF_8));
                    }
                    String next = page.after();
                    if (next == null) {
                        return;
                    }
                    page = results(call, first.next(next));
                }
            }
        });
    }

    private static JsonObject show(PartResult result) {
        return new JsonObject().put("part", result.part()).put("verdict", result.verdict())
                .put("well", result.well()).put("subject", result.subject())
                .put("detail", result.detail());
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
