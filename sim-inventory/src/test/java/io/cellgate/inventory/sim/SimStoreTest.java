package io.cellgate.inventory.sim;

import static io.cellgate.inventory.Fixture.TESTER;
import static org.assertj.core.api.Assertions.assertThat;

import io.cellgate.inventory.Fixture;
import io.cellgate.inventory.Inventory;
import io.cellgate.inventory.TestStore;
import io.cellgate.inventory.account.Account;
import io.cellgate.inventory.account.Scope;
import io.cellgate.inventory.event.EventLog;
import io.cellgate.inventory.fleet.Fleet;
import io.cellgate.inventory.order.Order;
import io.cellgate.inventory.order.OrderAction;
import io.cellgate.inventory.order.Product;
import io.cellgate.inventory.outcome.Fault;
import io.cellgate.inventory.outcome.Outcome.Reason;
import io.cellgate.inventory.outcome.Outcome;
import io.cellgate.inventory.page.Page;
import io.cellgate.inventory.page.PageRequest;
import io.cellgate.inventory.store.Event;
import io.cellgate.policy.subject.Iccid;
import io.cellgate.policy.subject.Imei;
import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

@ParameterizedClass
@EnumSource(TestStore.class)
class SimStoreTest {
    private final TestStore store;

    @TempDir
    Path folder;
    private Inventory inventory;
    private Account acme;
    private Account other;
    private Product product;

    SimStoreTest(TestStore store) {
        this.store = store;
    }

    @BeforeEach
    void open() {
        inventory = store.open(folder, InstantSource.system());
        acme = Fixture.account(inventory, "acme");
        other = Fixture.account(inventory, "other");
        product = Fixture.product(inventory);
    }

    @AfterEach
    void close() {
        inventory.close();
    }

    private Outcome<Sim> act(Iccid iccid, SimAction action) {
        return inventory.sims().act(TESTER, Scope.of(acme.id()), iccid, action, null);
    }

    private List<String> kinds(Iccid iccid) {
        return inventory.events()
                .after(Scope.OPERATOR,
                        new EventLog.Filter("sim.", iccid.digits(), null, null, null), 0,
                        100)
                .stream().map(Event::kind).toList();
    }

    @Test
    void sim_goesThroughItsWholeLife_andEachStepIsTold() throws IOException {
        Iccid iccid = Fixture.activeSims(inventory, acme, product, 0, 1).getFirst().iccid();
        assertThat(act(iccid, SimAction.SUSPEND).require().actual()).isEqualTo(SimState.SUSPENDED);
        assertThat(act(iccid, SimAction.RESUME).require().actual()).isEqualTo(SimState.ACTIVE);
        assertThat(act(iccid, SimAction.DEACTIVATE).require().actual())
                .isEqualTo(SimState.DEACTIVATED);

        assertThat(act(iccid, SimAction.TERMINATE)).isInstanceOfSatisfying(Outcome.Conflict.class,
                conflict -> assertThat(conflict.reason()).isEqualTo(Reason.NOT_ENABLED));
        Account changed = inventory.accounts().replace(TESTER, Scope.OPERATOR, acme.id(), "acme",
                null, true, null, null, acme.revision()).require();
        assertThat(changed.terminationEnabled()).isTrue();
        assertThat(act(iccid, SimAction.TERMINATE).require().actual())
                .isEqualTo(SimState.TERMINATED);

        assertThat(kinds(iccid)).containsExactly("sim.allocated", "sim.delivered", "sim.activated",
                "sim.suspended", "sim.resumed", "sim.deactivated", "sim.terminated");
    }

    @Test
    void action_thatWasDoneAlready_changesNothing_andWrongOnesAreConflicts() throws IOException {
        Sim sim = Fixture.activeSims(inventory, acme, product, 0, 1).getFirst();
        assertThat(act(sim.iccid(), SimAction.ACTIVATE).require()).isEqualTo(sim);
        assertThat(act(sim.iccid(), SimAction.TERMINATE)).isInstanceOfSatisfying(
                Outcome.Conflict.class,
                conflict -> assertThat(conflict.reason()).isEqualTo(Reason.WRONG_STATE));
        assertThat(inventory.sims().find(Scope.OPERATOR, sim.iccid()).require()).isEqualTo(sim);
    }

    @Test
    void action_onARevisionThatIsNoMore_isStale() throws IOException {
        Sim sim = Fixture.activeSims(inventory, acme, product, 0, 1).getFirst();
        act(sim.iccid(), SimAction.SUSPEND).require();
        assertThat(inventory.sims().act(TESTER, Scope.OPERATOR, sim.iccid(), SimAction.RESUME,
                sim.revision()))
                .isEqualTo(new Outcome.Stale<>(sim.revision(), sim.revision() + 1));
    }

    @Test
    void sim_activatedBeforeItIsDelivered_isActiveWhenItIs() throws IOException {
        Fixture.stock(inventory, product, 0, 2);
        Order order = Fixture.confirmedOrder(inventory, acme, product, 2);
        Fixture.step(inventory, order, OrderAction.ALLOCATE);
        Sim sim = act(Fixture.iccidOf(0), SimAction.ACTIVATE).require();
        assertThat(sim.actual()).isEqualTo(SimState.ALLOCATED);
        assertThat(sim.intended()).isEqualTo(SimState.ACTIVE);

        Fixture.step(inventory, order, OrderAction.KIT);
        Fixture.step(inventory, order, OrderAction.SHIP);
        Fixture.step(inventory, order, OrderAction.RECEIVE);
        assertThat(inventory.sims().find(Scope.OPERATOR, Fixture.iccidOf(0)).require().actual())
                .isEqualTo(SimState.ACTIVE);
        Sim ready = inventory.sims().find(Scope.OPERATOR, Fixture.iccidOf(1)).require();
        assertThat(ready.actual()).isEqualTo(SimState.READY);
        assertThat(ready.intended()).isEqualTo(SimState.READY);
        assertThat(kinds(Fixture.iccidOf(0))).containsExactly("sim.allocated",
                "sim.activation_intended", "sim.delivered", "sim.activated");
    }

    @Test
    void sim_ofAnotherAccount_isAbsent() throws IOException {
        Sim sim = Fixture.activeSims(inventory, acme, product, 0, 1).getFirst();
        Scope foreign = Scope.of(other.id());
        assertThat(inventory.sims().find(foreign, sim.iccid())).isInstanceOf(Outcome.Absent.class);
        assertThat(inventory.sims().find(foreign, sim.imsi())).isInstanceOf(Outcome.Absent.class);
        assertThat(inventory.sims().act(TESTER, foreign, sim.iccid(), SimAction.SUSPEND, null))
                .isInstanceOf(Outcome.Absent.class);
        assertThat(inventory.sims().change(TESTER, foreign, sim.iccid(), null,
                settings -> settings.withTags(Map.of("a", "b"))))
                .isInstanceOf(Outcome.Absent.class);
        assertThat(inventory.sims().list(foreign, SimFilter.ALL, PageRequest.FIRST).items())
                .isEmpty();
        assertThat(inventory.sims().move(TESTER, Scope.of(acme.id()), sim.iccid(), other.id(),
                null, null)).isInstanceOf(Outcome.Absent.class);
    }

    @Test
    void settings_thatNameAnotherAccountsObjects_areInvalid_allAtOnce() throws IOException {
        Sim sim = Fixture.activeSims(inventory, acme, product, 0, 1).getFirst();
        Fleet fleet = inventory.fleets()
                .create(TESTER, other.id(), "theirs", null, null, null, null,
                        null)
                .require();
        String policy = inventory.policies().create(TESTER, other.id(), "theirs", "{}", "")
                .require().policy().id();
        Outcome<Sim> outcome = inventory.sims().change(TESTER, Scope.OPERATOR, sim.iccid(), null,
                settings -> settings.withFleet(fleet.id()).withPolicy(policy)
                        .withTags(Map.of("a\nb", "c")));
        assertThat(((Outcome.Invalid<Sim>) outcome).faults()).extracting(Fault::pointer)
                .containsExactly("/fleet", "/policy", "/tags/a\nb");
        assertThat(inventory.sims().find(Scope.OPERATOR, sim.iccid()).require()).isEqualTo(sim);
    }

    @Test
    void tags_areKept_andFilteredBy() throws IOException {
        List<Sim> sims = Fixture.activeSims(inventory, acme, product, 0, 3);
        Iccid tagged = sims.get(1).iccid();
        inventory.sims().change(TESTER, Scope.OPERATOR, tagged, null,
                settings -> settings.withTags(Map.of("site", "north", "kind", "meter"))).require();
        SimFilter north = new SimFilter(null, null, null, null, null, null, null, null, null, null,
                null, null, null, Map.of("site", "north", "kind", ""));
        assertThat(inventory.sims().list(Scope.of(acme.id()), north, PageRequest.FIRST).items())
                .extracting(Sim::iccid).containsExactly(tagged);
        inventory.sims().change(TESTER, Scope.OPERATOR, tagged, null,
                settings -> settings.withTags(Map.of("site", "south"))).require();
        assertThat(inventory.sims().count(Scope.of(acme.id()), north)).isZero();
    }

    @Test
    void pages_giveEachSimOnce_inOrder() throws IOException {
        Fixture.activeSims(inventory, acme, product, 0, 25);
        List<Iccid> seen = new ArrayList<>();
        PageRequest request = new PageRequest(10, null);
        int pages = 0;
        while (true) {
            Page<Sim> page = inventory.sims().list(Scope.of(acme.id()), SimFilter.ALL, request);
            page.items().forEach(sim -> seen.add(sim.iccid()));
            pages++;
            String after = page.after();
            if (after == null) {
                break;
            }
            request = request.next(after);
        }
        assertThat(pages).isEqualTo(3);
        assertThat(seen).hasSize(25).isSorted().doesNotHaveDuplicates();
        assertThat(inventory.sims().countByState(Scope.of(acme.id())))
                .isEqualTo(Map.of(SimState.ACTIVE, 25));
    }

    @Test
    void move_toAnotherAccount_leavesPolicyFleetAndOrderBehind() throws IOException {
        Sim sim = Fixture.activeSims(inventory, acme, product, 0, 1).getFirst();
        String policy = inventory.policies().create(TESTER, acme.id(), "ours", "{}", "").require()
                .policy().id();
        Fleet ours = inventory.fleets().create(TESTER, acme.id(), "ours", null, null, null, null,
                null)
                .require();
        inventory.sims().change(TESTER, Scope.OPERATOR, sim.iccid(), null,
                settings -> settings.withPolicy(policy).withFleet(ours.id())
                        .withTags(Map.of("a", "b")))
                .require();
        Fleet theirs = inventory.fleets()
                .create(TESTER, other.id(), "theirs", null, null, null, null,
                        null)
                .require();
        assertThat(inventory.sims().move(TESTER, Scope.OPERATOR, sim.iccid(), other.id(),
                ours.id(), null)).isInstanceOf(Outcome.Absent.class);
        Sim moved = inventory.sims()
                .move(TESTER, Scope.OPERATOR, sim.iccid(), other.id(), theirs.id(), null).require();
        assertThat(moved.account()).isEqualTo(other.id());
        assertThat(moved.order()).isNull();
        assertThat(moved.settings()).isEqualTo(
                new SimSettings(theirs.id(), null, null, null, null, null, Map.of("a", "b")));
        assertThat(inventory.sims().find(Scope.of(acme.id()), sim.iccid()))
                .isInstanceOf(Outcome.Absent.class);
    }

    @Test
    void move_tellsEachAccountItsOwnSideAlone() throws IOException {
        Sim sim = Fixture.activeSims(inventory, acme, product, 0, 1).getFirst();
        inventory.sims().move(TESTER, Scope.OPERATOR, sim.iccid(), other.id(), null, null)
                .require();
        EventLog.Filter ofSim = new EventLog.Filter(null, sim.iccid().digits(), null, null, null);
        Event left = inventory.events().latest(Scope.of(acme.id()), ofSim, PageRequest.FIRST)
                .items().getFirst();
        assertThat(left.kind()).isEqualTo("sim.left");
        assertThat(left.before()).contains(acme.id());
        assertThat(left.after()).isNull();
        Event moved = inventory.events().latest(Scope.of(other.id()), ofSim, PageRequest.FIRST)
                .items().getFirst();
        assertThat(moved.kind()).isEqualTo("sim.moved");
        assertThat(moved.before()).isNull();
        assertThat(moved.after()).contains(other.id()).doesNotContain(acme.id());
    }

    @Test
    void lockImei_pinsTheModemOfFirstUse_andUnlockForgetsIt() throws IOException {
        Sim sim = Fixture.activeSims(inventory, acme, product, 0, 1).getFirst();
        Imei modem = new Imei("3526560012345670");
        assertThat(inventory.sims().lockImei(TESTER, Scope.OPERATOR, sim.iccid(), null, null))
                .isInstanceOf(Outcome.Conflict.class);
        inventory.sims().change(TESTER, Scope.OPERATOR, sim.iccid(), null,
                settings -> settings.withImeiLock(
                        new ImeiLock(ImeiLock.Mode.FIRST_USE, List.of(), false)))
                .require();
        assertThat(inventory.subscribers().bindFirstUse(sim.imsi(), modem)).isEqualTo(modem);
        Sim locked = inventory.sims().lockImei(TESTER, Scope.OPERATOR, sim.iccid(), null, null)
                .require();
        assertThat(locked.settings().imeiLock())
                .isEqualTo(new ImeiLock(ImeiLock.Mode.LIST, List.of(modem), false));
        Sim unlocked = inventory.sims().unlockImei(TESTER, Scope.OPERATOR, sim.iccid(), null)
                .require();
        assertThat(unlocked.settings().imeiLock()).isEqualTo(ImeiLock.OFF);
        assertThat(unlocked.boundImei()).isNull();
    }
}
