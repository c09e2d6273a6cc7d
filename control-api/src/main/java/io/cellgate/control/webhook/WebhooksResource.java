package io.cellgate.control.webhook;

import io.cellgate.control.http.Answer;
import io.cellgate.control.http.Call;
import io.cellgate.control.http.Endpoints;
import io.cellgate.control.http.Fault;
import io.cellgate.control.http.Outcomes;
import io.cellgate.control.http.Problem;
import io.cellgate.control.resource.Idempotency;
import io.cellgate.control.resource.Shown;
import io.cellgate.inventory.webhook.Delivery;
import io.cellgate.inventory.webhook.DeliveryQueue;
import io.cellgate.inventory.webhook.Webhook;
import io.cellgate.inventory.webhook.WebhookStore;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** {@code /webhooks}: where events are sent to, and what became of them. A secret is shown when it is made, never again. */
public final class WebhooksResource {
    private static final long USUAL_ATTEMPTS = 12;
    private static final long USUAL_OVERLAP_SECONDS = 86_400;

    private final WebhookStore webhooks;
    private final DeliveryQueue queue;
    private final Targets targets;
    private final Dispatcher dispatcher;
    private final Idempotency idempotency;

    public WebhooksResource(WebhookStore webhooks, DeliveryQueue queue, Targets targets,
            Dispatcher dispatcher, Idempotency idempotency) {
        this.idempotency = idempotency;
        this.webhooks = webhooks;
        this.queue = queue;
        this.targets = targets;
        this.dispatcher = dispatcher;
    }

    public void mount(Endpoints endpoints) {
        endpoints
                .on("listWebhooks",
                        call -> Shown.page(webhooks.list(call.listScope(), call.page()),
                                WebhooksResource::show))
                .on("createWebhook", this::create)
                .on("getWebhook",
                        call -> answer(
                                Outcomes.require(webhooks.find(call.scope(), call.path("id")))))
                .on("updateWebhook", this::update).on("deleteWebhook", call -> {
                    Webhook _ = Outcomes.require(
                            webhooks.delete(call.actor(), call.scope(), call.path("id"),
                                    call.ifMatch()));
                    return Answer.none();
                }).on("rotateWebhookSecret", this::rotate)
                .on("pingWebhook",
                        call -> queued(Outcomes.require(
                                queue.ping(call.actor(), call.scope(), call.path("id")))))
                .on("replayWebhook", this::replay).on("listDeliveries", this::deliveries)
                .on("retryDelivery", call -> queued(Outcomes.require(queue.retry(call.actor(),
                        call.scope(), call.path("id"), call.path("delivery")))));
    }

    private Answer create(Call call) {
        JsonObject body = call.body();
        String account = call.principal().isOperator() ? body.getString("account") : call.account();
        // its name is looked up before the store's one writer is taken
        WebhookStore.Spec spec = new WebhookStore.Spec(body.getString("name"),
                url(body.getString("url")), kinds(body.getJsonArray("kinds", new JsonArray())),
                body.getBoolean("enabled", true), body.getLong("max_attempts", USUAL_ATTEMPTS));
        return idempotency.once(call, () -> {
            WebhookStore.Issued made = Outcomes
                    .require(webhooks.create(call.actor(), account, spec));
            return Answer.created("/v1/webhooks/" + made.webhook().id(), show(made))
                    .revision(made.webhook().revision());
        });
    }

    private Answer update(Call call) {
        Webhook old = Outcomes.require(webhooks.find(call.scope(), call.path("id")));
        JsonObject patch = call.body();
        Long expected = call.ifMatch();
        Webhook changed = Outcomes.require(webhooks.replace(call.actor(), call.scope(), old.id(),
                new WebhookStore.Spec(patch.getString("name", old.name()),
                        patch.containsKey("url") ? url(patch.getString("url")) : old.url(),
                        patch.containsKey("kinds")
                                ? kinds(patch.getJsonArray("kinds"))
                                : old.kinds(),
                        patch.getBoolean("enabled", old.enabled()),
                        patch.getLong("max_attempts", old.maxAttempts())),
                expected == null ? Long.valueOf(old.revision()) : expected));
        dispatcher.wake();
        return answer(changed);
    }

    private String url(String url) {
        String fault = targets.fault(url);
        if (fault != null) {
            throw Problem.invalid(Fault.body("/url", url,
                    "an https URL of a public host (" + fault + ")"));
        }
        return url;
    }

    private static List<String> kinds(JsonArray kinds) {
        return kinds.stream().map(Object::toString).toList();
    }

    private Answer rotate(Call call) {
        WebhookStore.Issued issued = Outcomes.require(webhooks.rotate(call.actor(), call.scope(),
                call.path("id"), Duration.ofSeconds(
                        call.body().getLong("overlap_seconds", USUAL_OVERLAP_SECONDS)),
                call.ifMatch()));
        return Answer.ok(show(issued)).revision(issued.webhook().revision());
    }

    private Answer replay(Call call) {
        Webhook webhook = Outcomes.require(queue.replay(call.actor(), call.scope(),
                call.path("id"), call.body().getLong("after")));
        dispatcher.wake();
        return answer(webhook);
    }

    private Answer queued(Delivery delivery) {
        dispatcher.wake();
        return Answer.accepted("/v1/webhooks/" + delivery.webhook() + "/deliveries",
                show(delivery));
    }

    private Answer deliveries(Call call) {
        String state = call.query("state");
        return Shown.page(
                Outcomes.require(queue.list(call.scope(), call.path("id"),
                        new DeliveryQueue.Filter(state(state), call.query("subject")),
                        call.page())),
                WebhooksResource::show);
    }

    private static Delivery.@Nullable State state(@Nullable String text) {
        return text == null ? null : Delivery.State.valueOf(text.toUpperCase(Locale.ROOT));
    }

    private static Answer answer(Webhook webhook) {
        return Answer.ok(show(webhook)).revision(webhook.revision());
    }

    private static JsonObject show(WebhookStore.Issued issued) {
        return show(issued.webhook()).put("secret", issued.secret());
    }

    private static JsonObject show(Webhook webhook) {
        return new JsonObject().put("id", webhook.id()).put("account", webhook.account())
                .put("name", webhook.name()).put("url", webhook.url())
                .put("kinds", new JsonArray(webhook.kinds())).put("enabled", webhook.enabled())
                .put("max_attempts", webhook.maxAttempts()).put("position", webhook.position())
                .put("old_secret_until", Shown.time(webhook.oldSecretUntil()))
                .put("created_at", Shown.time(webhook.createdAt()))
                .put("revision", webhook.revision());
    }

    private static JsonObject show(Delivery delivery) {
        boolean pending = delivery.state() == Delivery.State.PENDING;
        return new JsonObject().put("id", delivery.id()).put("webhook", delivery.webhook())
                .put("event", delivery.eventSeq() == Delivery.PING ? null : delivery.eventSeq())
                .put("kind", delivery.kind()).put("subject", delivery.subject())
                .put("state", delivery.state().name().toLowerCase(Locale.ROOT))
                .put("attempts", delivery.attempts())
                .put("next_at", pending ? Shown.time(delivery.nextAt()) : null)
                .put("last_status", delivery.lastStatus()).put("last_error", delivery.lastError())
                .put("created_at", Shown.time(delivery.createdAt()))
                .put("changed_at", Shown.time(delivery.changedAt()));
    }
}
