package io.cellgate.control.resource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cellgate.control.http.Answer;
import io.cellgate.control.http.Call;
import io.cellgate.control.http.Principal;
import io.cellgate.control.http.Problem;
import io.cellgate.control.http.ProblemException;
import io.cellgate.inventory.Inventory;
import io.cellgate.inventory.account.Grant;
import io.cellgate.inventory.account.Role;
import io.cellgate.inventory.account.Scope;
import io.cellgate.inventory.operation.Operation;
import io.cellgate.inventory.operation.Operation.State;
import io.cellgate.inventory.outcome.Outcome;
import io.vertx.core.MultiMap;
import io.vertx.core.json.JsonObject;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.jspecify.annotations.Nullable;

/** What takes longer than a client waits goes on as an operation; what does not is answered. */
@Timeout(120)
class LongWorkTest {
    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path folder;

    private static Call call(@Nullable String prefer) {
        MultiMap headers = MultiMap.caseInsensitiveMultiMap();
        if (prefer != null) {
            headers.add("Prefer", prefer);
        }
        return new Call("work", "/v1/work",
                new Principal("tok_1", null, Grant.of(Role.OPERATOR), null, null, null), Map.of(),
                Map.of(), headers, new JsonObject(), InputStream.nullInputStream());
    }

    private static String id(Answer answer) {
        return String.valueOf(answer.headers().get("Location"))
                .substring("/v1/operations/".length());
    }

    private static Operation find(Inventory inventory, String id) {
        return ((Outcome.Done<Operation>) inventory.operations().find(Scope.OPERATOR, id)).value();
    }

    private static Operation ended(Inventory inventory, String id) throws InterruptedException {
        Operation operation = find(inventory, id);
        while (operation.state() == State.RUNNING) {
            Thread.sleep(5);
            operation = find(inventory, id);
        }
        return operation;
    }

    @Test
    void whatTakesLonger_isAnsweredWithAnOperation_thatEndsWithIt() throws Exception {
        try (Inventory inventory = Inventory.open(folder, InstantSource.system());
                LongWork work = new LongWork(inventory.database(), inventory.operations(),
                        Duration.ofMillis(20))) {
            CountDownLatch release = new CountDownLatch(1);
            Answer answer = work.answer(call(null), "test.slow", "x", _ -> {
                release.await();
                return Answer.none();
            });
            assertThat(answer.status()).isEqualTo(202);
            assertThat(find(inventory, id(answer)).state()).isEqualTo(State.RUNNING);
            release.countDown();
            Operation ended = ended(inventory, id(answer));
            assertThat(ended.state()).isEqualTo(State.DONE);
            assertThat(ended.done()).isEqualTo(1);
            assertThat(ended.actor()).isEqualTo("token:tok_1");
        }
    }

    @Test
    void whatFailsLate_isToldByTheOperation_andABugTellsNothingOfItself() throws Exception {
        try (Inventory inventory = Inventory.open(folder, InstantSource.system());
                LongWork work = new LongWork(inventory.database(), inventory.operations())) {
            Operation refused = ended(inventory,
                    id(work.answer(call("respond-async"), "test.refused", "x", _ -> {
                        throw Problem.conflict("taken", "got one that another has");
                    })));
            assertThat(refused.state()).isEqualTo(State.BROKEN_OFF);
            assertThat(refused.failed()).isEqualTo(1);
            assertThat(refused.detail()).contains("got one that another has");
            Operation bug = ended(inventory,
                    id(work.answer(call("respond-async"), "test.bug", "x", _ -> {
                        throw new IllegalStateException("secret");
                    })));
            assertThat(bug.detail()).doesNotContain("secret", "Exception");
        }
    }

    @Test
    void preferences_areReadAsRfc7240Writes() throws Exception {
        try (Inventory inventory = Inventory.open(folder, InstantSource.system());
                LongWork work = new LongWork(inventory.database(), inventory.operations())) {
            for (String now : new String[]{"respond-async", "Respond-Async", "foo, respond-async",
                    "respond-async;x=1"}) {
                assertThat(work.answer(call(now), "test.fast", "x", _ -> Answer.none()).status())
                        .as(now).isEqualTo(202);
            }
            for (String waits : new String[]{"respond-async, wait=30", "wait=\"30\", respond-async",
                    "return=minimal", "not-respond-async"}) {
                assertThat(work.answer(call(waits), "test.fast", "x", _ -> Answer.none()).status())
                        .as(waits).isEqualTo(204);
            }
            assertThatThrownBy(() -> work.answer(call("respond-async, wait=30"), "test", "x", _ -> {
                throw Problem.conflict("taken", "got one that another has");
            })).isInstanceOf(ProblemException.class);
        }
    }
}
