package io.cellgate.inventory.order;

import static io.cellgate.inventory.Fixture.TESTER;
import static org.assertj.core.api.Assertions.assertThat;

import io.cellgate.inventory.Fixture;
import io.cellgate.inventory.Inventory;
import io.cellgate.inventory.TestStore;
import io.cellgate.inventory.account.Account;
import io.cellgate.inventory.account.Scope;
import io.cellgate.inventory.batch.Batch;
import io.cellgate.inventory.event.EventLog;
import io.cellgate.inventory.outcome.Outcome.Reason;
import io.cellgate.inventory.outcome.Outcome;
import io.cellgate.inventory.page.PageRequest;
import io.cellgate.inventory.sim.Sim;
import io.cellgate.inventory.sim.SimFilter;
import io.cellgate.inventory.sim.SimSettings;
import io.cellgate.inventory.sim.SimState;
import io.cellgate.inventory.store.Actor;
import io.cellgate.inventory.store.Event;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
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
class OrderStoreTest {
    private final TestStore store;

    @TempDir
    Path folder;
    private Instant now = Instant.parse("2026-03-01T12:00:00Z");
    private Inventory inventory;
    private Account acme;
    private Product product;

    OrderStoreTest(TestStore store) {
        this.store = store;
    }

    @Test
    void objects_areFoundByTheirExactName() {
        inventory.products().create(TESTER, "Card", ProductKind.CARD, 1, "EUR", true).require();
        Batch first = inventory.batches().create(TESTER, product.id(), "first").require();
        inventory.batches().create(TESTER, product.id(), "first too").require();
        Account other = Fixture.account(inventory, "acme two");
        PageRequest one = new PageRequest(1, null);
        assertThat(inventory.products().list("card", one).items()).containsExactly(product);
        assertThat(inventory.products().list("card", one).after()).isNull();
        assertThat(inventory.products().list("c%", one).items()).isEmpty();
        assertThat(inventory.batches().list("first", one).items()).containsExactly(first);
        assertThat(inventory.accounts().list(Scope.OPERATOR, "acme", one).items())
                .extracting(Account::id).containsExactly(acme.id());
        assertThat(inventory.accounts().list(Scope.of(other.id()), "acme", one).items()).isEmpty();
    }

    @Test
    void events_areFoundByTimeAndActor() {
        Instant before = now;
        now = now.plusSeconds(3600);
        Product late = inventory.products()
                .create(new Actor("someone"), "late", ProductKind.CARD, 1, "EUR", true).require();
        EventLog events = inventory.events();
        assertThat(events.latest(Scope.OPERATOR,
                new EventLog.Filter(null, null, "someone", null, null), PageRequest.FIRST).items())
                .extracting(Event::subject).containsExactly(late.id());
        assertThat(events.after(Scope.OPERATOR,
                new EventLog.Filter(null, null, null, now, null), 0, 10))
                .extracting(Event::subject).containsExactly(late.id());
        assertThat(events.after(Scope.OPERATOR,
                new EventLog.Filter("product.", null, null, before, now), 0, 10))
                .extracting(Event::subject).containsExactly(product.id());
    }

    @Test
    void product_isDeletedOnceNothingIsOfIt() throws IOException {
        Batch batch = inventory.batches().create(TESTER, product.id(), "announced").require();
        ProductStore products = inventory.products();
        assertThat(products.delete(TESTER, product.id(), null)).isInstanceOfSatisfying(
                Outcome.Conflict.class, conflict -> {
                    assertThat(conflict.reason()).isEqualTo(Reason.IN_USE);
                    assertThat(conflict.detail()).contains("has batches");
                });
        assertThat(inventory.batches().delete(TESTER, batch.id(), 7L))
                .isInstanceOf(Outcome.Stale.class);
        inventory.batches().delete(TESTER, batch.id(), batch.revision()).require();
        assertThat(products.delete(TESTER, product.id(), product.revision() + 1))
                .isInstanceOf(Outcome.Stale.class);
        products.delete(TESTER, product.id(), product.revision()).require();
        assertThat(products.find(product.id())).isInstanceOf(Outcome.Absent.class);
        assertThat(products.delete(TESTER, product.id(), null)).isInstanceOf(Outcome.Absent.class);
        assertThat(inventory.events().after(Scope.OPERATOR, EventLog.Filter.ALL, 0, 1000))
                .extracting(Event::kind).endsWith("batch.deleted", "product.deleted");

        Product ordered = Fixture.product(inventory);
        inventory.orders().quote(TESTER, acme.id(), ordered.id(), 1, "here").require();
        assertThat(products.delete(TESTER, ordered.id(), null)).isInstanceOfSatisfying(
                Outcome.Conflict.class,
                conflict -> assertThat(conflict.detail()).contains("has orders"));
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

    private Outcome<Order> act(Order order, OrderAction action) {
        return inventory.orders().act(TESTER, Scope.of(acme.id()), order.id(), action, null, null);
    }

    private List<Sim> simsOf(Order order) {
        return inventory.sims().list(Scope.OPERATOR, SimFilter.ofOrder(order.id()),
                new PageRequest(1000, null)).items();
    }

    @Test
    void order_ofMoreThanInStock_takesNone() throws IOException {
        Fixture.stock(inventory, product, 0, 9);
        Order order = Fixture.confirmedOrder(inventory, acme, product, 10);
        assertThat(act(order, OrderAction.ALLOCATE)).isInstanceOfSatisfying(Outcome.Conflict.class,
                conflict -> {
                    assertThat(conflict.reason()).isEqualTo(Reason.OUT_OF_STOCK);
                    assertThat(conflict.detail()).contains("got 9").contains("expected 10");
                });
        assertThat(simsOf(order)).isEmpty();
        assertThat(inventory.sims().countByState(Scope.OPERATOR))
                .isEqualTo(Map.of(SimState.INVENTORY, 9));
        assertThat(inventory.orders().find(Scope.OPERATOR, order.id()).require()).isEqualTo(order);
    }

    @Test
    void order_thatIsCancelled_putsItsSimsBackAsTheyWere() throws IOException {
        Fixture.stock(inventory, product, 0, 5);
        Order order = Fixture.confirmedOrder(inventory, acme, product, 5);
        act(order, OrderAction.ALLOCATE).require();
        inventory.sims().change(TESTER, Scope.of(acme.id()), Fixture.iccidOf(0), null,
                settings -> settings.withTags(Map.of("a", "b"))).require();
        assertThat(act(order, OrderAction.CANCEL).require().state())
                .isEqualTo(OrderState.CANCELLED);
        assertThat(simsOf(order)).isEmpty();
        Sim sim = inventory.sims().find(Scope.OPERATOR, Fixture.iccidOf(0)).require();
        assertThat(sim.account()).isNull();
        assertThat(sim.settings()).isEqualTo(SimSettings.NONE);
        assertThat(sim.actual()).isEqualTo(SimState.INVENTORY);

        Order again = Fixture.confirmedOrder(inventory, acme, product, 5);
        assertThat(act(again, OrderAction.ALLOCATE).require().state())
                .isEqualTo(OrderState.ALLOCATED);
    }

    @Test
    void quote_holdsItsPriceForItsTime_andNoLonger() {
        Order order = inventory.orders().quote(TESTER, acme.id(), product.id(), 3, "here")
                .require();
        inventory.products().replace(TESTER, product.id(), "card", 999, "EUR", false, null)
                .require();
        assertThat(inventory.orders().find(Scope.OPERATOR, order.id()).require().totalPrice())
                .isEqualTo(450);
        assertThat(inventory.orders().quote(TESTER, acme.id(), product.id(), 3, "here"))
                .isInstanceOf(Outcome.Conflict.class);
        now = now.plus(Duration.ofDays(31));
        assertThat(act(order, OrderAction.CONFIRM)).isInstanceOfSatisfying(Outcome.Conflict.class,
                conflict -> assertThat(conflict.reason()).isEqualTo(Reason.QUOTE_EXPIRED));
    }

    @Test
    void quote_ofNoneOrTooMany_isInvalid() {
        assertThat(inventory.orders().quote(TESTER, acme.id(), product.id(), 0, "here"))
                .isInstanceOf(Outcome.Invalid.class);
        assertThat(inventory.orders().quote(TESTER, acme.id(), product.id(),
                OrderStore.MAX_QUANTITY + 1, "here")).isInstanceOf(Outcome.Invalid.class);
        assertThat(inventory.orders().quote(TESTER, "acc_none", product.id(), 1, "here"))
                .isInstanceOf(Outcome.Absent.class);
        assertThat(inventory.orders().quote(TESTER, acme.id(), "prd_none", 1, "here"))
                .isInstanceOf(Outcome.Absent.class);
    }

    @Test
    void order_ofAnotherAccount_isAbsent() {
        Order order = Fixture.confirmedOrder(inventory, acme, product, 1);
        Scope foreign = Scope.of(Fixture.account(inventory, "other").id());
        assertThat(inventory.orders().find(foreign, order.id())).isInstanceOf(Outcome.Absent.class);
        assertThat(inventory.orders().act(TESTER, foreign, order.id(), OrderAction.CANCEL, null,
                null)).isInstanceOf(Outcome.Absent.class);
        assertThat(inventory.orders().list(foreign, null, PageRequest.FIRST).items()).isEmpty();
    }

    @Test
    void ordersAtOnce_shareTheStock_andNoSimIsInTwo() throws Exception {
        int stock = 100;
        Fixture.stock(inventory, product, 0, stock);
        List<Order> orders = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            orders.add(Fixture.confirmedOrder(inventory, acme, product, 7));
        }
        List<Callable<Outcome<Order>>> calls = new ArrayList<>();
        for (Order order : orders) {
            calls.add(() -> act(order, OrderAction.ALLOCATE));
            calls.add(() -> act(order, OrderAction.ALLOCATE));
        }
        List<Outcome<Order>> outcomes = new ArrayList<>();
        try (ExecutorService executor = Executors.newFixedThreadPool(8)) {
            for (Future<Outcome<Order>> future : executor.invokeAll(calls)) {
                outcomes.add(future.get());
            }
        }
        // 14 orders of 7 fit into 100; each was asked for twice.
        assertThat(outcomes.stream().filter(Outcome.Done.class::isInstance)).hasSize(2 * 14);
        Set<String> taken = new HashSet<>();
        for (Order order : orders) {
            List<Sim> sims = simsOf(order);
            assertThat(sims.size()).isIn(0, 7);
            sims.forEach(sim -> assertThat(taken.add(sim.iccid().digits())).isTrue());
        }
        assertThat(taken).hasSize(14 * 7);
    }

    @Test
    void order_ofTenThousand_isAllocatedAtOnce() throws IOException {
        Fixture.stock(inventory, product, 0, 10_000);
        Order order = Fixture.confirmedOrder(inventory, acme, product, 10_000);
        long begun = System.nanoTime();
        act(order, OrderAction.ALLOCATE).require();
        System.out.printf("measured: allocated 10 000 SIMs in %d ms%n",
                Duration.ofNanos(System.nanoTime() - begun).toMillis());
        assertThat(inventory.sims().count(Scope.of(acme.id()), SimFilter.ofOrder(order.id())))
                .isEqualTo(10_000);
    }
}
