package io.cellgate.control.resource;

import io.cellgate.control.http.Fault;
import io.cellgate.control.http.Problem;
import io.cellgate.inventory.sim.Fence;
import io.cellgate.inventory.sim.ImeiLock;
import io.cellgate.inventory.store.QuotaColumn;
import io.cellgate.inventory.sim.Sim;
import io.cellgate.inventory.sim.SimSettings;
import io.cellgate.policy.subject.Eid;
import io.cellgate.policy.subject.Imei;
import io.cellgate.policy.subject.Quota;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** IMEI locks, fences, tags and SIMs as JSON. */
final class SimForms {
    private SimForms() {}

    static @Nullable ImeiLock imeiLock(JsonObject body) {
        JsonObject lock = body.getJsonObject("imei_lock");
        if (lock == null) {
            return null;
        }
        return judged("/imei_lock", lock, () -> new ImeiLock(
                ImeiLock.Mode.valueOf(lock.getString("mode").toUpperCase(Locale.ROOT)),
                imeis(lock.getJsonArray("imeis", new JsonArray())),
                lock.getString("on_missing", "deny").equals("allow")));
    }

    static @Nullable Fence fence(JsonObject body) {
        JsonObject fence = body.getJsonObject("fence");
        if (fence == null) {
            return null;
        }
        return fence("/fence", fence);
    }

    /** A fence that is there. */
    static Fence fence(String pointer, JsonObject fence) {
        return judged(pointer, fence, () -> Fence.of(new Fence.Stored(texts(fence, "countries"),
                texts(fence, "plmns"), texts(fence, "tacs"), texts(fence, "cells"),
                objects(fence, "circles").map(circle -> new Fence.StoredCircle(
                        circle.getDouble("latitude"), circle.getDouble("longitude"),
                        circle.getDouble("radius_m"))).toList(),
                objects(fence, "polygons").map(SimForms::corners).toList(),
                fence.getString("on_unknown", "deny"))));
    }

    private static List<String> texts(JsonObject fence, String name) {
        return fence.getJsonArray(name, new JsonArray()).stream().map(Object::toString).distinct()
                .toList();
    }

    private static Stream<JsonObject> objects(JsonObject fence, String name) {
        return fence.getJsonArray(name, new JsonArray()).stream().map(JsonObject.class::cast);
    }

    private static List<List<Double>> corners(JsonObject polygon) {
        return polygon.getJsonArray("corners").stream().map(JsonArray.class::cast)
                .map(corner -> corner.stream().map(degrees -> ((Number) degrees).doubleValue())
                        .toList())
                .toList();
    }

    static @Nullable Quota quota(JsonObject body) {
        JsonObject quota = body.getJsonObject("quota");
        if (quota == null) {
            return null;
        }
        return judged("/quota", quota, () -> {
            boolean throttles = quota.getString("action").equals(QuotaColumn.THROTTLE);
            Long rate = quota.getLong("rate_bps");
            if (throttles != (rate != null)) {
                throw new IllegalArgumentException(throttles
                        ? "expected rate_bps with action throttle"
                        : "expected no rate_bps with action block");
            }
            return new Quota(quota.getLong("bytes_day"), quota.getLong("bytes_month"),
                    rate == null ? 0 : rate);
        });
    }

    static Eid eid(String pointer, String text) {
        return judged(pointer, text, () -> new Eid(text));
    }

    /** What a patch changes: a field that is null is taken away, one that is missing stays. */
    static UnaryOperator<SimSettings> patch(JsonObject patch) {
        ImeiLock lock = imeiLock(patch);
        Fence fence = fence(patch);
        Quota quota = quota(patch);
        return old -> {
            var changed = old;
            if (patch.containsKey("fleet")) {
                changed = changed.withFleet(patch.getString("fleet"));
            }
            if (patch.containsKey("policy")) {
                changed = changed.withPolicy(patch.getString("policy"));
            }
            if (patch.containsKey("imei_lock")) {
                changed = changed.withImeiLock(lock);
            }
            if (patch.containsKey("fence")) {
                changed = changed.withFence(fence);
            }
            if (patch.containsKey("geofence")) {
                changed = changed.withGeofence(patch.getString("geofence"));
            }
            if (patch.containsKey("quota")) {
                changed = changed.withQuota(quota);
            }
            return patch.containsKey("tags")
                    ? changed.withTags(tags(patch.getJsonObject("tags")))
                    : changed;
        };
    }

    static List<Imei> imeis(JsonArray texts) {
        return texts.stream().map(text -> new Imei(text.toString())).distinct().toList();
    }

    static Map<String, String> tags(JsonObject tags) {
        Map<String, String> map = new TreeMap<>();
        tags.forEach(tag -> map.put(tag.getKey(), tag.getValue().toString()));
        return map;
    }

    private interface Form<T> {
        T read();
    }

    private static <T> T judged(String pointer, Object got, Form<T> form) {
        try {
            return form.read();
        } catch (IllegalArgumentException wrong) {
            String said = wrong.getMessage() == null ? "" : wrong.getMessage();
            int expected = said.indexOf("expected ");
            throw Problem.invalid(Fault.body(pointer, got,
                    expected < 0 ? said : said.substring(expected + "expected ".length())));
        }
    }

    static JsonObject show(Sim sim) {
        ImeiLock lock = sim.settings().imeiLock();
        Fence fence = sim.settings().fence();
        Imei bound = sim.boundImei();
        Eid eid = sim.eid();
        return new JsonObject().put("iccid", sim.iccid().digits())
                .put("imsi", sim.imsi().digits()).put("msisdn", sim.msisdn())
                .put("product", sim.product()).put("batch", sim.batch())
                .put("state", sim.actual().text()).put("intended", sim.intended().text())
                .put("account", sim.account()).put("order", sim.order())
                .put("fleet", sim.settings().fleet()).put("policy", sim.settings().policy())
                .put("imei_lock", show(lock))
                .put("bound_imei", bound == null ? null : bound.digits())
                .put("eid", eid == null ? null : eid.digits()).put("fence", show(fence))
                .put("geofence", sim.settings().geofence())
                .put("quota", show(sim.settings().quota()))
                .put("tags", new JsonObject(new TreeMap<>(sim.settings().tags())))
                .put("created_at", Shown.time(sim.createdAt()))
                .put("changed_at", Shown.time(sim.changedAt()))
                .put("revision", sim.revision());
    }

    static @Nullable JsonObject show(@Nullable ImeiLock lock) {
        if (lock == null) {
            return null;
        }
        return new JsonObject().put("mode", lock.mode().text())
                .put("imeis", new JsonArray(lock.imeis().stream().map(Imei::digits).toList()))
                .put("on_missing", lock.allowMissing() ? "allow" : "deny");
    }

    static @Nullable JsonObject show(@Nullable Quota quota) {
        if (quota == null) {
            return null;
        }
        return new JsonObject().put("bytes_day", quota.bytesDay())
                .put("bytes_month", quota.bytesMonth())
                .put("action", quota.throttles() ? QuotaColumn.THROTTLE : QuotaColumn.BLOCK)
                .put("rate_bps", quota.throttles() ? quota.rateBps() : null);
    }

    static @Nullable JsonObject show(@Nullable Fence fence) {
        if (fence == null) {
            return null;
        }
        Fence.Stored stored = fence.stored();
        JsonArray circles = new JsonArray();
        for (Fence.StoredCircle circle : Objects.requireNonNull(stored.circles())) {
            circles.add(new JsonObject().put("latitude", circle.latitude())
                    .put("longitude", circle.longitude()).put("radius_m", circle.radius_m()));
        }
        JsonArray polygons = new JsonArray();
        for (List<List<Double>> corners : Objects.requireNonNull(stored.polygons())) {
            polygons.add(new JsonObject().put("corners",
                    new JsonArray(corners.stream().map(JsonArray::new).toList())));
        }
        return new JsonObject().put("countries", new JsonArray(stored.countries()))
                .put("plmns", new JsonArray(stored.plmns()))
                .put("tacs", new JsonArray(stored.tacs()))
                .put("cells", new JsonArray(stored.cells())).put("circles", circles)
                .put("polygons", polygons).put("on_unknown", stored.on_unknown());
    }
}
