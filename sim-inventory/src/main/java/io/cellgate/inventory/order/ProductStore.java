package io.cellgate.inventory.order;

import static io.cellgate.inventory.store.Tables.Product.CREATED_AT;
import static io.cellgate.inventory.store.Tables.Product.CURRENCY;
import static io.cellgate.inventory.store.Tables.Product.ID;
import static io.cellgate.inventory.store.Tables.Product.KIND;
import static io.cellgate.inventory.store.Tables.Product.NAME;
import static io.cellgate.inventory.store.Tables.Product.ORDERABLE;
import static io.cellgate.inventory.store.Tables.Product.REVISION;
import static io.cellgate.inventory.store.Tables.Product.TABLE;
import static io.cellgate.inventory.store.Tables.Product.UNIT_PRICE;

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
import java.time.Instant;
import java.util.Locale;
import org.jooq.DSLContext;
import org.jooq.Record;
import org.jooq.impl.DSL;
import org.jspecify.annotations.Nullable;

/** The products: the operator's to change, everybody's to read. */
public final class ProductStore {
    private static final long MAX_PRICE = 1_000_000_000;

    private final Database database;

    public ProductStore(Database database) {
        this.database = database;
    }

    public Outcome<Product> create(Actor actor, String name, ProductKind kind, long unitPrice,
            String currency, boolean orderable) {
        return database.write(actor, tx -> {
            Product product = new Product(ObjectId.next("prd", tx.now()), name, kind, unitPrice,
                    currency, orderable, tx.now(), 1);
            return check(tx, product).map(_ -> {
                tx.sql().insertInto(TABLE).set(ID, product.id()).set(NAME, name)
                        .set(KIND, kind.text()).set(UNIT_PRICE, unitPrice).set(CURRENCY, currency)
                        .set(ORDERABLE, orderable).set(CREATED_AT, tx.nowMillis())
                        .set(REVISION, 1L).execute();
                tx.tell(null, "product.created", product.id(), null, told(product));
                return product;
            });
        });
    }

    public Outcome<Product> find(String id) {
        return database.read(sql -> read(sql, id));
    }

    /** @param name null: of any */
    public Page<Product> list(@Nullable String name, PageRequest page) {
        return database.read(sql -> Page.of(
                sql.selectFrom(TABLE)
                        .where(page.afterKey() == null
                                ? DSL.noCondition()
                                : ID.gt(page.afterKey()))
                        .and(name == null ? DSL.noCondition() : NAME.eq(name))
                        .orderBy(ID).limit(page.fetch()).fetch(ProductStore::product),
                page, Product::id));
    }

    /** Replaces what can be replaced; quotes that were given keep their price. */
    public Outcome<Product> replace(Actor actor, String id, String name, long unitPrice,
            String currency, boolean orderable, @Nullable Long expectedRevision) {
        return database.write(actor,
                tx -> read(tx.sql(), id).at(expectedRevision, Product::revision).then(old -> {
                    Product changed = new Product(id, name, old.kind(), unitPrice, currency,
                            orderable,
                            old.createdAt(), old.revision() + 1);
                    return check(tx, changed).map(_ -> {
                        tx.sql().update(TABLE).set(NAME, name).set(UNIT_PRICE, unitPrice)
                                .set(CURRENCY, currency).set(ORDERABLE, orderable)
                                .set(REVISION, changed.revision()).where(ID.eq(id)).execute();
                        tx.tell(null, "product.changed", id, told(old), told(changed));
                        return changed;
                    });
                }));
    }

    /** Deletes a product of which there is no order and no batch; SIMs are always of a batch. */
    public Outcome<Product> delete(Actor actor, String id, @Nullable Long expectedRevision) {
        return database.write(actor,
                tx -> read(tx.sql(), id).at(expectedRevision, Product::revision).then(product -> {
                    if (tx.sql().fetchExists(Tables.SimOrder.TABLE,
                            Tables.SimOrder.PRODUCT.eq(id))) {
                        return inUse(id, "orders");
                    }
                    if (tx.sql().fetchExists(Tables.Batch.TABLE, Tables.Batch.PRODUCT.eq(id))) {
                        return inUse(id, "batches");
                    }
                    tx.sql().deleteFrom(TABLE).where(ID.eq(id)).execute();
                    tx.tell(null, "product.deleted", id, told(product), null);
                    return Outcome.done(product);
                }));
    }

    private static Outcome<Product> inUse(String id, String by) {
        return Outcome.conflict(Reason.IN_USE, "product " + id + " has " + by
                + ", expected none; set orderable to false and there are no new quotes for it");
    }

    private static Outcome<Boolean> check(Tx tx, Product product) {
        Faults faults = new Faults();
        faults.name("/name", product.name(), 100);
        faults.range("/unit_price", product.unitPrice(), 0, MAX_PRICE);
        if (!product.currency().matches("[A-Z]{3}")) {
            faults.add("/currency", Faults.shown(product.currency()),
                    "three capital letters (ISO 4217)");
        }
        if (faults.any()) {
            return faults.invalid();
        }
        if (tx.sql().fetchExists(TABLE, NAME.eq(product.name()).and(ID.ne(product.id())))) {
            return Outcome.conflict(Reason.TAKEN,
                    "a product is named \"" + product.name() + "\"");
        }
        return Outcome.done(true);
    }

    static Outcome<Product> read(DSLContext sql, String id) {
        Record row = sql.selectFrom(TABLE).where(ID.eq(id)).fetchOne();
        return row == null ? new Outcome.Absent<>("product", id) : Outcome.done(product(row));
    }

    private static Product product(Record row) {
        return new Product(row.get(ID), row.get(NAME),
                ProductKind.valueOf(row.get(KIND).toUpperCase(Locale.ROOT)), row.get(UNIT_PRICE),
                row.get(CURRENCY), row.get(ORDERABLE), Instant.ofEpochMilli(row.get(CREATED_AT)),
                row.get(REVISION));
    }

    private record Told(String name, String kind, long unit_price, String currency,
            boolean orderable) {}

    private static Told told(Product product) {
        return new Told(product.name(), product.kind().text(), product.unitPrice(),
                product.currency(), product.orderable());
    }
}
