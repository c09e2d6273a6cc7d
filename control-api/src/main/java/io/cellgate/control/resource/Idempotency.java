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

/** Requests that create, done once for each Idempotency-Key: the answer is kept in the transaction of the change. */
public final class Idempotency {
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
        boolean[] done = {false};
        StoredAnswer stored = Outcomes.require(
                store.once(call.actor(), call.scope(), key, fingerprint(call), () -> {
                    Answer answer = request.get();
                    done[0] = true;
                    return Outcome.done(new StoredAnswer(answer.status(),
                            Objects.requireNonNull(answer.wholeBody())));
                }));
        JsonObject body = new JsonObject(stored.body());
        Answer answer = Answer.json(stored.status(), body)
                .with("Location", call.requestPath() + "/" + body.getString("id"))
                .revision(body.getLong("revision", 1L));
        return done[0] ? answer : answer.with("Idempotency-Replayed", "true");
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
