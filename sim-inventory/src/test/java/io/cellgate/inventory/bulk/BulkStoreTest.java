package io.cellgate.inventory.bulk;

import static io.cellgate.inventory.Fixture.TESTER;
import static org.assertj.core.api.Assertions.assertThat;

import io.cellgate.inventory.Fixture;
import io.cellgate.inventory.Inventory;
import io.cellgate.inventory.TestStore;
import io.cellgate.inventory.account.Account;
import io.cellgate.inventory.account.Scope;
import io.cellgate.inventory.operation.Operation;
import io.cellgate.inventory.operation.PartResult;
import io.cellgate.inventory.page.Page;
import io.cellgate.inventory.page.PageRequest;
import io.cellgate.inventory.sim.Sim;
import io.cellgate.inventory.sim.SimAction;
import io.cellgate.inventory.sim.SimChange;
import io.cellgate.inventory.sim.SimFilter;
import io.cellgate.inventory.sim.SimState;
import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

@ParameterizedClass
@EnumSource
class BulkStoreTest {
    private static final int SIMS = 2500;
    private static final SimChange ACTIVATE = new SimChange.Act(SimAction.ACTIVATE);

    @Parameter
    @SuppressWarnings("NullAway.Init")
    TestStore store;
    @TempDir
    Path folder;
    @SuppressWarnings("NullAway.Init")
    private Inventory inventory;
    @SuppressWarnings("NullAway.Init")
    private Account acme;
    @SuppressWarnings("NullAway.Init")
    private Scope own;

    @BeforeEach
    void open() throws IOException {
        inventory = store.open(folder, InstantSource.system());
        acme = Fixture.account(inventory, "acme");
        own = Scope.of(acme.id());
        var product = Fixture.product(inventory);
        Fixture.stock(inventory, product, 0, SIMS + 10);
        Fixture.received(inventory, acme, product, SIMS);
    }

    @AfterEach
    void close() {
        inventory.close();
    }

    private Operation run(Iterator<BulkItem> items) {
        Operation operation = inventory.operations().begin(TESTER, acme.id(), "sims.bulk", null,
                null);
        List<Sim> followed = new ArrayList<>();
        inventory.bulk().run(TESTER, own, operation, items, followed::addAll, () -> false);
        return inventory.operations().find(own, operation.id()).require();
    }

    private Page<PartResult> results(Operation operation, boolean wellToo, PageRequest page) {
        return inventory.operations().results(own, operation.id(), wellToo, page).require();
    }

    private long active() {
        return inventory.sims().count(own, SimFilter.ALL.inState(SimState.ACTIVE));
    }

    @Test
    void filter_isChangedWhole_thoughTheChangeTakesItsSimsOut_andEachIsToldOf() {
        SimFilter ready = SimFilter.ALL.inState(SimState.READY);
        Operation done = run(inventory.bulk().matching(own, ready, ACTIVATE));

        assertThat(done.state()).isEqualTo(Operation.State.DONE);
        assertThat(done.done()).isEqualTo(SIMS);
        assertThat(active()).isEqualTo(SIMS);
        int told = inventory.database().read(sql -> sql
                .fetchValues("select seq from event where kind = 'sim.activated'").size());
        assertThat(told).isEqualTo(SIMS);
        List<PartResult> all = new ArrayList<>();
        PageRequest request = new PageRequest(700, null);
        Page<PartResult> page = results(done, true, request);
        while (true) {
            all.addAll(page.items());
            String next = page.after();
            if (next == null) {
                break;
            }
            page = results(done, true, request.next(next));
        }
        assertThat(all).hasSize(SIMS).allMatch(each -> each.verdict().equals("changed"));
        for (int i = 0; i < SIMS; i++) {
            assertThat(all.get(i).part()).isEqualTo(i + 1);
            assertThat(all.get(i).subject()).isEqualTo(Fixture.iccid(i));
        }
    }

    @Test
    void eachItem_isJudgedByItself_andToldBySayingWhy() {
        List<BulkItem> items = List.of(
                new BulkItem.Wanted(2, Fixture.iccidOf(0), ACTIVATE),
                new BulkItem.Wanted(3, Fixture.iccidOf(0), ACTIVATE),
                new BulkItem.Wanted(4, Fixture.iccidOf(1), new SimChange.Act(SimAction.RESUME)),
                new BulkItem.Wanted(5, Fixture.iccidOf(SIMS + 1), ACTIVATE),
                new BulkItem.Unreadable(6, "got nothing"),
                new BulkItem.Wanted(7, Fixture.iccidOf(2),
                        new SimChange.Set(old -> old.withFleet("flt_none"))),
                new BulkItem.Wanted(8, Fixture.iccidOf(0),
                        new SimChange.Set(old -> old.withTags(Map.of("site", "Graz")))));
        Operation done = run(items.iterator());

        assertThat(done.done()).isEqualTo(3);
        assertThat(done.failed()).isEqualTo(4);
        assertThat(results(done, true, PageRequest.FIRST).items()).extracting(PartResult::verdict)
                .containsExactly("changed", "unchanged", "refused", "refused", "rejected",
                        "refused", "changed");
        List<PartResult> failed = results(done, false, PageRequest.FIRST).items();
        assertThat(failed).extracting(PartResult::part).containsExactly(4L, 5L, 6L, 7L);
        assertThat(failed.getFirst().detail())
                .contains("got resume in state ready, expected it suspended");
        assertThat(failed.get(1).detail()).contains("expected one of this account");
        assertThat(failed.get(3).detail()).contains("/fleet", "a fleet of this account");
        Sim first = inventory.sims().find(own, Fixture.iccidOf(0)).require();
        assertThat(first.actual()).isEqualTo(SimState.ACTIVE);
        assertThat(first.settings().tags()).isEqualTo(Map.of("site", "Graz"));
        assertThat(first.revision()).as("one for each change").isEqualTo(5);
    }

    @Test
    void cancelledOne_endsBetweenChunks_andWhatIsCountedIsDone() {
        Operation operation = inventory.operations().begin(TESTER, acme.id(), "sims.bulk", null,
                null);
        inventory.bulk().run(TESTER, own, operation,
                inventory.bulk().matching(own, SimFilter.ALL, ACTIVATE),
                _ -> inventory.operations().cancel(own, operation.id()).require(), () -> false);

        Operation ended = inventory.operations().find(own, operation.id()).require();
        assertThat(ended.state()).isEqualTo(Operation.State.CANCELLED);
        assertThat(ended.done()).isEqualTo(1000).isEqualTo(active());
        // asked for again, it goes on
        assertThat(run(inventory.bulk().matching(own, SimFilter.ALL, ACTIVATE)).done())
                .isEqualTo(SIMS);
        assertThat(active()).isEqualTo(SIMS);
    }
}
