package io.cellgate.inventory.order;

import static io.cellgate.inventory.store.Tables.SimOrder.ACCOUNT;
import static io.cellgate.inventory.store.Tables.SimOrder.CREATED_AT;
import static io.cellgate.inventory.store.Tables.SimOrder.CURRENCY;
import static io.cellgate.inventory.store.Tables.SimOrder.ID;
import static io.cellgate.inventory.store.Tables.SimOrder.PRODUCT;
import static io.cellgate.inventory.store.Tables.SimOrder.QUANTITY;
import static io.cellgate.inventory.store.Tables.SimOrder.QUOTED_UNTIL;
import static io.cellgate.inventory.store.Tables.SimOrder.REVISION;
import static io.cellgate.inventory.store.Tables.SimOrder.SHIP_TO;
import static io.cellgate.inventory.store.Tables.SimOrder.STATE;
import static io.cellgate.inventory.store.Tables.SimOrder.TABLE;
import static io.cellgate.inventory.store.Tables.SimOrder.TRACKING;
import static io.cellgate.inventory.store.Tables.SimOrder.UNIT_PRICE;

import io.cellgate.inventory.account.Scope;
import io.cellgate.inventory.esim.EsimStore;
import io.cellgate.inventory.outcome.Faults;
import io.cellgate.inventory.outcome.Outcome;
import io.cellgate.inventory.outcome.Outcome.Reason;
import io.cellgate.inventory.page.Page;
import io.cellgate.inventory.page.PageRequest;
import io.cellgate.inventory.store.Actor;
import io.cellgate.inventory.store.Database;
import io.cellgate.inventory.store.ObjectId;
import io.cellgate.inventory.store.Tables;
import io.cellgate.inventory.store.Tx;
import java.time.Duration;
import java.time.Instant;
import org.jooq.DSLContext;
import org.jooq.Record;
import org.jooq.impl.DSL;
import org.jspecify.annotations.Nullable;

/** The orders, from quote to receipt. */
public final class OrderStore {
    public static final int MAX_QUANTITY = 100_000;
    private static final Duration QUOTE_HOLDS = Duration.ofDays(30);

    private final Database database;

    public OrderStore(Database database) {
        this.database = database;
    }

    /** Begins an order: says what so many SIMs of a product cost. Whether they are in stock is not said yet. */
    public Outcome<Order> quote(Actor actor, String account, String product, long quantity,
            String shipTo) {
        Faults faults = new Faults();
        faults.range("/quantity", quantity, 1, MAX_QUANTITY);
        faults.note("/ship_to", shipTo, 1000);
        if (faults.any()) {
            return faults.invalid();
        }
        return database.write(actor, tx -> {
            if (!tx.sql().fetchExists(Tables.Account.TABLE, Tables.Account.ID.eq(account))) {
                return new Outcome.Absent<>("account", account);
            }
            return ProductStore.read(tx.sql(), product).then(wanted -> wanted.orderable()
                    ? Outcome.done(insert(tx, account, wanted, quantity, shipTo))
                    : Outcome.conflict(Reason.NOT_ENABLED,
                            "product " + product + " is not orderable"));
        });
    }

    private static Order insert(Tx tx, String account, Product product, long quantity,
            String shipTo) {
        Order order = new Order(ObjectId.next("ord", tx.now()), account, product.id(), quantity,
                OrderState.QUOTED, product.unitPrice(), product.currency(), shipTo, null, tx.now(),
                tx.now().plus(QUOTE_HOLDS), 1);
        tx.sql().insertInto(TABLE).set(ID, order.id()).set(ACCOUNT, account)
                .set(PRODUCT, order.product()).set(QUANTITY, quantity)
                .set(STATE, order.state().text()).set(UNIT_PRICE, order.unitPrice())
                .set(CURRENCY, order.currency()).set(SHIP_TO, shipTo)
                .set(CREATED_AT, tx.nowMillis())
                .set(QUOTED_UNTIL, order.quotedUntil().toEpochMilli()).set(REVISION, 1L).execute();
        tx.tell(account, "order.quoted", order.id(), null, told(order));
        return order;
    }

    public Outcome<Order> find(Scope scope, String id) {
        return database.read(sql -> read(sql, scope, id));
    }

    /** @param state the state wanted, or null for any */
    public Page<Order> list(Scope scope, @Nullable OrderState state, PageRequest page) {
        return database.read(sql -> Page.of(
                sql.selectFrom(TABLE).where(scope.on(ACCOUNT))
                        .and(state == null ? DSL.noCondition() : STATE.eq(state.text()))
                        .and(page.afterKey() == null
                                ? DSL.noCondition()
                                : ID.gt(page.afterKey()))
                        .orderBy(ID).limit(page.fetch()).fetch(OrderStore::order),
                page, Order::id));
    }

    /**
     * Moves an order on, and its SIMs with it: all of them or, if that cannot be, none. An order that is where the
     * action leads already is left as it is.
     *
     * @param tracking with {@link OrderAction#SHIP}: the parcel, or null
     */
    public Outcome<Order> act(Actor actor, Scope scope, String id, OrderAction action,
            @Nullable String tracking, @Nullable Long expectedRevision) {
        Faults faults = new Faults();
        if (tracking != null) {
            faults.name("/tracking", tracking, 200);
            if (action != OrderAction.SHIP) {
                faults.add("/tracking", Faults.shown(tracking), "none, except to ship");
            }
        }
        if (faults.any()) {
            return faults.invalid();
        }
        return database.write(actor, tx -> read(tx.sql(), scope, id)
                .at(expectedRevision, Order::revision).then(order -> {
                    return order.state() == action.goal()
                            ? Outcome.done(order)
                            : act(tx, order, action, tracking);
                }));
    }

    private static Outcome<Order> act(Tx tx, Order order, OrderAction action,
            @Nullable String tracking) {
        OrderState next = order.state().after(action);
        if (next == null) {
            return Outcome.conflict(Reason.WRONG_STATE, "order " + order.id() + " is "
                    + order.state().text() + ": " + action + " leads nowhere from there");
        }
        if (action == OrderAction.CONFIRM && tx.now().isAfter(order.quotedUntil())) {
            return Outcome.conflict(Reason.QUOTE_EXPIRED, "order " + order.id()
                    + " was quoted until " + order.quotedUntil() + ", now is " + tx.now());
        }
        Outcome<Long> sims = switch (action) {
            case ALLOCATE -> OrderSims.allocate(tx, order);
            case RECEIVE -> Outcome.done(OrderSims.deliver(tx, order));
            case CANCEL -> Outcome.done(OrderSims.release(tx, order));
            case SHIP -> {
                EsimStore.release(tx, order.id());
                yield Outcome.done(0L);
            }
            case CONFIRM, KIT -> Outcome.done(0L);
        };
        return sims.map(_ -> {
            Order moved = order.in(next, tracking == null ? order.tracking() : tracking);
            tx.sql().update(TABLE).set(STATE, next.text()).set(TRACKING, moved.tracking())
                    .set(REVISION, moved.revision()).where(ID.eq(order.id())).execute();
            tx.tell(order.account(), "order." + next.text(), order.id(), told(order), told(moved));
            return moved;
        });
    }

    private static Outcome<Order> read(DSLContext sql, Scope scope, String id) {
        Record row = sql.selectFrom(TABLE).where(ID.eq(id)).and(scope.on(ACCOUNT)).fetchOne();
        return row == null ? new Outcome.Absent<>("order", id) : Outcome.done(order(row));
    }

    private static Order order(Record row) {
        return new Order(row.get(ID), row.get(ACCOUNT), row.get(PRODUCT), row.get(QUANTITY),
                OrderState.parse(row.get(STATE)), row.get(UNIT_PRICE), row.get(CURRENCY),
                row.get(SHIP_TO), row.get(TRACKING), Instant.ofEpochMilli(row.get(CREATED_AT)),
                Instant.ofEpochMilli(row.get(QUOTED_UNTIL)), row.get(REVISION));
    }

    private record Told(String product, long quantity, String state, long unit_price,
            String currency, @Nullable String tracking) {}

    private static Told told(Order order) {
        return new Told(order.product(), order.quantity(), order.state().text(),
                order.unitPrice(), order.currency(), order.tracking());
    }
}
