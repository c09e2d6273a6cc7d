package io.cellgate.control.resource;

import io.cellgate.control.http.Answer;
import io.cellgate.control.http.Call;
import io.cellgate.control.http.Endpoints;
import io.cellgate.control.http.Fault;
import io.cellgate.control.http.Problem;
import io.cellgate.control.http.ProblemException;
import io.cellgate.inventory.operation.Operation;
import io.cellgate.inventory.operation.OperationStore;
import io.cellgate.inventory.store.Database;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Work that is answered with what it came to where that is known in time, else with 202 and an operation that goes on.
 * How long that is the client may say by {@code Prefer: respond-async, wait=SECONDS} (RFC 7240 §4.1, §4.3); an operation
 * that is asked for at once is stored before the work begins, so that whatever becomes of the process tells of it.
 */
public final class LongWork implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final Pattern ASYNC = Pattern.compile("(?i)(^|[,\\s])respond-async($|[,;\\s])");
    private static final Pattern WAIT = Pattern
            .compile("(?i)(^|[,\\s])wait=\"?([0-9]{1,3})\"?($|[,;\\s])");
    private static final Logger log = LoggerFactory.getLogger(LongWork.class);

    private final Database database;
    private final OperationStore operations;
    private final Duration patience;
    private final ExecutorService threads = Executors
            .newThreadPerTaskExecutor(Thread.ofVirtual().name("work-", 0).factory());

    public LongWork(Database database, OperationStore operations) {
        this(database, operations, PATIENCE);
    }

    LongWork(Database database, OperationStore operations, Duration patience) {
        this.database = database;
        this.operations = operations;
        this.patience = patience;
    }

    /**
     * Does the work.
     *
     * @param kind    of the operation that it may become, such as {@code sims.suspend}
     * @param subject what it works on
     */
    Answer answer(Call call, String kind, String subject, Endpoints.Endpoint work)
            throws Exception {
        Duration wait = patience(call.headers().get("Prefer"));
        Operation asked = wait.isZero() ? begin(call, kind, subject) : null;
        CompletableFuture<Answer> result = new CompletableFuture<>();
        threads.execute(() -> {
            try {
                result.complete(work.answer(call));
            } catch (Throwable failed) {
                result.completeExceptionally(failed);
            }
        });
        if (asked == null) {
            try {
                return result.get(wait.toMillis(), TimeUnit.MILLISECONDS);
            } catch (ExecutionException failed) {
                throw failed.getCause() instanceof Exception exception ? exception : failed;
            } catch (TimeoutException late) {
                asked = begin(call, kind, subject);
            }
        }
        String id = asked.id();
        CompletableFuture<Answer> _ = result
                .whenComplete((_, failed) -> end(call, id, failed));
        return Answer.json(202, ProgressResource.show(asked))
                .with("Location", "/v1/operations/" + id)
                .with("Preference-Applied", "respond-async");
    }

    private Duration patience(@Nullable String prefer) {
        if (prefer == null || !ASYNC.matcher(prefer).find()) {
            return patience;
        }
        Matcher wait = WAIT.matcher(prefer);
        Duration asked = wait.find()
                ? Duration.ofSeconds(Long.parseLong(wait.group(2)))
                : Duration.ZERO;
        return asked.compareTo(patience) < 0 ? asked : patience;
    }

    private Operation begin(Call call, String kind, String subject) {
        return operations.begin(call.actor(), call.principal().account(), kind, subject, 1L);
    }

    private void end(Call call, String id, @Nullable Throwable failed) {
        try {
            Operation _ = database.write(call.actor(), tx -> {
                OperationStore.progress(tx, id, failed == null ? 1 : 0, failed == null ? 0 : 1);
                return operations.end(call.actor(), id,
                        failed == null ? Operation.State.DONE : Operation.State.BROKEN_OFF,
                        failed == null ? null : told(failed));
            });
        } catch (RuntimeException notKept) {
            log.error("the end of operation {} could not be kept", id, notKept);
        }
    }

    /** What a client is told of it; of a bug no more than that it was one. */
    private static String told(Throwable failed) {
        if (failed instanceof ProblemException refused) {
            Problem problem = refused.problem();
            return problem.type().title() + ": " + (problem.faults().isEmpty()
                    ? problem.detail()
                    : problem.faults().stream()
                            .map(fault -> fault.pointer() + " got " + Fault.echo(fault.got())
                                    + ", expected " + fault.expected())
                            .reduce((a, b) -> a + "; " + b).orElse(""));
        }
        log.error("an operation failed", failed);
        return "the gateway failed; its log says more";
    }

    /** Waits a while for what is under way: its end is to be kept. */
    @Override
    public void close() {
        threads.shutdown();
        try {
            if (!threads.awaitTermination(5, TimeUnit.SECONDS)) {
                threads.shutdownNow();
            }
        } catch (InterruptedException interrupted) {
            threads.shutdownNow();
            Thread.currentThread().interrupt();
        }
    }
}
