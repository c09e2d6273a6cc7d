package io.cellgate.inventory.operation;

import static io.cellgate.inventory.Fixture.TESTER;
import static org.assertj.core.api.Assertions.assertThat;

import io.cellgate.inventory.Inventory;
import io.cellgate.inventory.TestStore;
import io.cellgate.inventory.account.Scope;
import io.cellgate.inventory.outcome.Outcome;
import io.cellgate.inventory.page.PageRequest;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

@ParameterizedClass
@EnumSource(TestStore.class)
class OperationStoreTest {
    private final TestStore store;
    @TempDir
    Path folder;
    private Instant now = Instant.parse("2030-01-01T00:00:00Z");

    OperationStoreTest(TestStore store) {
        this.store = store;
    }

    private static Operation begin(Inventory inventory) {
        return inventory.operations().begin(TESTER, null, "sims.bulk", null, null);
    }

    @Test
    void operationThatEndedLongAgo_isForgottenWithItsResults_asOthersBegin() throws Exception {
        try (Inventory inventory = store.open(folder, () -> now)) {
            Operation old = begin(inventory);
            Boolean _ = inventory.database().write(TESTER, tx -> {
                OperationStore.report(tx, old.id(),
                        List.of(new PartResult(1, "changed", true, "1", "")));
                return true;
            });
            inventory.operations().end(TESTER, old.id(), Operation.State.DONE, null);
            Operation running = begin(inventory);
            now = now.plus(Duration.ofDays(29));
            Operation _ = begin(inventory);
            assertThat(inventory.operations()
                    .results(Scope.OPERATOR, old.id(), true, PageRequest.FIRST).require().items())
                    .hasSize(1);
            now = now.plus(Duration.ofDays(2));
            Operation _ = begin(inventory);
            assertThat(inventory.operations().find(Scope.OPERATOR, old.id()))
                    .isInstanceOf(Outcome.Absent.class);
            assertThat(inventory.operations().find(Scope.OPERATOR, running.id()).require().state())
                    .as("it goes on").isEqualTo(Operation.State.RUNNING);
        }
        assertThat(store.one(folder, "select count(*) from operation_report")).isEqualTo("0");
    }
}
