package io.cellgate.inventory.condition;

import static io.cellgate.inventory.store.Tables.SimCondition.DETAIL;
import static io.cellgate.inventory.store.Tables.SimCondition.ICCID;
import static io.cellgate.inventory.store.Tables.SimCondition.KIND;
import static io.cellgate.inventory.store.Tables.SimCondition.SINCE;
import static io.cellgate.inventory.store.Tables.SimCondition.TABLE;

import io.cellgate.inventory.store.Actor;
import io.cellgate.inventory.store.Database;
import io.cellgate.inventory.store.Json;
import io.cellgate.inventory.store.PreparedQuery;
import io.cellgate.inventory.store.Tables;
import io.cellgate.inventory.store.Tx;
import io.cellgate.policy.subject.Iccid;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The conditions of SIMs. Beginning and end of each are events. */
public final class ConditionStore implements AutoCloseable {
    private static final String OF_SIM = "select kind, since, detail from sim_condition"
            + " where iccid = ? order by kind";

    private final Database database;
    /** Asked with each SIM that is shown. */
    private final PreparedQuery ofSim;

    public ConditionStore(Database database) {
        this.database = database;
        ofSim = new PreparedQuery(database, OF_SIM);
    }

    /**
     * A condition that a SIM has.
     *
     * @param detail what it is of, as JSON
     */
    public record Held(Iccid iccid, Condition condition, Instant since, String detail) {}

    /** A SIM as events tell its condition. */
    private record Told(String condition, @Nullable Object detail) {}

    /** Begins one; a SIM that has it keeps it as it began. */
    public void begin(Iccid iccid, Condition condition, Object detail) {
        Boolean _ = database.write(Actor.GATEWAY, tx -> begin(tx, iccid, condition, detail,
                () -> new Told(condition.text(), detail)));
    }

    /**
     * Begins one within a transaction; a SIM that has it keeps it as it began.
     *
     * @param told what the event tells of the SIM
     * @return whether it began
     */
    public boolean begin(Tx tx, Iccid iccid, Condition condition, Object detail,
            Supplier<Object> told) {
        if (tx.sql().fetchExists(TABLE, is(iccid, condition))) {
            return false;
        }
        tx.sql().insertInto(TABLE).set(ICCID, iccid.digits()).set(KIND, condition.text())
                .set(SINCE, tx.nowMillis()).set(DETAIL, Json.write(detail)).execute();
        tx.tell(account(tx, iccid), condition.event(), iccid.digits(), null, told.get());
        return true;
    }

    /**
     * Changes what one that a SIM has is of, within a transaction; it lasts since it began.
     *
     * @param before what the event tells of the SIM as it was
     * @param after  and as it is
     */
    public void restate(Tx tx, Held held, Object detail, Object before, Object after) {
        int _ = tx.sql().update(TABLE).set(DETAIL, Json.write(detail))
                .where(is(held.iccid(), held.condition())).execute();
        tx.tell(account(tx, held.iccid()), held.condition().event(), held.iccid().digits(),
                before, after);
    }

    /** Ends one, where the SIM has it. */
    public void end(Actor actor, Iccid iccid, Condition condition) {
        Boolean _ = database.write(actor,
                tx -> end(tx, iccid, condition, new Told(condition.text(), null)));
    }

    /**
     * Ends one within a transaction.
     *
     * @param told what the event tells of the SIM
     * @return whether the SIM had it
     */
    public boolean end(Tx tx, Iccid iccid, Condition condition, Object told) {
        int ended = tx.sql().deleteFrom(TABLE).where(is(iccid, condition)).execute();
        if (ended == 1) {
            tx.tell(account(tx, iccid), condition.endEvent(), iccid.digits(), told, null);
        }
        return ended == 1;
    }

    /** What a SIM has of one condition, or null. */
    public @Nullable Held find(Iccid iccid, Condition condition) {
        return database.read(sql -> sql.select(SINCE, DETAIL).from(TABLE)
                .where(is(iccid, condition)).fetchOne(row -> new Held(iccid, condition,
                        Instant.ofEpochMilli(row.value1()), row.value2())));
    }

    /** The SIMs that have one. */
    public Set<Iccid> having(Condition condition) {
        return database.read(sql -> sql.select(ICCID).from(TABLE)
                .where(KIND.eq(condition.text())).fetchSet(row -> new Iccid(row.value1())));
    }

    /** What a SIM has, as committed. */
    public List<Held> of(Iccid iccid) {
        return ofSim.ask(statement -> statement.setString(1, iccid.digits()), rows -> {
            List<Held> held = new ArrayList<>();
            while (rows.next()) {
                held.add(new Held(iccid, Condition.parse(rows.getString(1)),
                        Instant.ofEpochMilli(rows.getLong(2)), rows.getString(3)));
            }
            return held;
        });
    }

    /**
     * Looks at each SIM that has a condition, some at a time, and ends it where that is over.
     *
     * @return how many it ended
     */
    public int review(Condition condition, Predicate<Held> isOver) {
        int ended = 0;
        String after = "";
        while (true) {
            String from = after;
            List<Held> some = database.read(sql -> sql.select(ICCID, SINCE, DETAIL).from(TABLE)
                    .where(KIND.eq(condition.text())).and(ICCID.gt(from)).orderBy(ICCID).limit(500)
                    .fetch(row -> new Held(new Iccid(row.value1()), condition,
                            Instant.ofEpochMilli(row.value2()), row.value3())));
            if (some.isEmpty()) {
                return ended;
            }
            for (Held held : some) {
                if (isOver.test(held)) {
                    end(Actor.SYSTEM, held.iccid(), condition);
                    ended++;
                }
            }
            after = some.getLast().iccid().digits();
        }
    }

    private static org.jooq.Condition is(Iccid iccid, Condition condition) {
        return ICCID.eq(iccid.digits()).and(KIND.eq(condition.text()));
    }

    private static @Nullable String account(Tx tx, Iccid iccid) {
        return tx.sql().select(Tables.Sim.ACCOUNT).from(Tables.Sim.TABLE)
                .where(Tables.Sim.ICCID.eq(iccid.digits())).fetchOne(Tables.Sim.ACCOUNT);
    }

    @Override
    public void close() {
        ofSim.close();
    }
}
