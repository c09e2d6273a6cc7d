package io.cellgate.control.resource;

import io.cellgate.control.http.Fault;
import io.cellgate.control.http.Problem;
import io.cellgate.inventory.sim.Fence;
import io.cellgate.inventory.sim.ImeiLock;
import io.cellgate.inventory.store.QuotaColumn;
import io.cellgate.inventory.sim.Sim;
import io.cellgate.policy.subject.Imei;
import io.cellgate.policy.subject.Plmn;
import io.cellgate.policy.subject.Quota;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
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
        Set<String> countries = fence.getJsonArray("countries", new JsonArray()).stream()
                .map(Object::toString).collect(Collectors.toSet());
        Set<Plmn> plmns = fence.getJsonArray("plmns", new JsonArray()).stream()
                .map(plmn -> Plmn.parse(plmn.toString())).collect(Collectors.toSet());
        return judged("/fence", fence, () -> new Fence(countries, plmns,
                fence.getString("on_unknown", "deny").equals("allow")));
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

    private static <T> T judged(String pointer, JsonObject got, Form<T> form) {
        try {
            return form.read();
        } catch (IllegalArgumentException wrong) {
            String said = wrong.getMessage() == null ? "" : wrong.getMessage();
            int expected = said.indexOf("expected ");
            throw Problem.invalid(Fault.body(pointer, got.encode(),
                    expected < 0 ? said : said.substring(expected + "expected ".length())));
        }
    }

    static JsonObject show(Sim sim) {
        ImeiLock lock = sim.settings().imeiLock();
        Fence fence = sim.settings().fence();
        Imei bound = sim.boundImei();
        return new JsonObject().put("iccid", sim.iccid().digits())
                .put("imsi", sim.imsi().digits()).put("msisdn", sim.msisdn())
                .put("product", sim.product()).put("batch", sim.batch())
                .put("state", sim.actual().text()).put("intended", sim.intended().text())
                .put("account", sim.account()).put("order", sim.order())
                .put("fleet", sim.settings().fleet()).put("policy", sim.settings().policy())
                .put("imei_lock", show(lock))
                .put("bound_imei", bound == null ? null : bound.digits())
                .put("fence", show(fence)).put("quota", show(sim.settings().quota()))
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
        return new JsonObject().put("countries", Shown.texts(fence.countries()))
                .put("plmns", Shown.texts(fence.plmns()))
                .put("on_unknown", fence.allowUnknown() ? "allow" : "deny");
    }
}
