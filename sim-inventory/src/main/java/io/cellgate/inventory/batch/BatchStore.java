package io.cellgate.inventory.batch;

import static io.cellgate.inventory.store.Tables.Batch.CREATED_AT;
import static io.cellgate.inventory.store.Tables.Batch.DATA_KEY;
import static io.cellgate.inventory.store.Tables.Batch.ID;
import static io.cellgate.inventory.store.Tables.Batch.NAME;
import static io.cellgate.inventory.store.Tables.Batch.PRODUCT;
import static io.cellgate.inventory.store.Tables.Batch.REVISION;
import static io.cellgate.inventory.store.Tables.Batch.SIMS;
import static io.cellgate.inventory.store.Tables.Batch.TABLE;

import io.cellgate.inventory.lines.BoundedLines;
import io.cellgate.inventory.operation.Operation;
import io.cellgate.inventory.operation.OperationStore;
import io.cellgate.inventory.order.ProductKind;
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
import io.cellgate.inventory.vault.Vault;
import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import org.jooq.DSLContext;
import org.jooq.Record;
import org.jooq.impl.DSL;
import org.jspecify.annotations.Nullable;

/**
 * Batches, and the import of the files that come with them. A file is read as a stream and imported some lines at a
 * time, each time in a transaction of its own, so that an import of a million lines neither fills the memory nor keeps
 * others from writing. An import that broke off is finished by doing it again: a line that was imported is then found
 * unchanged.
 */
public final class BatchStore {
    /** Lines to a transaction: long enough that its flush to the disk is shared by many, short for those who wait. */
    private static final int CHUNK_LINES = 2000;
    private static final String IMPORT = "sims.import";

    private final Database database;
    private final Vault vault;
    private final OperationStore operations;

    public BatchStore(Database database, Vault vault, OperationStore operations) {
        this.database = database;
        this.vault = vault;
        this.operations = operations;
    }

    public Outcome<Batch> create(Actor actor, String product, String name) {
        Faults faults = new Faults();
        faults.name("/name", name, 100);
        if (faults.any()) {
            return faults.invalid();
        }
        return database.write(actor, tx -> {
            if (!tx.sql().fetchExists(Tables.Product.TABLE, Tables.Product.ID.eq(product))) {
                return new Outcome.Absent<>("product", product);
            }
            if (tx.sql().fetchExists(TABLE, NAME.eq(name))) {
                return Outcome.conflict(Reason.TAKEN, "a batch is named \"" + name + "\"");
            }
            Batch batch = new Batch(ObjectId.next("bat", tx.now()), product, name, 0, tx.now(), 1);
            tx.sql().insertInto(TABLE).set(ID, batch.id()).set(PRODUCT, product).set(NAME, name)
                    .set(DATA_KEY, vault.newDataKey(tx)).set(SIMS, 0L)
                    .set(CREATED_AT, tx.nowMillis()).set(REVISION, 1L).execute();
            tx.tell(null, "batch.created", batch.id(), null, told(batch));
            return Outcome.done(batch);
        });
    }

    public Outcome<Batch> find(String id) {
        return database.read(sql -> read(sql, id));
    }

    /** The batch of a name, for who repeats an import and does not know its id. */
    public @Nullable Batch findByName(String name) {
        return database.read(sql -> sql.selectFrom(TABLE).where(NAME.eq(name))
                .fetchOne(BatchStore::batch));
    }

    /** @param name null: of any */
    public Page<Batch> list(@Nullable String name, PageRequest page) {
        return database.read(sql -> Page.of(
                sql.selectFrom(TABLE)
                        .where(page.afterKey() == null
                                ? DSL.noCondition()
                                : ID.gt(page.afterKey()))
                        .and(name == null ? DSL.noCondition() : NAME.eq(name))
                        .orderBy(ID).limit(page.fetch()).fetch(BatchStore::batch),
                page, Batch::id));
    }

    /** Deletes a batch without SIMs into which nothing is imported. */
    public Outcome<Batch> delete(Actor actor, String id, @Nullable Long expectedRevision) {
        return database.write(actor,
                tx -> read(tx.sql(), id).at(expectedRevision, Batch::revision).then(batch -> {
                    if (tx.sql().fetchExists(Tables.Sim.TABLE, Tables.Sim.BATCH.eq(id))) {
                        return Outcome.conflict(Reason.IN_USE,
                                "batch " + id + " has SIMs, expected none");
                    }
                    String running = OperationStore.running(tx, IMPORT, id);
                    if (running != null) {
                        return Outcome.conflict(Reason.IN_USE,
                                "operation " + running + " imports into batch " + id);
                    }
                    tx.sql().deleteFrom(TABLE).where(ID.eq(id)).execute();
                    tx.tell(null, "batch.deleted", id, told(batch), null);
                    return Outcome.done(batch);
                }));
    }

    /**
     * Imports a manufacturer's file. While it goes on, it is an {@link Operation} that others can look at.
     *
     * @param results hears of each line once what it changed is durable, in the file's order, on this thread
     * @return invalid, with nothing changed, where the file's header is wrong; otherwise done, however many of its
     *         lines are wrong
     * @throws IOException if the file cannot be read to its end; what was told before is durable
     */
    public Outcome<ImportSummary> importSims(Actor actor, String id, InputStream file,
            ImportFormat format, Consumer<LineResult> results) throws IOException {
        if (database.isWriting()) {
            throw new IllegalStateException("an import cannot be part of another change");
        }
        ProductKind kind = database.read(sql -> sql.select(Tables.Product.KIND).from(TABLE)
                .join(Tables.Product.TABLE).on(Tables.Product.ID.eq(PRODUCT)).where(ID.eq(id))
                .fetchOne(row -> ProductKind.parse(row.value1())));
        if (kind == null) {
            return new Outcome.Absent<>("batch", id);
        }
        boolean isEsim = kind == ProductKind.ESIM;
        BoundedLines lines = new BoundedLines(file);
        Outcome<SimLines> opened = switch (format) {
            case CSV -> CsvSimLines.open(lines, isEsim);
            case NDJSON -> Outcome.done(new NdjsonSimLines(lines, isEsim));
        };
        if (!(opened instanceof Outcome.Done<SimLines>(SimLines sims))) {
            return opened.map(_ -> ImportSummary.NONE);
        }
        Operation operation = operations.begin(actor, null, IMPORT, id, null);
        String broken = "its input broke off";
        try (ExecutorService ahead = Executors.newVirtualThreadPerTaskExecutor()) {
            // from its beginning on, the operation keeps the batch from being deleted
            if (find(id) instanceof Outcome.Absent<Batch>(String what, String gone)) {
                broken = "its batch was deleted";
                return new Outcome.Absent<>(what, gone);
            }
            ImportSummary summary = ImportSummary.NONE;
            SimImport chunk = nextChunk(sims, id);
            while (!chunk.isEmpty()) {
                if (operations.isCancelled(operation.id())) {
                    return Outcome.conflict(Reason.WRONG_STATE, "operation " + operation.id()
                            + " was cancelled; what was told before is imported");
                }
                // the next lines are read and sealed while these are written
                Future<SimImport> next = ahead.submit(() -> nextChunk(sims, id));
                SimImport part = chunk;
                List<LineResult> verdicts = database.write(actor,
                        tx -> importChunk(tx, id, operation.id(), part));
                for (LineResult verdict : verdicts) {
                    summary = summary.plus(verdict.verdict());
                    results.accept(verdict);
                }
                chunk = finished(next);
            }
            broken = "";
            return Outcome.done(summary);
        } finally {
            Operation _ = operations.end(actor, operation.id(),
                    broken.isEmpty() ? Operation.State.DONE : Operation.State.BROKEN_OFF,
                    broken.isEmpty() ? null : broken);
        }
    }

    private static SimImport finished(Future<SimImport> next) throws IOException {
        try {
            return next.get();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while reading", interrupted);
        } catch (ExecutionException failed) {
            switch (failed.getCause()) {
                case IOException broken -> throw broken;
                case RuntimeException refused -> throw refused;
                case null, default -> throw new IllegalStateException(failed.getCause());
            }
        }
    }

    private List<LineResult> importChunk(Tx tx, String id, String operation, SimImport chunk) {
        Batch batch = read(tx.sql(), id).require();
        // what was sealed ahead is sealed anew where the key was rotated in between
        List<LineResult> verdicts = chunk.sealed(dataKey(tx.sql(), id)).run(tx, batch);
        OperationStore.report(tx, operation, verdicts.stream().map(LineResult::kept).toList());
        long well = verdicts.stream().filter(line -> line.verdict().isWell()).count();
        OperationStore.progress(tx, operation, well, verdicts.size() - well);
        if (chunk.imported() > 0) {
            Batch grown = new Batch(id, batch.product(), batch.name(),
                    batch.sims() + chunk.imported(), batch.createdAt(), batch.revision() + 1);
            tx.sql().update(TABLE).set(SIMS, grown.sims()).set(REVISION, grown.revision())
                    .where(ID.eq(id)).execute();
            tx.tell(null, "batch.imported", id, told(batch), told(grown));
        }
        return verdicts;
    }

    private SimImport nextChunk(SimLines sims, String id) throws IOException {
        return new SimImport(vault, id, nextChunk(sims))
                .sealed(database.read(sql -> dataKey(sql, id)));
    }

    private static String dataKey(DSLContext sql, String id) {
        return sql.select(DATA_KEY).from(TABLE).where(ID.eq(id)).fetchSingle().value1();
    }

    private static List<SimLine> nextChunk(SimLines sims) throws IOException {
        List<SimLine> chunk = new ArrayList<>(CHUNK_LINES);
        while (chunk.size() < CHUNK_LINES) {
            SimLine line = sims.next();
            if (line == null) {
                break;
            }
            chunk.add(line);
        }
        return chunk;
    }

    private static Outcome<Batch> read(DSLContext sql, String id) {
        Record row = sql.selectFrom(TABLE).where(ID.eq(id)).fetchOne();
        return row == null ? new Outcome.Absent<>("batch", id) : Outcome.done(batch(row));
    }

    private static Batch batch(Record row) {
        return new Batch(row.get(ID), row.get(PRODUCT), row.get(NAME), row.get(SIMS),
                Instant.ofEpochMilli(row.get(CREATED_AT)), row.get(REVISION));
    }

    private record Told(String product, String name, long sims) {}

    private static Told told(Batch batch) {
        return new Told(batch.product(), batch.name(), batch.sims());
    }
}
