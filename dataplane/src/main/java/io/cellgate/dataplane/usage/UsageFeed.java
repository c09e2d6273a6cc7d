package io.cellgate.dataplane.usage;

import io.cellgate.dataplane.session.UserPlaneSession;
import io.cellgate.policy.subject.MobileCountryCode;
import io.cellgate.policy.subject.Plmn;
import java.util.ArrayDeque;
import java.util.function.Consumer;
import org.agrona.concurrent.OneToOneConcurrentArrayQueue;
import org.jspecify.annotations.Nullable;

/**
 * A worker's end of the way that usage takes: entries made beforehand go to the reporter filled and come back empty.
 * Where all are under way the worker keeps what it has and reports it later; what cannot wait, since its session or
 * its hour ends, gets an entry made for it. So nothing is lost and nobody waits.
 */
public final class UsageFeed {
    private static final int ENTRIES = 8192;

    private final OneToOneConcurrentArrayQueue<Entry> filled = new OneToOneConcurrentArrayQueue<>(
            ENTRIES);
    private final OneToOneConcurrentArrayQueue<Entry> empty = new OneToOneConcurrentArrayQueue<>(
            ENTRIES);
    private final ArrayDeque<Entry> late = new ArrayDeque<>();
    private long published;
    private volatile long confirmed;

    /** One report; see {@link UsageRecord} for what the fields mean. */
    public static final class Entry {
        /** Whose it is, and where: as it was when this was counted. */
        public @Nullable UserPlaneSession session;
        public long hour;
        public long bytesUp;
        public long packetsUp;
        public long bytesDown;
        public long packetsDown;
        public boolean quotaExceeded;

        private UsageRecord toRecord() {
            UserPlaneSession whose = session;
            if (whose == null) {
                throw new IllegalStateException("a usage report without its session");
            }
            Plmn plmn = whose.request().location().plmn();
            return new UsageRecord(whose.subscriber(), whose.request().carrier().id(),
                    plmn == null ? null : MobileCountryCode.country(plmn), hour, bytesUp, packetsUp,
                    bytesDown,
                    packetsDown, quotaExceeded);
        }
    }

    public UsageFeed() {
        for (int i = 0; i < ENTRIES; i++) {
            empty.add(new Entry());
        }
    }

    /** An entry to fill, or null where all are under way. Worker only. */
    public @Nullable Entry claim() {
        return empty.poll();
    }

    /** An entry to fill in any case. Worker only. */
    public Entry claimInAnyCase() {
        Entry entry = empty.poll();
        return entry == null ? new Entry() : entry;
    }

    /** Hands over an entry that was claimed; returns its number. Worker only. */
    public long publish(Entry entry) {
        if (!late.isEmpty() || !filled.offer(entry)) {
            late.add(entry);
        }
        return ++published;
    }

    /** Hands over what found no room before; false where there is still none. Worker only. */
    public boolean flush() {
        while (!late.isEmpty()) {
            if (!filled.offer(late.getFirst())) {
                return false;
            }
            late.removeFirst();
        }
        return true;
    }

    /** Up to which number the reports have been taken by the listener. */
    public long confirmed() {
        return confirmed;
    }

    /** Takes what is there; returns how many that were. Reporter only. */
    int drain(Consumer<UsageRecord> to) {
        int count = 0;
        Entry entry = filled.poll();
        while (entry != null) {
            to.accept(entry.toRecord());
            entry.session = null;
            boolean _ = empty.offer(entry); // one that was made beyond the usual number goes
            count++;
            entry = filled.poll();
        }
        return count;
    }

    /** The listener has taken everything up to this number. Reporter only. */
    void confirm(long upTo) {
        confirmed = upTo;
    }
}
