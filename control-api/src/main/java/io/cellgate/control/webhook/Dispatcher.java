package io.cellgate.control.webhook;

import io.cellgate.inventory.account.Scope;
import io.cellgate.inventory.event.EventLog;
import io.cellgate.inventory.store.Event;
import io.cellgate.inventory.webhook.Delivery;
import io.cellgate.inventory.webhook.DeliveryQueue;
import io.cellgate.inventory.webhook.DeliveryQueue.Attempt;
import io.cellgate.inventory.webhook.Webhook;
import io.cellgate.inventory.webhook.WebhookStore;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Carries events to webhooks. Of one subject (a SIM) one delivery is on its way at a time, the first that is pending;
 * of one webhook at most {@link #MOST_OF_ONE}, so that a receiver that hangs holds up itself alone. What is to be sent
 * and what became of it is in the store: after a crash it goes on from there, and what was sent but not noted is sent
 * again under the same id.
 */
public final class Dispatcher implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Dispatcher.class);
    private static final int MOST_OF_ONE = 16;
    /** Events come in bursts; one look at the store serves many. */
    private static final long GATHER_MILLIS = 20;
    private static final long LONGEST_SLEEP_MILLIS = 5_000;
    private static final Duration KEPT = Duration.ofDays(7);
    private static final Duration BETWEEN_PRUNES = Duration.ofHours(1);

    private final WebhookStore webhooks;
    private final DeliveryQueue queue;
    private final EventLog events;
    private final Function<Event, JsonObject> show;
    private final Backoff backoff;
    private final Sender sender;
    private final Semaphore news = new Semaphore(1);
    /** By webhook, the subjects of which a delivery is on its way. */
    private final Map<String, Set<String>> underWay = new ConcurrentHashMap<>();
    private final ExecutorService attempts = Executors
            .newThreadPerTaskExecutor(Thread.ofVirtual().name("webhook-", 0).factory());
    private final Thread thread;
    private volatile boolean closed;
    private Instant nextPrune = Instant.MIN;

    /** @param show an event as its receivers see it */
    public Dispatcher(Vertx vertx, WebhookStore webhooks, DeliveryQueue queue, EventLog events,
            Targets targets, Backoff backoff, Function<Event, JsonObject> show) {
        this.webhooks = webhooks;
        this.queue = queue;
        this.events = events;
        this.backoff = backoff;
        this.show = show;
        sender = new Sender(vertx, targets);
        events.listen(_ -> wake());
        thread = Thread.ofVirtual().name("webhooks").start(this::run);
    }

    /** There may be something to send. */
    void wake() {
        if (news.availablePermits() == 0) {
            news.release();
        }
    }

    private void run() {
        while (!closed) {
            long sleepMillis = LONGEST_SLEEP_MILLIS;
            try {
                sleepMillis = round();
            } catch (RuntimeException failed) {
                log.error("webhooks: a round failed; it is tried again", failed);
            }
            try {
                if (news.tryAcquire(sleepMillis, TimeUnit.MILLISECONDS)) {
                    Thread.sleep(GATHER_MILLIS);
                    news.drainPermits();
                }
            } catch (InterruptedException stopped) {
                return;
            }
        }
    }

    /** Starts what is due; how long nothing will be. */
    private long round() {
        Instant now = Instant.now();
        if (now.isAfter(nextPrune)) {
            int _ = queue.prune(now.minus(KEPT));
            nextPrune = now.plus(BETWEEN_PRUNES);
        }
        long head = events.head();
        long sleepMillis = LONGEST_SLEEP_MILLIS;
        List<Webhook> enabled = webhooks.enabled();
        Set<String> ids = enabled.stream().map(Webhook::id).collect(Collectors.toSet());
        underWay.entrySet().removeIf(
                each -> !ids.contains(each.getKey()) && each.getValue().isEmpty());
        for (Webhook webhook : enabled) {
            if (webhook.position() < head && queue.fill(webhook.id())) {
                sleepMillis = 0;
            }
            Set<String> busy = underWay.computeIfAbsent(webhook.id(),
                    _ -> ConcurrentHashMap.newKeySet());
            for (Delivery delivery : queue.due(webhook.id(), MOST_OF_ONE)) {
                if (busy.size() < MOST_OF_ONE && busy.add(delivery.subject())) {
                    attempts.execute(() -> attempt(webhook, delivery, busy));
                }
            }
            Instant next = queue.nextDue(webhook.id());
            if (next != null && next.isAfter(now)) {
                sleepMillis = Math.min(sleepMillis,
                        Math.max(1, Duration.between(now, next).toMillis()));
            }
        }
        return sleepMillis;
    }

    private void attempt(Webhook webhook, Delivery delivery, Set<String> busy) {
        try {
            // since it was read, another attempt of it may have ended, or a replay begun
            if (!queue.isPending(delivery)) {
                return;
            }
            Attempt attempt = send(webhook, delivery);
            if (closed && !attempt.delivered()) {
                return; // it was broken off, which is not the receiver's fault
            }
            boolean last = delivery.attempts() + 1 >= webhook.maxAttempts();
            queue.attempted(delivery, attempt,
                    attempt.delivered() || last
                            ? null
                            : backoff.after(delivery.attempts() + 1,
                                    ThreadLocalRandom.current()));
            if (!attempt.delivered()) {
                log.info("webhook {} event {}: attempt {} failed: {}", webhook.id(),
                        delivery.eventSeq(), delivery.attempts() + 1, attempt.error());
            }
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException failed) {
            log.error("webhook {} event {}: the attempt could not be made or noted", webhook.id(),
                    delivery.eventSeq(), failed);
        } finally {
            busy.remove(delivery.subject());
            wake();
        }
    }

    private Attempt send(Webhook webhook, Delivery delivery) throws InterruptedException {
        String body = body(webhook, delivery);
        List<byte[]> secrets = webhooks.secrets(webhook.id());
        if (body == null || secrets.isEmpty()) {
            return new Attempt(false, null, "the event or the webhook is gone");
        }
        // the same event has the same id whenever it is sent: the receiver takes it once
        String id = delivery.eventSeq() == Delivery.PING
                ? delivery.id()
                : "evt_" + delivery.eventSeq();
        Instant now = Instant.now();
        Map<String, String> headers = new LinkedHashMap<>();
        headers.put("Content-Type", "application/json");
        headers.put("User-Agent", "Cellgate-Webhook/1");
        headers.put("webhook-id", id);
        headers.put("webhook-timestamp", Long.toString(now.getEpochSecond()));
        headers.put("webhook-signature", Signature.of(secrets, id, now, body));
        return sender.send(webhook.url(), headers, body);
    }

    private @Nullable String body(Webhook webhook, Delivery delivery) {
        if (delivery.eventSeq() == Delivery.PING) {
            return new JsonObject().put("kind", "ping").put("webhook", webhook.id())
                    .put("at", delivery.createdAt().toString()).encode();
        }
        List<Event> found = events.after(new Scope(webhook.account()), EventLog.Filter.ALL,
                delivery.eventSeq() - 1, 1);
        return found.isEmpty() || found.getFirst().seq() != delivery.eventSeq()
                ? null
                : show.apply(found.getFirst()).encode();
    }

    /**
     * Stops sending. What is under way is broken off, and sent again after the next start. Nobody is interrupted unless it
     * lasts: that would cost a thread that is at the database its connection.
     */
    @Override
    public void close() {
        closed = true;
        wake();
        try {
            thread.join();
            attempts.shutdown();
            sender.close();
            if (!attempts.awaitTermination(5, TimeUnit.SECONDS)) {
                attempts.shutdownNow();
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
