package io.cellgate.dataplane.session;

import io.cellgate.policy.subject.Quota;
import org.jspecify.annotations.Nullable;

/**
 * What a SIM may use, and what it had used when it was asked for.
 *
 * @param quota      null: as much as it wants
 * @param day        the day that {@code bytesDay} is of, since 1970, UTC; another day's are none of today's
 * @param bytesDay   up and down together
 * @param bytesMonth in that day's month
 */
public record Allowance(@Nullable Quota quota, long day, long bytesDay, long bytesMonth) {
    /** Without a quota, of a SIM that has used nothing. */
    public static final Allowance UNLIMITED = new Allowance(null, 0, 0, 0);

    /** Bits a second to which what is beyond its quota holds it; 0: it is held to none. */
    public long rateBps() {
        return quota != null && quota.throttles() && quota.isUsedUpBy(bytesDay, bytesMonth)
                ? quota.rateBps()
                : 0;
    }
}
