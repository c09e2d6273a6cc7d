package io.cellgate.inventory.operation;

import java.time.Instant;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Work that takes time, as it stands.
 *
 * @param account whose it is; null for the operator's
 * @param kind    such as {@code sims.import}
 * @param subject what it works on, such as a batch's id; null where that is not one object
 * @param total   how many parts there are; null while that is not known
 * @param done    how many came out well
 * @param failed  how many did not
 * @param detail  why it ended as it did; null while it runs or where it is done
 */
public record Operation(String id, @Nullable String account, String actor, String kind,
        @Nullable String subject, State state, @Nullable Long total, long done, long failed,
        @Nullable String detail, Instant createdAt, Instant changedAt) {
    /** How far it is. */
    public enum State {
        RUNNING,
        DONE,
        /** Somebody wanted it to end before its end: what is counted as done is done. */
        CANCELLED,
        /** It ended before its end: what is counted as done is done. */
        BROKEN_OFF;

        public String text() {
            return name().toLowerCase(Locale.ROOT);
        }

        /** @throws IllegalArgumentException if it names no state */
        public static State parse(String text) {
            return valueOf(text.toUpperCase(Locale.ROOT));
        }
    }
}
