package io.cellgate.control.resource;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What differs between two revisions of a policy, rule by rule; rules are the same one when their ids are. */
final class PolicyDiff {
    private PolicyDiff() {}

    static JsonObject between(JsonObject old, JsonObject now) {
        Map<String, JsonObject> before = rules(old);
        Map<String, JsonObject> after = rules(now);
        JsonArray added = new JsonArray();
        JsonArray removed = new JsonArray();
        JsonArray changed = new JsonArray();
        before.forEach((id, rule) -> {
            if (!after.containsKey(id)) {
                removed.add(rule);
            }
        });
        after.forEach((id, rule) -> {
            JsonObject was = before.get(id);
            if (was == null) {
                added.add(rule);
            } else if (!was.equals(rule)) {
                changed.add(new JsonObject().put("id", id).put("before", was).put("after", rule));
            }
        });
        return new JsonObject().put("settings_changed", !settings(old).equals(settings(now)))
                .put("added", added).put("removed", removed).put("changed", changed)
                .put("moved", moved(before, after));
    }

    /** Rules of both revisions that are not in the longest run of rules kept in their order, which need not be unique. */
    private static JsonArray moved(Map<String, JsonObject> before, Map<String, JsonObject> after) {
        List<String> old = new ArrayList<>(before.keySet());
        old.retainAll(after.keySet());
        List<String> now = new ArrayList<>(after.keySet());
        now.retainAll(before.keySet());
        JsonArray moved = new JsonArray();
        if (!old.equals(now)) {
            Map<String, Integer> place = new LinkedHashMap<>();
            old.forEach(id -> place.put(id, place.size()));
            List<Integer> kept = longestRise(now.stream().map(place::get).toList());
            for (String id : now) {
                if (!kept.contains(place.get(id))) {
                    moved.add(id);
                }
            }
        }
        return moved;
    }

    /** The longest rising subsequence, by patience sorting: O(n log n), a policy has up to 10 000 rules. */
    private static List<Integer> longestRise(List<Integer> values) {
        List<Integer> tails = new ArrayList<>();
        int[] previous = new int[values.size()];
        for (int i = 0; i < values.size(); i++) {
            int low = 0;
            int high = tails.size();
            while (low < high) {
                int middle = (low + high) >>> 1;
                if (values.get(tails.get(middle)) < values.get(i)) {
                    low = middle + 1;
                } else {
                    high = middle;
                }
            }
            previous[i] = low == 0 ? -1 : tails.get(low - 1);
            if (low == tails.size()) {
                tails.add(i);
            } else {
                tails.set(low, i);
            }
        }
        List<Integer> rise = new ArrayList<>();
        for (int i = tails.isEmpty() ? -1 : tails.getLast(); i >= 0; i = previous[i]) {
            rise.add(values.get(i));
        }
        return rise;
    }

    private static Map<String, JsonObject> rules(JsonObject document) {
        Map<String, JsonObject> byId = new LinkedHashMap<>();
        for (Object rule : document.getJsonArray("rules", new JsonArray())) {
            JsonObject json = (JsonObject) rule;
            byId.put(json.getString("id"), json);
        }
        return byId;
    }

    private static JsonObject settings(JsonObject document) {
        JsonObject settings = document.copy();
        settings.remove("rules");
        return settings;
    }
}
