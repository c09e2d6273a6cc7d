package io.cellgate.dataplane.usage;

import io.cellgate.dataplane.session.Subscriber;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a session forwarded since it was reported last. Octets are those of IP packets.
 *
 * @param subscriber    whose it is, as it was when the session was set up or judged last
 * @param carrier       through whom it came
 * @param country       where it was, ISO 3166-1 alpha-2; null where its network did not tell
 * @param hour          since 1970
 * @param quotaExceeded whether a packet was refused, or slowed down, for its SIM's quota for the first time
 */
public record UsageRecord(Subscriber subscriber, String carrier, @Nullable String country,
        long hour, long bytesUp, long packetsUp, long bytesDown, long packetsDown,
        boolean quotaExceeded) {
    /** Who is told. */
    @FunctionalInterface
    public interface Listener {
        /** For where nobody wants to know. */
        Listener NONE = _ -> {};

        /**
         * Takes what was used, durably when it returns. Called on a thread of its own, where it may block. What it
         * throws means that it has taken nothing: it will be told the same again.
         */
        void used(List<UsageRecord> records);
    }

    /** What both of one session, place and hour come to. */
    UsageRecord plus(UsageRecord other) {
        return new UsageRecord(other.subscriber, carrier, country, hour, bytesUp + other.bytesUp,
                packetsUp + other.packetsUp, bytesDown + other.bytesDown,
                packetsDown + other.packetsDown, quotaExceeded || other.quotaExceeded);
    }
}
