package io.cellgate.control.resource;

import io.cellgate.control.http.Answer;
import io.cellgate.control.http.Call;
import io.cellgate.control.http.Endpoints;
import io.cellgate.control.http.Fault;
import io.cellgate.control.http.Outcomes;
import io.cellgate.control.http.Problem;
import io.cellgate.control.http.ProblemType;
import io.cellgate.control.live.BulkDesk;
import io.cellgate.inventory.account.Scope;
import io.cellgate.inventory.bulk.BulkItem;
import io.cellgate.inventory.bulk.BulkStore;
import io.cellgate.inventory.operation.Operation;
import io.cellgate.inventory.operation.OperationStore;
import io.cellgate.inventory.outcome.Outcome;
import io.cellgate.inventory.sim.SimChange;
import io.cellgate.inventory.sim.SimFilter;
import io.cellgate.inventory.sim.SimState;
import io.cellgate.inventory.sim.SimStore;
import io.cellgate.policy.subject.Iccid;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** {@code /bulk-changes}: the same change of many SIMs, or a change for each of many, as an operation. */
public final class BulkChangesResource {
    private static final String KIND = "sims.bulk";

    private final BulkStore bulk;
    private final BulkDesk desk;
    private final SimStore sims;
    private final OperationStore operations;
    private final Idempotency idempotency;

    public BulkChangesResource(BulkStore bulk, BulkDesk desk, SimStore sims,
            OperationStore operations, Idempotency idempotency) {
        this.bulk = bulk;
        this.desk = desk;
        this.sims = sims;
        this.operations = operations;
        this.idempotency = idempotency;
    }

    public void mount(Endpoints endpoints) {
        endpoints.on("changeSims", this::change).on("changeSimsByLines", this::changeByLines);
    }

    private Answer change(Call call) {
        JsonObject body = call.body();
        Scope scope = call.listScope();
        SimChange change = BulkForms.change(body);
        JsonArray iccids = body.getJsonArray("iccids");
        JsonObject wanted = body.getJsonObject("filter");
        if ((iccids == null) == (wanted == null)) {
            throw Problem
                    .invalid(Fault.body("", body.fieldNames(), "iccids or filter, one of them"));
        }
        if (iccids != null) {
            List<BulkItem> items = items(iccids, change);
            return begin(call, scope, items.size(), items.iterator());
        }
        SimFilter filter = filter(wanted);
        return begin(call, scope, sims.count(scope, filter), bulk.matching(scope, filter, change));
    }

    private static List<BulkItem> items(JsonArray iccids, SimChange change) {
        List<BulkItem> items = new ArrayList<>(iccids.size());
        for (int i = 0; i < iccids.size(); i++) {
            String text = iccids.getString(i);
            BulkItem item;
            try {
                item = new BulkItem.Wanted(i + 1L, new Iccid(text), change);
            } catch (IllegalArgumentException wrong) {
                item = new BulkItem.Unreadable(i + 1L, String.valueOf(wrong.getMessage()));
            }
            items.add(item);
        }
        return items;
    }

    private static SimFilter filter(JsonObject wanted) {
        String state = wanted.getString("state");
        return new SimFilter(state == null ? null : SimState.parse(state),
                wanted.getString("fleet"), wanted.getString("order"), wanted.getString("product"),
                wanted.getString("batch"), wanted.getString("policy"), null, null, null,
                wanted.getString("geofence"), wanted.getString("condition"),
                wanted.getString("iccid_from"), wanted.getString("iccid_until"),
                SimsResource.tag(wanted.getString("tag")));
    }

    private Answer changeByLines(Call call) throws IOException {
        if (!call.mediaType().equalsIgnoreCase("text/csv")) {
            throw Problem.of(ProblemType.UNSUPPORTED_MEDIA_TYPE,
                    "got " + Fault.echo(call.mediaType()) + ", expected text/csv");
        }
        BulkLines lines = Outcomes.require(BulkLines.read(call.stream()));
        // a key is of these lines, not of any: the body stands for them
        Call told = new Call(call.operationId(), call.requestPath(), call.principal(), call.path(),
                call.query(), call.headers(), new JsonObject().put("sha256", lines.digest()),
                call.stream());
        return begin(told, call.listScope(), lines.items().size(), lines.items().iterator());
    }

    /** A repetition under the same key gets the operation of the first, and starts nothing. */
    private Answer begin(Call call, Scope scope, long total, Iterator<BulkItem> items) {
        @Nullable
        Operation[] begun = {null};
        Answer answer = idempotency.once(call, () -> {
            if (!desk.hasRoom(scope)) {
                throw Problem.conflict(Outcome.Reason.LIMIT.text(), "got one more than "
                        + BulkDesk.MOST_OF_ONE + " that go on, expected one of them to end first");
            }
            Operation operation = operations.begin(call.actor(), scope.account(), KIND, null,
                    total);
            begun[0] = operation;
            return Answer.accepted("", ProgressResource.show(operation));
        });
        Operation operation = begun[0];
        if (operation != null) {
            desk.start(call.actor(), scope, operation, items);
        }
        return answer.with("Location",
                "/v1/operations/" + new JsonObject(Objects.requireNonNull(answer.wholeBody()))
                        .getString("id"));
    }
}
