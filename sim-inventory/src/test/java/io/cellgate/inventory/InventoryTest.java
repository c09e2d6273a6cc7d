package io.cellgate.inventory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cellgate.inventory.account.IssuedToken;
import io.cellgate.inventory.account.Role;
import io.cellgate.inventory.account.Token;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.InstantSource;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

@ParameterizedClass
@EnumSource(TestStore.class)
class InventoryTest {
    private final TestStore store;

    @TempDir
    Path folder;

    private Inventory open() {
        return store.open(folder, InstantSource.system());
    }

    InventoryTest(TestStore store) {
        this.store = store;
    }

    @Test
    void restartCounter_growsByOneAtEachStart_andWrapsAfter255() {
        for (int start = 1; start <= 257; start++) {
            try (Inventory inventory = open()) {
                assertThat(inventory.nextRestartCounter()).isEqualTo(start % 256);
            }
            if (start == 3) {
                start = advanceRestartsTo(254);
            }
        }
    }

    private int advanceRestartsTo(int restarts) {
        try (var connection = store.connect(folder);
                var statement = connection.createStatement()) {
            assertThat(statement.executeUpdate(
                    "update counter set value = " + restarts + " where name = 'restart_counter'"))
                    .isEqualTo(1);
            return restarts;
        } catch (java.sql.SQLException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void bootstrapToken_isGivenAtTheFirstStartOnly_andStaysValid() {
        String secret;
        try (Inventory inventory = open()) {
            IssuedToken issued = Objects.requireNonNull(inventory.tokens().bootstrap());
            secret = issued.secret();
            assertThat(issued.toString()).doesNotContain(secret);
        }
        try (Inventory inventory = open()) {
            assertThat(inventory.tokens().bootstrap()).isNull();
            Token token = Objects.requireNonNull(inventory.tokens().authenticate(secret));
            assertThat(token.role()).isEqualTo(Role.OPERATOR);
            assertThat(token.scope().isOperator()).isTrue();
        }
    }

    @Test
    void dataFolder_thatIsOpen_isNotOpenedAgain() {
        try (Inventory inventory = open()) {
            assertThat(inventory.nextRestartCounter()).isEqualTo(1);
            assertThatThrownBy(this::open).isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("in use by another process");
        }
        try (Inventory inventory = open()) {
            assertThat(inventory.nextRestartCounter()).isEqualTo(2);
        }
    }

    @Test
    void masterKey_isReadableByItsOwnerAlone_andRefusedOtherwise() throws IOException {
        open().close();
        Path key = folder.resolve("master.key");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(key)))
                .isEqualTo("rw-------");
        Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-r--r--"));
        assertThatThrownBy(this::open).hasMessageContaining("got permissions rw-r--r--");
    }

    @Test
    void masterKey_thatIsMissingOrAnother_isNotReplacedOnceSomethingIsSealed() throws IOException {
        try (Inventory inventory = open()) {
            Fixture.stock(inventory, Fixture.product(inventory), 0, 3);
        }
        Path key = folder.resolve("master.key");
        String right = Files.readString(key);
        Files.delete(key);
        assertThatThrownBy(this::open).hasMessageContaining("master key: got no file");
        assertThat(key).doesNotExist();

        Files.writeString(key, "0".repeat(64) + "\n");
        Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-------"));
        assertThatThrownBy(this::open).hasMessageContaining("with which the database was sealed");

        Files.writeString(key, "zz\n");
        assertThatThrownBy(this::open).hasMessageContaining("expected 64 hexadecimal digits");

        Files.writeString(key, right);
        try (Inventory inventory = open()) {
            assertThat(inventory.vault().secretOf(Fixture.iccidOf(1))).isNotNull();
        }
    }
}
