package io.cellgate.control.resource;

import io.cellgate.control.http.Answer;
import io.cellgate.control.http.Call;
import io.cellgate.control.http.Outcomes;
import io.cellgate.inventory.idempotency.IdempotencyStore;
import io.cellgate.inventory.idempotency.StoredAnswer;
import io.cellgate.inventory.outcome.Outcome;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Requests that create, done once for each Idempotency-Key: the answer is kept in the transaction of the change. A secret
 * that it shows is not kept, for it would be in the store in plain: who repeats the request gets the answer without it.
 */
public final class Idempotency {
    private static final String SECRET = "secret";

    private final IdempotencyStore store;

    public Idempotency(IdempotencyStore store) {
        this.store = store;
    }

    /** The answer of this request, or of the one under the same key that came before. */
    public Answer once(Call call, Supplier<Answer> request) {
        String key = call.header("Idempotency-Key");
        if (key == null) {
            return request.get();
        }
        @Nullable
        Answer[] first = {null};
        StoredAnswer stored = Outcomes.require(
                store.once(call.actor(), call.scope(), key, fingerprint(call), () -> {
                    Answer answer = request.get();
                    first[0] = answer;
                    JsonObject kept = new JsonObject(
                            Objects.requireNonNull(answer.wholeBody()));
                    kept.remove(SECRET);
                    return Outcome.done(new StoredAnswer(answer.status(), kept.encode()));
                }));
        Answer answer = first[0];
        return answer == null ? again(call, stored) : answer;
    }

    private static Answer again(Call call, StoredAnswer stored) {
        JsonObject body = new JsonObject(stored.body());
        String name = body.getString("name", body.getString("address"));
        Answer answer = Answer.json(stored.status(), body)
                .with("Location", call.requestPath() + "/" + body.getString("id", name))
                .with("Idempotency-Replayed", "true");
        Long revision = body.getLong("revision");
        return revision == null ? answer : answer.revision(revision);
    }

    /** Tells the request from others: what is asked, of what, with which parameters and body. */
    private static String fingerprint(Call call) {
        String text = call.operationId() + '\n' + call.requestPath() + '\n'
                + new TreeMap<>(call.query()) + '\n' + call.body().encode();
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256")
                    .digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
