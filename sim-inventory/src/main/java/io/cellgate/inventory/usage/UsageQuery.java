package io.cellgate.inventory.usage;

import io.cellgate.inventory.store.Tables.UsageDay;
import io.cellgate.inventory.store.Tables.UsageHour;
import java.time.Instant;
import org.jooq.Condition;
import org.jooq.Field;
import org.jooq.impl.DSL;
import org.jspecify.annotations.Nullable;

/**
 * Which usage is wanted, and how it is added up.
 *
 * @param by   one line for each of these
 * @param from the beginning of the first period is at this time or before; null: all that is kept
 * @param to   periods that begin at this time or later are left out; null: none
 */
public record UsageQuery(By by, Interval interval, @Nullable Instant from, @Nullable Instant to,
        @Nullable String iccid, @Nullable String fleet, @Nullable String carrier,
        @Nullable String country) {
    /** What there is a line for in each period. */
    public enum By {
        SIM, FLEET, ACCOUNT, CARRIER, COUNTRY
    }

    /** The columns of the table that the interval is kept in. */
    record Columns(Field<String> iccid, Field<String> account, Field<String> fleet,
            Field<String> carrier, Field<String> country, Field<Long> period, Field<Long> octetsUp,
            Field<Long> packetsUp, Field<Long> octetsDown, Field<Long> packetsDown) {
        private static final Columns OF_HOUR = new Columns(UsageHour.ICCID, UsageHour.ACCOUNT,
                UsageHour.FLEET, UsageHour.CARRIER, UsageHour.COUNTRY, UsageHour.HOUR,
                UsageHour.OCTETS_UP, UsageHour.PACKETS_UP, UsageHour.OCTETS_DOWN,
                UsageHour.PACKETS_DOWN);

        private static Columns ofDay(Field<Long> period) {
            return new Columns(UsageDay.ICCID, UsageDay.ACCOUNT, UsageDay.FLEET, UsageDay.CARRIER,
                    UsageDay.COUNTRY, period, UsageDay.OCTETS_UP, UsageDay.PACKETS_UP,
                    UsageDay.OCTETS_DOWN, UsageDay.PACKETS_DOWN);
        }

        Field<String> by(By by) {
            return switch (by) {
                case SIM -> iccid;
                case FLEET -> fleet;
                case ACCOUNT -> account;
                case CARRIER -> carrier;
                case COUNTRY -> country;
            };
        }
    }

    Columns columns() {
        return switch (interval) {
            case HOUR -> Columns.OF_HOUR;
            case DAY -> Columns.ofDay(UsageDay.DAY);
            case MONTH -> Columns.ofDay(UsageDay.MONTH);
        };
    }

    Condition condition() {
        Columns columns = columns();
        Condition all = DSL.noCondition();
        if (from != null) {
            all = all.and(columns.period().ge(interval.number(from)));
        }
        if (to != null) {
            long last = interval.number(to);
            all = all.and(interval.start(last).equals(to)
                    ? columns.period().lt(last)
                    : columns.period().le(last));
        }
        all = with(all, columns.iccid(), iccid);
        all = with(all, columns.fleet(), fleet);
        all = with(all, columns.carrier(), carrier);
        return with(all, columns.country(), country);
    }

    private static Condition with(Condition all, Field<String> column, @Nullable String value) {
        return value == null ? all : all.and(column.eq(value));
    }
}
