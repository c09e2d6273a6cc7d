package io.cellgate.inventory.webhook;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One event on its way to one webhook.
 *
 * @param id         stays the same whatever the attempt: receivers know by it what they have had
 * @param eventSeq   the event's number; 0: a ping
 * @param attempts   how often it was tried
 * @param nextAt     when it is tried next, while it is pending
 * @param lastStatus the HTTP status of the last answer; null where there was none
 * @param lastError  what went wrong last
 */
public record Delivery(String id, String webhook, long eventSeq, String kind, String subject,
        State state, long attempts, Instant nextAt, @Nullable Long lastStatus,
        @Nullable String lastError, Instant createdAt, Instant changedAt) {
    /** The event number of a ping. */
    public static final long PING = 0;

    /** What became of it. */
    public enum State {
        /** To be tried, now or later. */
        PENDING,
        /** Answered with a status of 2xx. */
        DELIVERED,
        /** Tried as often as the webhook allows: dead-lettered. */
        DEAD
    }
}
