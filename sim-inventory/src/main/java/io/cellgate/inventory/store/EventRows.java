package io.cellgate.inventory.store;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jooq.DSLContext;
import org.jooq.Record;
import org.jooq.impl.DSL;

/** The outbox as the database has it. */
public final class EventRows {
    private EventRows() {}

    /** Puts events into the outbox, numbered on from the last one. */
    static List<Event> insert(Connection connection, List<Event> told, long lastSeq)
            throws SQLException {
        long seq = lastSeq;
        List<Event> events = new ArrayList<>(told.size());
        try (PreparedStatement insert = connection.prepareStatement(
                "insert into event (seq, at, account, actor, kind, subject, before_json, after_json)"
                        + " values (?, ?, ?, ?, ?, ?, ?, ?)")) {
            for (Event each : told) {
                seq++;
                insert.setLong(1, seq);
                insert.setLong(2, each.at().toEpochMilli());
                insert.setString(3, each.account());
                insert.setString(4, each.actor());
                insert.setString(5, each.kind());
                insert.setString(6, each.subject());
                insert.setString(7, each.before());
                insert.setString(8, each.after());
                insert.addBatch();
                events.add(new Event(seq, each.at(), each.account(), each.actor(), each.kind(),
                        each.subject(), each.before(), each.after()));
            }
            insert.executeBatch();
        }
        return events;
    }

    /** The number of the last event, 0 before the first. */
    public static long head(DSLContext sql) {
        Long head = sql.select(DSL.max(Tables.Event.SEQ)).from(Tables.Event.TABLE)
                .fetchOne(DSL.max(Tables.Event.SEQ));
        return head == null ? 0 : head;
    }

    static List<Event> after(DSLContext sql, long seq) {
        return sql.selectFrom(Tables.Event.TABLE).where(Tables.Event.SEQ.gt(seq))
                .orderBy(Tables.Event.SEQ).fetch(EventRows::event);
    }

    public static Event event(Record row) {
        return new Event(row.get(Tables.Event.SEQ), Instant.ofEpochMilli(row.get(Tables.Event.AT)),
                row.get(Tables.Event.ACCOUNT), row.get(Tables.Event.ACTOR),
                row.get(Tables.Event.KIND), row.get(Tables.Event.SUBJECT),
                row.get(Tables.Event.BEFORE_JSON), row.get(Tables.Event.AFTER_JSON));
    }
}
