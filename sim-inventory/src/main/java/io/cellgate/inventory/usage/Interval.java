package io.cellgate.inventory.usage;

import java.time.Instant;
import java.time.LocalDate;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.time.temporal.ChronoField;

/** What usage is added up over: periods of UTC, each with a number that grows by one with the next. */
public enum Interval {
    HOUR, DAY, MONTH;

    /** The number of the period that a time is in. */
    public long number(Instant at) {
        LocalDate day = LocalDate.ofInstant(at, ZoneOffset.UTC);
        return switch (this) {
            case HOUR -> Math.floorDiv(at.getEpochSecond(), 3600L);
            case DAY -> day.toEpochDay();
            case MONTH -> day.getLong(ChronoField.PROLEPTIC_MONTH);
        };
    }

    /** When a period begins. */
    public Instant start(long number) {
        return switch (this) {
            case HOUR -> Instant.ofEpochSecond(number * 3600);
            case DAY -> Instant.ofEpochSecond(number * 86_400);
            case MONTH -> YearMonth
                    .of((int) Math.floorDiv(number, 12L), (int) Math.floorMod(number, 12L) + 1)
                    .atDay(1).atStartOfDay().toInstant(ZoneOffset.UTC);
        };
    }
}
