package io.cellgate.inventory.store;

import io.cellgate.inventory.store.Tables.Counter;

/** Durable counters. */
public final class Counters {
    private Counters() {}

    /** Adds to a counter that starts at 0, and gives what it came to. */
    public static long add(Tx tx, String name, long count) {
        int updated = tx.sql().update(Counter.TABLE).set(Counter.VALUE, Counter.VALUE.plus(count))
                .where(Counter.NAME.eq(name)).execute();
        if (updated == 0) {
            int inserted = tx.sql().insertInto(Counter.TABLE).set(Counter.NAME, name)
                    .set(Counter.VALUE, count).execute();
            if (inserted != 1) {
                throw new IllegalStateException("counter " + name + " was not made");
            }
            return count;
        }
        return tx.sql().select(Counter.VALUE).from(Counter.TABLE)
                .where(Counter.NAME.eq(name)).fetchSingle().value1();
    }
}
