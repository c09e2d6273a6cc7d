package io.cellgate.inventory.usage;

import io.cellgate.inventory.account.Scope;
import io.cellgate.inventory.page.Page;
import io.cellgate.inventory.page.PageRequest;
import io.cellgate.inventory.store.Actor;
import io.cellgate.inventory.store.Database;
import io.cellgate.inventory.store.PreparedQuery;
import io.cellgate.inventory.store.Tables.UsageDay;
import io.cellgate.inventory.store.Tables.UsageHour;
import io.cellgate.inventory.store.Tx;
import io.cellgate.inventory.usage.UsageQuery.Columns;
import io.cellgate.policy.subject.Iccid;
import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.function.Consumer;
import org.jooq.Condition;
import org.jooq.Field;
import org.jooq.Record;
import org.jooq.Table;
import org.jooq.impl.DSL;
import org.jspecify.annotations.Nullable;

/**
 * What SIMs used, by the hour and by the day. Hours are kept for {@value #HOURS_KEPT_DAYS} days, days for
 * {@value #DAYS_KEPT}.
 */
public final class UsageStore implements AutoCloseable {
    public static final int HOURS_KEPT_DAYS = 35;
    public static final int DAYS_KEPT = 800;
    private static final String ADD_HOUR = """
            insert into usage_hour (iccid, hour, account, fleet, carrier, country,
                   octets_up, packets_up, octets_down, packets_down)
            values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            on conflict (iccid, hour, account, fleet, carrier, country) do update
               set octets_up = usage_hour.octets_up + excluded.octets_up,
                   packets_up = usage_hour.packets_up + excluded.packets_up,
                   octets_down = usage_hour.octets_down + excluded.octets_down,
                   packets_down = usage_hour.packets_down + excluded.packets_down""";
    private static final String ADD_DAY = """
            insert into usage_day (iccid, day, account, fleet, carrier, country,
                   octets_up, packets_up, octets_down, packets_down, month)
            values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            on conflict (iccid, day, account, fleet, carrier, country) do update
               set octets_up = usage_day.octets_up + excluded.octets_up,
                   packets_up = usage_day.packets_up + excluded.packets_up,
                   octets_down = usage_day.octets_down + excluded.octets_down,
                   packets_down = usage_day.packets_down + excluded.packets_down""";

    private static final String DAYS_OF_MONTH = """
            select day, octets_up + octets_down from usage_day
             where iccid = ? and day >= ?""";

    private final Database database;
    private final TotalsCache totals = new TotalsCache();
    private final PreparedQuery ofMonth;

    public UsageStore(Database database) {
        this.database = database;
        ofMonth = new PreparedQuery(database, DAYS_OF_MONTH);
    }

    /** Adds what was used, all of it or, on a failure, nothing. */
    public void add(List<UsageEntry> entries) {
        add(entries, _ -> {
            // nothing goes with it
        });
    }

    /** Adds what was used, and does what goes with it in the same transaction, which is this one's own. */
    void add(List<UsageEntry> entries, Consumer<Tx> also) {
        if (database.isWriting()) {
            throw new IllegalStateException("got usage within a write, expected it alone");
        }
        totals.add(entries, () -> {
            Boolean _ = database.write(Actor.GATEWAY, tx -> {
                tx.sql().connection(connection -> add(connection, entries));
                also.accept(tx);
                return true;
            });
        });
    }

    private static void add(Connection connection, List<UsageEntry> entries) throws SQLException {
        try (PreparedStatement hours = connection.prepareStatement(ADD_HOUR);
                PreparedStatement days = connection.prepareStatement(ADD_DAY)) {
            for (UsageEntry entry : entries) {
                Instant at = Interval.HOUR.start(entry.hour());
                bind(hours, entry, entry.hour());
                hours.addBatch();
                bind(days, entry, Interval.DAY.number(at));
                days.setLong(11, Interval.MONTH.number(at));
                days.addBatch();
            }
            int[] _ = hours.executeBatch();
            int[] _ = days.executeBatch();
        }
    }

    private static void bind(PreparedStatement row, UsageEntry entry, long period)
            throws SQLException {
        row.setString(1, entry.iccid().digits());
        row.setLong(2, period);
        row.setString(3, entry.account());
        row.setString(4, orEmpty(entry.fleet()));
        row.setString(5, entry.carrier());
        row.setString(6, orEmpty(entry.country()));
        row.setLong(7, entry.amount().octetsUp());
        row.setLong(8, entry.amount().packetsUp());
        row.setLong(9, entry.amount().octetsDown());
        row.setLong(10, entry.amount().packetsDown());
    }

    private static String orEmpty(@Nullable String text) {
        return text == null ? "" : text;
    }

    /** What a SIM has used in the day and the month of a time, whoever it belonged to. */
    public UsageTotals totals(Iccid iccid, Instant at) {
        if (database.isWriting()) {
            return withinWrite(iccid, at);
        }
        UsageTotals known = findKnown(iccid, at);
        return known != null
                ? known
                : totals.read(iccid, () -> ofMonth.ask(statement -> bind(statement, iccid, at),
                        days -> totals(days, at)));
    }

    /** The same without waiting for the store: null where it would have to be read. */
    public @Nullable UsageTotals findKnown(Iccid iccid, Instant at) {
        return totals.find(iccid, Interval.DAY.number(at));
    }

    /** What the write itself did counts. */
    private UsageTotals withinWrite(Iccid iccid, Instant at) {
        return database.read(sql -> sql.connectionResult(connection -> {
            try (PreparedStatement statement = connection.prepareStatement(DAYS_OF_MONTH)) {
                bind(statement, iccid, at);
                try (ResultSet days = statement.executeQuery()) {
                    return totals(days, at).totals();
                }
            }
        }));
    }

    private static void bind(PreparedStatement statement, Iccid iccid, Instant at)
            throws SQLException {
        statement.setString(1, iccid.digits());
        statement.setLong(2,
                Interval.DAY.number(Interval.MONTH.start(Interval.MONTH.number(at))));
    }

    private static TotalsCache.Reading totals(ResultSet days, Instant at) throws SQLException {
        long day = Interval.DAY.number(at);
        long octetsDay = 0;
        long octetsMonth = 0;
        boolean isNewest = true;
        while (days.next()) {
            long of = days.getLong(1);
            octetsMonth += of <= day ? days.getLong(2) : 0;
            octetsDay += of == day ? days.getLong(2) : 0;
            isNewest &= of <= day;
        }
        return new TotalsCache.Reading(new UsageTotals(day, octetsDay, octetsMonth), isNewest);
    }

    /** The usage that a caller may see, by period and within it by what it is of. */
    public Page<UsageLine> list(Scope scope, UsageQuery query, PageRequest page) {
        Columns columns = query.columns();
        Field<String> of = columns.by(query.by());
        return database.read(sql -> Page.of(
                sql.select(columns.period(), of, DSL.sum(columns.octetsUp()),
                        DSL.sum(columns.packetsUp()), DSL.sum(columns.octetsDown()),
                        DSL.sum(columns.packetsDown())).from(table(query))
                        .where(scope.on(columns.account())).and(query.condition())
                        .and(after(page.afterKey(), columns.period(), of))
                        .groupBy(columns.period(), of).orderBy(columns.period(), of)
                        .limit(page.fetch()).fetch(row -> line(query.interval(), row)),
                page, line -> key(query.interval(), line)));
    }

    private static Table<Record> table(UsageQuery query) {
        return query.interval() == Interval.HOUR ? UsageHour.TABLE : UsageDay.TABLE;
    }

    private static UsageLine line(Interval interval, Record row) {
        String of = row.get(1, String.class);
        return new UsageLine(of.isEmpty() ? null : of, interval.start(row.get(0, Long.class)),
                new Amount(sum(row, 2), sum(row, 3), sum(row, 4), sum(row, 5)));
    }

    private static long sum(Record row, int column) {
        return row.get(column, BigDecimal.class).longValueExact();
    }

    private static String key(Interval interval, UsageLine line) {
        return interval.number(line.start()) + "/" + orEmpty(line.of());
    }

    private static Condition after(@Nullable String key, Field<Long> period, Field<String> of) {
        if (key == null) {
            return DSL.noCondition();
        }
        int slash = key.indexOf('/');
        long last = Long.parseLong(key.substring(0, Math.max(slash, 0)));
        return period.gt(last).or(period.eq(last).and(of.gt(key.substring(slash + 1))));
    }

    /** Forgets what is older than is kept; returns how many rows that were. */
    public int prune(Instant now) {
        long day = Interval.DAY.number(now);
        return database.write(Actor.SYSTEM,
                tx -> tx.sql().deleteFrom(UsageHour.TABLE)
                        .where(UsageHour.HOUR.lt((day - HOURS_KEPT_DAYS) * 24)).execute()
                        + tx.sql().deleteFrom(UsageDay.TABLE)
                                .where(UsageDay.DAY.lt(day - DAYS_KEPT)).execute());
    }

    @Override
    public void close() {
        ofMonth.close();
    }
}
