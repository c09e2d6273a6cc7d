package io.cellgate.inventory.event;

import static io.cellgate.inventory.store.Tables.Event.ACCOUNT;
import static io.cellgate.inventory.store.Tables.Event.ACTOR;
import static io.cellgate.inventory.store.Tables.Event.AT;
import static io.cellgate.inventory.store.Tables.Event.KIND;
import static io.cellgate.inventory.store.Tables.Event.SEQ;
import static io.cellgate.inventory.store.Tables.Event.SUBJECT;

import io.cellgate.inventory.account.Scope;
import io.cellgate.inventory.page.Page;
import io.cellgate.inventory.page.PageRequest;
import io.cellgate.inventory.store.Database;
import io.cellgate.inventory.store.Event;
import io.cellgate.inventory.store.EventRows;
import io.cellgate.inventory.store.Tables;
import java.time.Instant;
import java.util.List;
import java.util.function.Consumer;
import org.jooq.Condition;
import org.jooq.impl.DSL;
import org.jspecify.annotations.Nullable;

/** All committed changes in their order: to read back from any point, and to hear of as they come. */
public final class EventLog {
    private final Database database;

    public EventLog(Database database) {
        this.database = database;
    }

    /**
     * Which events are wanted; each part may be null: any.
     *
     * @param kind  a kind, or its first part with a dot: {@code sim.}
     * @param actor who did it, such as {@code token:tok_…}
     * @param since not older than this
     * @param until older than this
     */
    public record Filter(@Nullable String kind, @Nullable String subject, @Nullable String actor,
            @Nullable Instant since, @Nullable Instant until) {
        public static final Filter ALL = new Filter(null, null, null, null, null);

        Condition condition() {
            Condition all = DSL.noCondition();
            if (kind != null) {
                // compared octet by octet whatever the database's collation
                all = all.and(kind.endsWith(".")
                        ? DSL.left(KIND, kind.length()).eq(kind)
                        : KIND.eq(kind));
            }
            if (subject != null) {
                all = all.and(SUBJECT.eq(subject));
            }
            if (actor != null) {
                all = all.and(ACTOR.eq(actor));
            }
            if (since != null) {
                all = all.and(AT.ge(since.toEpochMilli()));
            }
            if (until != null) {
                all = all.and(AT.lt(until.toEpochMilli()));
            }
            return all;
        }
    }

    /** Events after a number, oldest first: to follow from where one was. */
    public List<Event> after(Scope scope, Filter filter, long seq, int limit) {
        return database.read(sql -> sql.selectFrom(Tables.Event.TABLE).where(SEQ.gt(seq))
                .and(scope.on(ACCOUNT)).and(filter.condition()).orderBy(SEQ).limit(limit)
                .fetch(EventRows::event));
    }

    /** Events, newest first: to read as a log. */
    public Page<Event> latest(Scope scope, Filter filter, PageRequest page) {
        return database.read(sql -> Page.of(
                sql.selectFrom(Tables.Event.TABLE).where(scope.on(ACCOUNT)).and(filter.condition())
                        .and(page.afterKey() == null
                                ? DSL.noCondition()
                                : SEQ.lt(number(page.afterKey())))
                        .orderBy(SEQ.desc()).limit(page.fetch()).fetch(EventRows::event),
                page, event -> Long.toString(event.seq())));
    }

    /** The number of the last event, 0 before the first. */
    public long head() {
        return database.read(EventRows::head);
    }

    /**
     * Hears of each change once it is committed, in order, before the call that made it returns. Called by the thread
     * that made the change; a change that a listener makes is told after the present one.
     */
    public void listen(Consumer<Event> listener) {
        database.listen(listener);
    }

    /** A cursor that was not made here leads to the list's end. */
    private static long number(String key) {
        try {
            return Long.parseLong(key);
        } catch (NumberFormatException e) {
            return 0;
        }
    }
}
