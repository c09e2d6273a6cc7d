package io.cellgate.control.resource;

import io.cellgate.control.http.Answer;
import io.cellgate.control.http.Call;
import io.cellgate.control.http.Endpoints;
import io.cellgate.control.http.Fault;
import io.cellgate.control.http.Outcomes;
import io.cellgate.control.http.Problem;
import io.cellgate.control.live.LiveEffects;
import io.cellgate.inventory.outcome.Outcome;
import io.cellgate.inventory.place.CellId;
import io.cellgate.inventory.place.CellStore;
import io.cellgate.inventory.place.CellTable;
import io.cellgate.inventory.sim.Geofence;
import io.cellgate.inventory.sim.GeofenceStore;
import io.vertx.core.json.JsonObject;
import java.io.IOException;

/** {@code /geofences}: places by a name; {@code /cells}: the table of where cells stand. */
public final class GeofencesResource {
    private final GeofenceStore geofences;
    private final CellStore cells;
    private final Idempotency idempotency;
    private final LiveEffects live;

    public GeofencesResource(GeofenceStore geofences, CellStore cells, Idempotency idempotency,
            LiveEffects live) {
        this.geofences = geofences;
        this.cells = cells;
        this.idempotency = idempotency;
        this.live = live;
    }

    public void mount(Endpoints endpoints) {
        endpoints
                .on("listGeofences",
                        call -> Shown.page(geofences.list(call.listScope(), call.page()),
                                GeofencesResource::show))
                .on("createGeofence", call -> idempotency.once(call, () -> create(call)))
                .on("getGeofence",
                        call -> answer(
                                Outcomes.require(geofences.find(call.scope(), call.path("id")))))
                .on("replaceGeofence", this::replace).on("deleteGeofence", call -> {
                    Geofence _ = Outcomes.require(geofences.delete(call.actor(), call.scope(),
                            call.path("id"), call.ifMatch()));
                    return Answer.none();
                }).on("getCellTable", _ -> Answer.ok(table())).on("findCell", this::find)
                .on("replaceCells", this::replaceCells);
    }

    private Answer create(Call call) {
        JsonObject body = call.body();
        Geofence made = Outcomes.require(geofences.create(call.actor(), call.account(),
                body.getString("name"), SimForms.fence("/fence", body.getJsonObject("fence"))));
        return Answer.created("/v1/geofences/" + made.id(), show(made)).revision(made.revision());
    }

    private Answer replace(Call call) {
        JsonObject body = call.body();
        Long expected = call.requiredIfMatch();
        Geofence changed = Outcomes.require(geofences.replace(call.actor(), call.scope(),
                call.path("id"), body.getString("name"),
                SimForms.fence("/fence", body.getJsonObject("fence")), expected));
        live.accountChanged(changed.account());
        return answer(changed);
    }

    private static Answer answer(Geofence geofence) {
        return Answer.ok(show(geofence)).revision(geofence.revision());
    }

    private static JsonObject show(Geofence geofence) {
        return new JsonObject().put("id", geofence.id()).put("account", geofence.account())
                .put("name", geofence.name()).put("fence", SimForms.show(geofence.fence()))
                .put("created_at", Shown.time(geofence.createdAt()))
                .put("revision", geofence.revision());
    }

    private JsonObject table() {
        CellTable table = cells.table();
        return new JsonObject().put("cells", table.cells()).put("octets", table.octets());
    }

    private Answer find(Call call) {
        String text = call.path("cell");
        CellId cell;
        try {
            cell = CellId.parse(text);
        } catch (IllegalArgumentException wrong) {
            throw Problem.invalid(Fault.path("cell", text,
                    "PLMN-ECI or PLMN-LAC-CI, such as 26201-84674305"));
        }
        CellTable.Site site = cells.table().find(cell);
        if (site == null) {
            throw Problem.notFound("cell", text);
        }
        return Answer.ok(new JsonObject().put("cell", cell.toString())
                .put("latitude", site.point().latitude())
                .put("longitude", site.point().longitude()).put("range_m", site.rangeMetres()));
    }

    /** Live sessions are judged again when the new table is in place. */
    private Answer replaceCells(Call call) throws IOException {
        Outcome<CellStore.Summary> outcome = cells.replace(call.actor(), call.stream());
        CellStore.Summary summary = Outcomes.require(outcome);
        live.cellsChanged();
        return Answer.ok(table().put("operation", summary.operation())
                .put("lines", summary.lines()).put("other_radios", summary.otherRadios())
                .put("rejected", summary.rejected()));
    }
}
