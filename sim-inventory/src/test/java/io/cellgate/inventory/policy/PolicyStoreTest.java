package io.cellgate.inventory.policy;

import static io.cellgate.inventory.Fixture.TESTER;
import static org.assertj.core.api.Assertions.assertThat;

import io.cellgate.inventory.Fixture;
import io.cellgate.inventory.Inventory;
import io.cellgate.inventory.TestStore;
import io.cellgate.inventory.account.Account;
import io.cellgate.inventory.account.Scope;
import io.cellgate.inventory.outcome.Fault;
import io.cellgate.inventory.outcome.Outcome;
import io.cellgate.inventory.page.PageRequest;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

@ParameterizedClass
@EnumSource(TestStore.class)
class PolicyStoreTest {
    private final TestStore store;

    private static final String FIRST = "{\"name\":\"meters\",\n \"rules\":[]}";

    @TempDir
    Path folder;
    private Inventory inventory;
    private Account acme;
    private Scope scope;
    private Scope foreign;

    PolicyStoreTest(TestStore store) {
        this.store = store;
    }

    @BeforeEach
    void open() {
        inventory = store.open(folder, InstantSource.system());
        acme = Fixture.account(inventory, "acme");
        scope = Scope.of(acme.id());
        foreign = Scope.of(Fixture.account(inventory, "other").id());
    }

    @AfterEach
    void close() {
        inventory.close();
    }

    private PolicyStore.Current create() {
        return inventory.policies().create(TESTER, acme.id(), "meters", FIRST, "first").require();
    }

    @Test
    void revision_neverChanges_andTheHeadMovesOn() {
        String id = create().policy().id();
        PolicyStore.Current second = inventory.policies()
                .revise(TESTER, scope, id, "meters", "{}", "second", 1L).require();
        assertThat(second.policy().head()).isEqualTo(2);
        assertThat(inventory.policies().revision(scope, id, 1).require().document())
                .isEqualTo(FIRST);

        PolicyStore.Current back = inventory.policies().rollBack(TESTER, scope, id, 1, 2L)
                .require();
        assertThat(back.policy().head()).isEqualTo(3);
        assertThat(back.head().document()).isEqualTo(FIRST);
        assertThat(back.head().author()).isEqualTo("test");
        assertThat(inventory.policies().revisions(scope, id, PageRequest.FIRST).require().items())
                .extracting(PolicyRevision::revision).containsExactly(3L, 2L, 1L);
        assertThat(inventory.policies().allCurrent()).containsExactly(back);
    }

    @Test
    void revising_whatWasRevisedMeanwhile_isStale() {
        String id = create().policy().id();
        inventory.policies().revise(TESTER, scope, id, "meters", "{}", "", 1L).require();
        assertThat(inventory.policies().revise(TESTER, scope, id, "meters", FIRST, "", 1L))
                .isEqualTo(new Outcome.Stale<>(1, 2));
        assertThat(inventory.policies().rollBack(TESTER, scope, id, 1, 1L))
                .isEqualTo(new Outcome.Stale<>(1, 2));
        assertThat(inventory.policies().rollBack(TESTER, scope, id, 9, 2L))
                .isInstanceOf(Outcome.Absent.class);
    }

    @Test
    void policy_ofAnotherAccount_isAbsent() {
        String id = create().policy().id();
        assertThat(inventory.policies().find(foreign, id)).isInstanceOf(Outcome.Absent.class);
        assertThat(inventory.policies().revise(TESTER, foreign, id, "x", "{}", "", null))
                .isInstanceOf(Outcome.Absent.class);
        assertThat(inventory.policies().revisions(foreign, id, PageRequest.FIRST))
                .isInstanceOf(Outcome.Absent.class);
        assertThat(inventory.policies().delete(TESTER, foreign, id, null))
                .isInstanceOf(Outcome.Absent.class);
        assertThat(inventory.policies().setGuard(TESTER, id)).isInstanceOf(Outcome.Absent.class);
        assertThat(inventory.policies().list(foreign, PageRequest.FIRST).items()).isEmpty();
    }

    @Test
    void policy_inUse_isNotDeleted() {
        String id = create().policy().id();
        inventory.accounts()
                .replace(TESTER, Scope.OPERATOR, acme.id(), "acme", id, false, null, null,
                        null)
                .require();
        assertThat(inventory.policies().delete(TESTER, scope, id, null))
                .isInstanceOf(Outcome.Conflict.class);
        inventory.accounts()
                .replace(TESTER, Scope.OPERATOR, acme.id(), "acme", null, false, null, null,
                        null)
                .require();
        inventory.policies().delete(TESTER, scope, id, null).require();
        assertThat(inventory.policies().find(scope, id)).isInstanceOf(Outcome.Absent.class);
    }

    @Test
    void guard_isAPolicyOfTheOperator_andSurvivesARestart() {
        String guard = inventory.policies().create(TESTER, null, "guard", "{}", "").require()
                .policy().id();
        inventory.policies().setGuard(TESTER, guard).require();
        inventory.close();
        inventory = store.open(folder, InstantSource.system());
        assertThat(inventory.policies().guard()).isEqualTo(guard);
        assertThat(inventory.policies().delete(TESTER, Scope.OPERATOR, guard, null))
                .isInstanceOf(Outcome.Conflict.class);
        inventory.policies().setGuard(TESTER, null).require();
        assertThat(inventory.policies().guard()).isNull();
    }

    @Test
    void list_growsAndShrinksByItsDifferences_andWritesEachEntryOneWay() {
        NamedList list = inventory.lists().create(TESTER, acme.id(), "backends", ListKind.NAME)
                .require();
        NamedList grown = inventory.lists().update(TESTER, scope, list.id(),
                List.of("API.Example.com", "api.example.com.", "bücher.example", "b.example"),
                List.of(), 1L).require();
        assertThat(grown.entries()).isEqualTo(3);
        assertThat(grown.revision()).isEqualTo(2);
        assertThat(inventory.lists().update(TESTER, scope, list.id(), List.of("b.example"),
                List.of("gone.example"), 2L).require()).isEqualTo(grown);
        NamedList shrunk = inventory.lists().update(TESTER, scope, list.id(), List.of("c.example"),
                List.of("B.example", "c.example"), 2L).require();
        assertThat(shrunk.entries()).isEqualTo(2);
        List<String> entries = new ArrayList<>();
        inventory.lists().eachEntry(list.id(), entries::add);
        assertThat(entries).containsExactly("api.example.com", "xn--bcher-kva.example");
        assertThat(inventory.lists().replace(TESTER, scope, list.id(), List.of("z.example"), 2L))
                .isEqualTo(new Outcome.Stale<>(2, 3));
        assertThat(inventory.lists().replace(TESTER, scope, list.id(), List.of("z.example"), 3L)
                .require().entries()).isEqualTo(1);
        assertThat(inventory.lists().entries(foreign, list.id(), PageRequest.FIRST))
                .isInstanceOf(Outcome.Absent.class);
        assertThat(inventory.lists().ofAccount(acme.id())).extracting(NamedList::name)
                .containsExactly("backends");
    }

    @Test
    void list_withABadEntry_isLeftAsItWas_andEachIsNamed() {
        NamedList list = inventory.lists().create(TESTER, acme.id(), "nets", ListKind.ADDRESS)
                .require();
        Outcome<NamedList> outcome = inventory.lists().update(TESTER, scope, list.id(),
                List.of("192.0.2.0/24", "192.0.2.1/24", "2001:db8::/32", "300.1.1.1", "1.2.3",
                        "::1/129", "a\nb"),
                List.of(), null);
        assertThat(((Outcome.Invalid<NamedList>) outcome).faults()).extracting(Fault::pointer)
                .containsExactly("/add/1", "/add/3", "/add/4", "/add/5", "/add/6");
        assertThat(inventory.lists().find(scope, list.id()).require()).isEqualTo(list);
        assertThat(inventory.lists().create(TESTER, acme.id(), "nets", ListKind.NAME))
                .isInstanceOf(Outcome.Conflict.class);
        assertThat(inventory.lists().create(TESTER, acme.id(), "Nets!", ListKind.NAME))
                .isInstanceOf(Outcome.Invalid.class);
    }

    @Test
    void account_hasAtMostAHundredLists() {
        for (int i = 0; i < ListStore.MAX_LISTS; i++) {
            inventory.lists().create(TESTER, acme.id(), "list" + i, ListKind.STRING).require();
        }
        assertThat(inventory.lists().create(TESTER, acme.id(), "more", ListKind.STRING))
                .isInstanceOf(Outcome.Conflict.class);
    }
}
