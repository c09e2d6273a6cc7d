package io.cellgate.control.live;

import io.cellgate.policy.Action;
import io.cellgate.policy.BlockAnswer;
import io.cellgate.policy.Phase;
import io.cellgate.policy.PolicyDocument;
import io.cellgate.policy.RuleDocument;
import io.cellgate.policy.RuleOptions;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Policies as customers write them: JSON that fits the schema PolicyDocument of the API. */
public final class PolicyText {
    private PolicyText() {}

    public static PolicyDocument read(JsonObject json) {
        List<RuleDocument> rules = new ArrayList<>();
        for (Object rule : json.getJsonArray("rules", new JsonArray())) {
            rules.add(rule((JsonObject) rule));
        }
        return new PolicyDocument(json.getString("name"),
                json.getString("mode", "enforce").equals("shadow")
                        ? PolicyDocument.Mode.SHADOW
                        : PolicyDocument.Mode.ENFORCE,
                defaults(json.getJsonObject("defaults", new JsonObject())), rules);
    }

    /** A document of rules without options, as a customer would write it. */
    public static JsonObject write(PolicyDocument document) {
        JsonArray rules = new JsonArray();
        for (RuleDocument rule : document.rules()) {
            rules.add(new JsonObject().put("id", rule.id()).put("phase", rule.phase().text())
                    .put("action", rule.action().text()).put("when", rule.when()));
        }
        return new JsonObject().put("name", document.name())
                .put("mode", document.mode().name().toLowerCase(Locale.ROOT))
                .put("rules", rules);
    }

    private static PolicyDocument.Defaults defaults(JsonObject json) {
        PolicyDocument.Defaults standard = PolicyDocument.Defaults.STANDARD;
        BlockAnswer answer = answer(json);
        return new PolicyDocument.Defaults(action(json, "session", standard.session()),
                action(json, "dns", standard.dns()), action(json, "network", standard.network()),
                action(json, "http", standard.http()),
                answer == null ? standard.blockAnswer() : answer,
                json.getBoolean("reject", standard.reject()));
    }

    private static Action action(JsonObject json, String phase, Action standard) {
        String text = json.getString(phase);
        return text == null ? standard : Action.valueOf(text.toUpperCase(Locale.ROOT));
    }

    private static @Nullable BlockAnswer answer(JsonObject json) {
        String text = json.getString("block_answer");
        return text == null ? null : BlockAnswer.valueOf(text.toUpperCase(Locale.ROOT));
    }

    private static RuleDocument rule(JsonObject json) {
        List<String> answers = json.getJsonArray("answers", new JsonArray()).stream()
                .map(Object::toString).toList();
        return new RuleDocument(json.getString("id"),
                Phase.valueOf(json.getString("phase").toUpperCase(Locale.ROOT)),
                Action.valueOf(json.getString("action").toUpperCase(Locale.ROOT)),
                json.getString("when", "true"),
                new RuleOptions(json.getBoolean("reject"), answer(json), answers,
                        json.getString("location"), json.getString("policy")));
    }
}
