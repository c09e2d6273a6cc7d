package io.cellgate.inventory.usage;

import java.time.LocalDate;
import java.time.temporal.ChronoField;

/**
 * What a SIM has used in a day and in its month, up and down together.
 *
 * @param day since 1970, UTC
 */
public record UsageTotals(long day, long octetsDay, long octetsMonth) {
    /** The same seen from a later day. */
    UsageTotals on(long later) {
        if (later <= day) {
            return this;
        }
        return new UsageTotals(later, 0, monthOf(later) == monthOf(day) ? octetsMonth : 0);
    }

    /** With more that was used on a day: what came late counts for its month alone, or not at all any more. */
    UsageTotals plus(long of, long octets) {
        UsageTotals now = on(of);
        return new UsageTotals(now.day, now.octetsDay + (of == now.day ? octets : 0),
                now.octetsMonth + (monthOf(of) == monthOf(now.day) ? octets : 0));
    }

    private static long monthOf(long day) {
        return LocalDate.ofEpochDay(day).getLong(ChronoField.PROLEPTIC_MONTH);
    }
}
