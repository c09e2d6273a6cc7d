package io.cellgate.inventory.account;

import static io.cellgate.inventory.Fixture.TESTER;
import static org.assertj.core.api.Assertions.assertThat;

import io.cellgate.inventory.Fixture;
import io.cellgate.inventory.Inventory;
import io.cellgate.inventory.TestStore;
import io.cellgate.inventory.outcome.Outcome;
import io.cellgate.inventory.page.PageRequest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
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
class TokenStoreTest {
    private final TestStore store;

    @TempDir
    Path folder;
    private Instant now = Instant.parse("2026-03-01T12:00:00Z");
    private Inventory inventory;
    private Account acme;

    TokenStoreTest(TestStore store) {
        this.store = store;
    }

    @BeforeEach
    void open() {
        inventory = store.open(folder, () -> now);
        acme = Fixture.account(inventory, "acme");
    }

    @AfterEach
    void close() {
        inventory.close();
    }

    private IssuedToken issue(Role role) {
        return inventory.tokens().issue(TESTER, acme.id(), role, "script", null).require();
    }

    @Test
    void secret_isKnownToItsBearerAlone() throws IOException {
        IssuedToken issued = issue(Role.EDITOR);
        assertThat(issued.secret()).hasSizeGreaterThan(43);
        Token token = Objects.requireNonNull(inventory.tokens().authenticate(issued.secret()));
        assertThat(token.id()).isEqualTo(issued.token().id());
        assertThat(token.scope()).isEqualTo(Scope.of(acme.id()));
        assertThat(new String(store.octets(folder), StandardCharsets.ISO_8859_1)
                .contains(issued.secret().substring(3))).isFalse();
    }

    @Test
    void token_thatIsUnknownExpiredOrRevoked_authenticatesNobody() {
        assertThat(inventory.tokens().authenticate("")).isNull();
        assertThat(inventory.tokens().authenticate("cg_nonsense")).isNull();
        assertThat(inventory.tokens().authenticate("cg_" + "x".repeat(1_000_000))).isNull();

        IssuedToken revoked = issue(Role.VIEWER);
        inventory.tokens().revoke(TESTER, Scope.of(acme.id()), revoked.token().id()).require();
        assertThat(inventory.tokens().authenticate(revoked.secret())).isNull();

        IssuedToken expiring = inventory.tokens().issue(TESTER, acme.id(), Role.VIEWER, "short",
                now.plusSeconds(60)).require();
        assertThat(inventory.tokens().authenticate(expiring.secret())).isNotNull();
        now = now.plusSeconds(60);
        assertThat(inventory.tokens().authenticate(expiring.secret())).isNull();
    }

    @Test
    void lastUse_isRecordedToTheMinute() {
        IssuedToken issued = issue(Role.VIEWER);
        Instant first = now;
        assertThat(inventory.tokens().authenticate(issued.secret())).isNotNull();
        now = now.plusSeconds(30);
        assertThat(inventory.tokens().authenticate(issued.secret())).isNotNull();
        assertThat(lastUse(issued)).isEqualTo(first);
        now = now.plus(Duration.ofMinutes(2));
        assertThat(inventory.tokens().authenticate(issued.secret())).isNotNull();
        assertThat(lastUse(issued)).isEqualTo(now);
    }

    private Instant lastUse(IssuedToken issued) {
        return Objects.requireNonNull(inventory.tokens()
                .find(Scope.OPERATOR, issued.token().id()).require().lastUsedAt());
    }

    @Test
    void token_thatMakesNoSense_isInvalid() {
        assertThat(inventory.tokens().issue(TESTER, acme.id(), Role.OPERATOR, "a", null))
                .isInstanceOf(Outcome.Invalid.class);
        assertThat(inventory.tokens().issue(TESTER, null, Role.VIEWER, "a", null))
                .isInstanceOf(Outcome.Invalid.class);
        assertThat(inventory.tokens().issue(TESTER, acme.id(), Role.VIEWER, "a\u0000", now))
                .isInstanceOfSatisfying(Outcome.Invalid.class,
                        invalid -> assertThat(invalid.faults().size()).isEqualTo(2));
        assertThat(inventory.tokens().issue(TESTER, "acc_none", Role.VIEWER, "a", null))
                .isInstanceOf(Outcome.Absent.class);
    }

    @Test
    void tokens_ofOneAccount_areAbsentForAnother() {
        IssuedToken issued = issue(Role.ADMIN);
        Scope foreign = Scope.of(Fixture.account(inventory, "other").id());
        assertThat(inventory.tokens().find(foreign, issued.token().id()))
                .isInstanceOf(Outcome.Absent.class);
        assertThat(inventory.tokens().revoke(TESTER, foreign, issued.token().id()))
                .isInstanceOf(Outcome.Absent.class);
        assertThat(inventory.tokens().list(foreign, PageRequest.FIRST).items()).isEmpty();
        assertThat(inventory.tokens().list(Scope.of(acme.id()), PageRequest.FIRST).items())
                .hasSize(1);
        assertThat(inventory.accounts().find(foreign, acme.id()))
                .isInstanceOf(Outcome.Absent.class);
    }

    @Test
    void tokensAtOnce_areAllDifferent_andAllValid() throws Exception {
        List<Callable<IssuedToken>> calls = new ArrayList<>();
        for (int i = 0; i < 64; i++) {
            calls.add(() -> issue(Role.EDITOR));
        }
        Set<String> ids = new HashSet<>();
        try (ExecutorService executor = Executors.newFixedThreadPool(8)) {
            for (Future<IssuedToken> future : executor.invokeAll(calls)) {
                Token token = Objects.requireNonNull(
                        inventory.tokens().authenticate(future.get().secret()));
                ids.add(token.id());
            }
        }
        assertThat(ids).hasSize(64);
    }

    @Test
    void role_includesThoseBelow() {
        assertThat(Role.OPERATOR.includes(Role.ADMIN)).isTrue();
        assertThat(Role.EDITOR.includes(Role.VIEWER)).isTrue();
        assertThat(Role.VIEWER.includes(Role.EDITOR)).isFalse();
    }

    @Test
    void account_withAnythingInIt_isNotDeleted() {
        String policy = inventory.policies().create(TESTER, acme.id(), "p", "{}", "").require()
                .policy().id();
        assertThat(inventory.accounts().delete(TESTER, acme.id(), null))
                .isInstanceOf(Outcome.Conflict.class);
        inventory.policies().delete(TESTER, Scope.OPERATOR, policy, null).require();
        IssuedToken token = issue(Role.ADMIN);
        inventory.accounts().delete(TESTER, acme.id(), null).require();
        assertThat(inventory.tokens().authenticate(token.secret())).isNull();
    }
}
