package io.cellgate.control.resource;

import io.cellgate.control.http.Answer;
import io.cellgate.control.http.Call;
import io.cellgate.control.http.Endpoints;
import io.cellgate.control.http.Outcomes;
import io.cellgate.control.live.LiveEffects;
import io.cellgate.inventory.fleet.Fleet;
import io.cellgate.inventory.fleet.FleetStore;
import io.vertx.core.json.JsonObject;

/** {@code /fleets}: groups of SIMs, and what holds for those that have nothing of their own. */
public final class FleetsResource {
    private final FleetStore fleets;
    private final Idempotency idempotency;
    private final LiveEffects live;

    public FleetsResource(FleetStore fleets, Idempotency idempotency, LiveEffects live) {
        this.fleets = fleets;
        this.idempotency = idempotency;
        this.live = live;
    }

    public void mount(Endpoints endpoints) {
        endpoints
                .on("listFleets",
                        call -> Shown.page(fleets.list(call.listScope(), call.page()),
                                FleetsResource::show))
                .on("createFleet", call -> idempotency.once(call, () -> create(call)))
                .on("getFleet",
                        call -> answer(
                                Outcomes.require(fleets.find(call.scope(), call.path("id")))))
                .on("replaceFleet", this::replace).on("deleteFleet", call -> {
                    Fleet _ = Outcomes.require(
                            fleets.delete(call.actor(), call.scope(), call.path("id"),
                                    call.ifMatch()));
                    return Answer.none();
                });
    }

    private Answer create(Call call) {
        JsonObject body = call.body();
        Fleet fleet = Outcomes.require(fleets.create(call.actor(), call.account(),
                body.getString("name"), body.getString("policy"), SimForms.imeiLock(body),
                SimForms.fence(body), body.getString("geofence"),
                SimForms.quota(body)));
        return Answer.created("/v1/fleets/" + fleet.id(), show(fleet)).revision(fleet.revision());
    }

    private Answer replace(Call call) {
        JsonObject body = call.body();
        Long expected = call.requiredIfMatch();
        Fleet fleet = Outcomes.require(fleets.replace(call.actor(), call.scope(), call.path("id"),
                body.getString("name"), body.getString("policy"), SimForms.imeiLock(body),
                SimForms.fence(body), body.getString("geofence"),
                SimForms.quota(body), expected));
        live.fleetChanged(fleet.id());
        return answer(fleet);
    }

    private static Answer answer(Fleet fleet) {
        return Answer.ok(show(fleet)).revision(fleet.revision());
    }

    private static JsonObject show(Fleet fleet) {
        return new JsonObject().put("id", fleet.id()).put("account", fleet.account())
                .put("name", fleet.name()).put("policy", fleet.policy())
                .put("imei_lock", SimForms.show(fleet.imeiLock()))
                .put("fence", SimForms.show(fleet.fence())).put("geofence", fleet.geofence())
                .put("quota", SimForms.show(fleet.quota()))
                .put("created_at", Shown.time(fleet.createdAt()))
                .put("revision", fleet.revision());
    }
}
