package io.cellgate.inventory.idempotency;

import static io.cellgate.inventory.Fixture.TESTER;
import static org.assertj.core.api.Assertions.assertThat;

import io.cellgate.inventory.Fixture;
import io.cellgate.inventory.Inventory;
import io.cellgate.inventory.TestStore;
import io.cellgate.inventory.account.Account;
import io.cellgate.inventory.account.Scope;
import io.cellgate.inventory.order.Product;
import io.cellgate.inventory.outcome.Outcome.Reason;
import io.cellgate.inventory.outcome.Outcome;
import io.cellgate.inventory.page.PageRequest;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

@ParameterizedClass
@EnumSource(TestStore.class)
class IdempotencyStoreTest {
    private final TestStore store;

    @TempDir
    Path folder;
    private Instant now = Instant.parse("2026-03-01T12:00:00Z");
    private Inventory inventory;
    private Account acme;
    private Product product;

    IdempotencyStoreTest(TestStore store) {
        this.store = store;
    }

    @BeforeEach
    void open() {
        inventory = store.open(folder, () -> now);
        acme = Fixture.account(inventory, "acme");
        product = Fixture.product(inventory);
    }

    @AfterEach
    void close() {
        inventory.close();
    }

    private Outcome<StoredAnswer> order(Scope scope, String key, String hash) {
        return inventory.idempotency().once(TESTER, scope, key, hash,
                () -> inventory.orders().quote(TESTER, acme.id(), product.id(), 1, "here")
                        .map(order -> new StoredAnswer(201, order.id())));
    }

    private int orders() {
        return inventory.orders().list(Scope.OPERATOR, null, PageRequest.FIRST).items().size();
    }

    @Test
    void requestThatIsRepeated_alsoAtOnce_isDoneOnce_andAnsweredTheSame() throws Exception {
        List<Callable<Outcome<StoredAnswer>>> calls = new ArrayList<>();
        for (int i = 0; i < 16; i++) {
            calls.add(() -> order(Scope.of(acme.id()), "key", "hash"));
        }
        Set<StoredAnswer> answers = new HashSet<>();
        try (ExecutorService executor = Executors.newFixedThreadPool(8)) {
            for (Future<Outcome<StoredAnswer>> future : executor.invokeAll(calls)) {
                answers.add(future.get().require());
            }
        }
        assertThat(answers).hasSize(1);
        assertThat(orders()).isEqualTo(1);
    }

    @Test
    void key_ofAnotherRequest_isAConflict_andOfAnotherAccountAnotherKey() {
        order(Scope.of(acme.id()), "key", "hash").require();
        assertThat(order(Scope.of(acme.id()), "key", "other")).isInstanceOfSatisfying(
                Outcome.Conflict.class,
                conflict -> assertThat(conflict.reason()).isEqualTo(Reason.KEY_REUSED));
        order(Scope.OPERATOR, "key", "other").require();
        assertThat(orders()).isEqualTo(2);
    }

    @Test
    void requestThatWasNotDone_isNotRemembered() {
        Outcome<StoredAnswer> refused = inventory.idempotency().once(TESTER, Scope.of(acme.id()),
                "key", "hash",
                () -> inventory.orders().quote(TESTER, acme.id(), product.id(), 0, "here")
                        .map(order -> new StoredAnswer(201, order.id())));
        assertThat(refused).isInstanceOf(Outcome.Invalid.class);
        order(Scope.of(acme.id()), "key", "another hash").require();
    }

    @Test
    void key_isForgottenAfterADay() {
        order(Scope.of(acme.id()), "key", "hash").require();
        now = now.plus(Duration.ofHours(25));
        order(Scope.of(acme.id()), "key", "other").require();
        assertThat(orders()).isEqualTo(2);
    }

    @Test
    void key_thatIsNoKey_isInvalid() {
        assertThat(order(Scope.OPERATOR, "", "hash")).isInstanceOf(Outcome.Invalid.class);
        assertThat(order(Scope.OPERATOR, "k".repeat(256), "hash"))
                .isInstanceOf(Outcome.Invalid.class);
    }
}
