package io.cellgate.control.resource;

import io.cellgate.control.http.AccountShares;
import io.cellgate.control.http.Answer;
import io.cellgate.control.http.Call;
import io.cellgate.control.http.Endpoints;
import io.cellgate.control.http.Fault;
import io.cellgate.control.http.Principal;
import io.cellgate.control.http.Problem;
import io.cellgate.control.http.ProblemType;
import io.cellgate.inventory.account.Scope;
import io.cellgate.inventory.event.EventLog;
import io.cellgate.inventory.store.Event;
import io.vertx.core.json.Json;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** {@code /events} and {@code /audit}: what changed, from the outbox that each change was written to with itself. */
public final class EventsResource {
    private static final int HEARTBEAT_SECONDS = 15;
    private static final int MOST_STREAMS = 100;
    private static final int MOST_STREAMS_OF_ONE = 20;
    private static final int CHUNK = 200;

    private final EventLog events;
    private final Predicate<Principal> mayGoOn;
    private final Semaphore streams = new Semaphore(MOST_STREAMS);
    private final AccountShares shares = new AccountShares(MOST_STREAMS_OF_ONE);
    private final ReentrantLock news = new ReentrantLock();
    private final Condition arrived = news.newCondition();
    private long changes;
    private volatile boolean closed;

    /** @param mayGoOn whether who opened a stream may still read: a stream ends with its token */
    public EventsResource(EventLog events, Predicate<Principal> mayGoOn) {
        this.events = events;
        this.mayGoOn = mayGoOn;
        events.listen(_ -> wake());
    }

    public void mount(Endpoints endpoints) {
        endpoints.on("listEvents", this::list).on("streamEvents", this::stream).on("listAudit",
                this::audit);
    }

    private Answer list(Call call) {
        Long most = call.number("limit");
        int limit = most == null ? 100 : most.intValue();
        Long after = call.number("after");
        long seq = after == null ? 0 : known(after);
        List<Event> found = events.after(call.listScope(), filter(call), seq, limit);
        return Answer.ok(new JsonObject()
                .put("items", new JsonArray(found.stream().map(EventsResource::show).toList()))
                .put("next", found.isEmpty() ? seq : found.getLast().seq()));
    }

    /** Who has seen more than there is has seen what a restored backup does not have: it goes on with what comes next. */
    private long known(long seq) {
        return Math.min(seq, events.head());
    }

    private Answer audit(Call call) {
        return Shown.page(events.latest(call.listScope(), filter(call), call.page()),
                EventsResource::show);
    }

    private static EventLog.Filter filter(Call call) {
        List<Fault> faults = new ArrayList<>();
        Instant since = LogParameters.time(call, "since", faults);
        Instant until = LogParameters.time(call, "until", faults);
        if (!faults.isEmpty()) {
            throw Problem.invalid(faults);
        }
        return new EventLog.Filter(call.query("kind"), call.query("subject"), call.query("actor"),
                since, until);
    }

    /** Server-sent events (HTML Living Standard §9.2), the sequence number as their id, so that a client resumes by itself. */
    private Answer stream(Call call) {
        Scope scope = call.listScope();
        String last = call.header("Last-Event-ID");
        Long after = call.number("after");
        long from = last != null
                ? known(Long.parseLong(last))
                : after == null ? events.head() : known(after);
        String account = call.principal().account();
        if (!shares.tryAcquire(account)) {
            throw Problem.of(ProblemType.OVERLOADED, MOST_STREAMS_OF_ONE
                    + " event streams of this account are open, expected fewer");
        }
        if (!streams.tryAcquire()) {
            shares.release(account);
            throw Problem.of(
                    ProblemType.OVERLOADED,
                    MOST_STREAMS + " event streams are open, expected fewer");
        }
        return Answer.streamed("text/event-stream", out -> {
            try {
                follow(call.principal(), scope, from, out);
            } finally {
                streams.release();
                shares.release(account);
            }
        });
    }

    private void follow(Principal principal, Scope scope, long from, OutputStream out)
            throws IOException, InterruptedException {
        long seq = from;
        send(out, ": following from " + seq + "\n\n");
        while (!closed) {
            long seen = changes();
            List<Event> found = events.after(scope, EventLog.Filter.ALL, seq, CHUNK);
            // asked after they were read: what came after the token's end is not among them
            if (!mayGoOn.test(principal)) {
                return;
            }
            if (found.isEmpty()) {
                if (!awaitNews(seen)) {
                    send(out, ": alive\n\n");
                }
                continue;
            }
            StringBuilder text = new StringBuilder();
            for (Event event : found) {
                text.append("id: ").append(event.seq()).append("\nevent: ").append(event.kind())
                        .append("\ndata: ").append(show(event).encode()).append("\n\n");
                seq = event.seq();
            }
            send(out, text.toString());
        }
    }

    private static void send(OutputStream out, String text) throws IOException {
        out.write(text.getBytes(StandardCharsets.UTF_8));
    }

    private long changes() {
        news.lock();
        try {
            return changes;
        } finally {
            news.unlock();
        }
    }

    /** Waits for a change after those seen, any account's; false: there was none for a while. */
    private boolean awaitNews(long seen) throws InterruptedException {
        news.lock();
        try {
            long nanos = TimeUnit.SECONDS.toNanos(HEARTBEAT_SECONDS);
            while (changes == seen && !closed && nanos > 0) {
                nanos = arrived.awaitNanos(nanos);
            }
            return changes != seen;
        } finally {
            news.unlock();
        }
    }

    private void wake() {
        news.lock();
        try {
            changes++;
            arrived.signalAll();
        } finally {
            news.unlock();
        }
    }

    /** Ends the streams. */
    public void close() {
        closed = true;
        wake();
    }

    /** An event as those see it who hear of it, here and by webhooks. */
    public static JsonObject show(Event event) {
        return new JsonObject().put("seq", event.seq()).put("at", Shown.time(event.at()))
                .put("account", event.account()).put("actor", event.actor())
                .put("kind", event.kind()).put("subject", event.subject())
                .put("before", value(event.before())).put("after", value(event.after()));
    }

    private static @Nullable Object value(@Nullable String json) {
        return json == null ? null : Json.decodeValue(json);
    }
}
