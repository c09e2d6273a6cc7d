package io.cellgate.control.resource;

import io.cellgate.control.http.Fault;
import io.cellgate.control.http.Problem;
import io.cellgate.inventory.sim.ImeiLock;
import io.cellgate.inventory.sim.SimAction;
import io.cellgate.inventory.sim.SimChange;
import io.cellgate.inventory.sim.SimSettings;
import io.cellgate.policy.subject.Imei;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.UnaryOperator;

/** What is wanted of each of many SIMs, as JSON. */
final class BulkForms {
    private BulkForms() {}

    /** Either {@code action} with what belongs to it, or {@code set} and tags that come and go. */
    static SimChange change(JsonObject body) {
        String action = body.getString("action");
        boolean sets = body.containsKey("set") || body.containsKey("add_tags")
                || body.containsKey("remove_tags");
        if ((action != null) == sets) {
            throw Problem.invalid(Fault.body("", body.fieldNames(),
                    "action, or some of set, add_tags and remove_tags"));
        }
        for (String field : List.of("imeis", "to_account", "to_fleet")) {
            String fits = field.equals("imeis") ? "lock-imei" : "move";
            if (body.containsKey(field) && !fits.equals(action)) {
                throw Problem.invalid(Fault.body("/" + field, body.getValue(field),
                        "no such field except with action " + fits));
            }
        }
        return action == null ? set(body) : action(action, body);
    }

    private static SimChange action(String action, JsonObject body) {
        return switch (action) {
            case "lock-imei" -> lock(body.getJsonArray("imeis", new JsonArray()));
            case "unlock-imei" -> new SimChange.UnlockImei();
            case "move" -> new SimChange.Move(body.getString("to_account"),
                    body.getString("to_fleet"));
            default -> new SimChange.Act(SimAction.valueOf(action.toUpperCase(Locale.ROOT)));
        };
    }

    private static SimChange lock(JsonArray imeis) {
        List<Imei> modems = SimForms.imeis(imeis);
        return modems.size() > 1
                ? new SimChange.Set(old -> old
                        .withImeiLock(new ImeiLock(ImeiLock.Mode.LIST, modems, false)))
                : new SimChange.LockImei(modems.isEmpty() ? null : modems.getFirst());
    }

    /** Tags that are not named stay, unless all are set. */
    private static SimChange set(JsonObject body) {
        UnaryOperator<SimSettings> patch = SimForms
                .patch(body.getJsonObject("set", new JsonObject()));
        Map<String, String> added = SimForms.tags(body.getJsonObject("add_tags", new JsonObject()));
        List<String> removed = body.getJsonArray("remove_tags", new JsonArray()).stream()
                .map(Object::toString).toList();
        return new SimChange.Set(old -> {
            SimSettings changed = patch.apply(old);
            Map<String, String> tags = new TreeMap<>(changed.tags());
            removed.forEach(tags::remove);
            tags.putAll(added);
            return changed.withTags(tags);
        });
    }
}
