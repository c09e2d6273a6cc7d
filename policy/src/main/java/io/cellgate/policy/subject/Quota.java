package io.cellgate.policy.subject;

import org.jspecify.annotations.Nullable;

/**
 * How much a SIM may send and receive together, in octets of IP packets, and what happens to what is beyond.
 *
 * @param bytesDay   in a day of UTC; null: any
 * @param bytesMonth in a month of UTC; null: any
 * @param rateBps    bits a second that pass beyond it, where it throttles; 0: nothing does, it blocks
 */
public record Quota(@Nullable Long bytesDay, @Nullable Long bytesMonth, long rateBps) {
    public static final long MAX_BYTES = 1L << 60;
    public static final long MIN_RATE_BPS = 1000;
    public static final long MAX_RATE_BPS = 1_000_000_000;

    public Quota {
        if (bytesDay == null && bytesMonth == null) {
            throw new IllegalArgumentException(
                    "quota: got neither bytes_day nor bytes_month, expected at least one of them");
        }
        check("bytes_day", bytesDay);
        check("bytes_month", bytesMonth);
        if (rateBps != 0 && (rateBps < MIN_RATE_BPS || rateBps > MAX_RATE_BPS)) {
            throw new IllegalArgumentException("quota: got rate_bps " + rateBps + ", expected "
                    + MIN_RATE_BPS + " to " + MAX_RATE_BPS);
        }
    }

    private static void check(String what, @Nullable Long bytes) {
        if (bytes != null && (bytes < 0 || bytes > MAX_BYTES)) {
            throw new IllegalArgumentException(
                    "quota: got " + what + " " + bytes + ", expected 0 to " + MAX_BYTES);
        }
    }

    public static Quota block(@Nullable Long bytesDay, @Nullable Long bytesMonth) {
        return new Quota(bytesDay, bytesMonth, 0);
    }

    /** Whether what is beyond passes slowly, rather than not at all. */
    public boolean throttles() {
        return rateBps != 0;
    }

    /** Whether so much is as much as there may be, or more. */
    public boolean isUsedUpBy(long day, long month) {
        return bytesDay != null && day >= bytesDay || bytesMonth != null && month >= bytesMonth;
    }
}
