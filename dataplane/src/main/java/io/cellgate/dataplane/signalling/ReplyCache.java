package io.cellgate.dataplane.signalling;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What one peer's requests were answered, so that a repeated one gets the same octets again and is not carried out
 * twice (TS 29.274 §7.6). An entry is kept for the time in which the peer may still repeat its request; past the
 * bound the oldest goes early. A request without an answer yet has an entry without a reply.
 */
final class ReplyCache {
    private final Map<Long, Entry> entries = new LinkedHashMap<>();
    private final int maxEntries;
    private final long keepNanos;

    private static final class Entry {
        final byte @Nullable [] reply;
        final long expiresNanos;

        Entry(byte @Nullable [] reply, long expiresNanos) {
            this.reply = reply;
            this.expiresNanos = expiresNanos;
        }
    }

    /** What to do with a request. */
    enum Found {
        /** Carry it out: this is its first time. */
        NEW,
        /** Nothing: it is being carried out. */
        IN_PROGRESS,
        /** Send {@link #reply} again. */
        ANSWERED
    }

    ReplyCache(int maxEntries, long keepNanos) {
        this.maxEntries = maxEntries;
        this.keepNanos = keepNanos;
    }

    static long key(GtpVersion version, int port, int sequence, int type) {
        return (long) version.number() << 48 | (long) port << 32 | (long) sequence << 8 | type;
    }

    Found begin(long key, long nowNanos) {
        Entry entry = entries.get(key);
        if (entry == null || nowNanos - entry.expiresNanos >= 0) {
            put(key, new Entry(null, nowNanos + keepNanos));
            return Found.NEW;
        }
        return entry.reply == null ? Found.IN_PROGRESS : Found.ANSWERED;
    }

    /** What a request that {@link #begin} found answered was answered. */
    byte[] reply(long key) {
        Entry entry = entries.get(key);
        byte[] reply = entry == null ? null : entry.reply;
        if (reply == null) {
            throw new IllegalStateException("the request has no reply yet");
        }
        return reply;
    }

    void answered(long key, byte[] reply, long nowNanos) {
        put(key, new Entry(reply, nowNanos + keepNanos));
    }

    /** The request was dropped: the next one of its kind is a new one. */
    void forget(long key) {
        entries.remove(key);
    }

    private void put(long key, Entry entry) {
        entries.remove(key); // so that the order is that of expiry
        entries.put(key, entry);
        if (entries.size() > maxEntries) {
            Iterator<Map.Entry<Long, Entry>> oldest = entries.entrySet().iterator();
            oldest.next();
            oldest.remove();
        }
    }

    void expire(long nowNanos) {
        Iterator<Entry> oldest = entries.values().iterator();
        while (oldest.hasNext() && nowNanos - oldest.next().expiresNanos >= 0) {
            oldest.remove();
        }
    }

    int size() {
        return entries.size();
    }
}
