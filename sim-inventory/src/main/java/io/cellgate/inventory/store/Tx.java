package io.cellgate.inventory.store;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jooq.DSLContext;
import org.jspecify.annotations.Nullable;

/** A write transaction that is running: what a change may use. Owned by the thread that runs it. */
public final class Tx {
    private final DSLContext sql;
    private final Instant now;
    private final Actor actor;
    private final List<Event> told;

    Tx(DSLContext sql, Instant now, Actor actor, List<Event> told) {
        this.sql = sql;
        this.now = now;
        this.actor = actor;
        this.told = told;
    }

    /** The same transaction, by another hand. */
    Tx by(Actor other) {
        return new Tx(sql, now, other, told);
    }

    public DSLContext sql() {
        return sql;
    }

    public Instant now() {
        return now;
    }

    public long nowMillis() {
        return now.toEpochMilli();
    }

    public Actor actor() {
        return actor;
    }

    /**
     * Tells of a change, to be committed with it.
     *
     * @param before the object as it was, as JSON maps or text; null where there is none
     * @param after  the object as it is now; null where it is gone
     */
    public void tell(@Nullable String account, String kind, String subject, @Nullable Object before,
            @Nullable Object after) {
        told.add(new Event(0, now, account, actor.name(), kind, subject,
                before == null ? null : Json.write(before),
                after == null ? null : Json.write(after)));
    }

    List<Event> told() {
        return told;
    }

    static List<Event> noneTold() {
        return new ArrayList<>();
    }
}
