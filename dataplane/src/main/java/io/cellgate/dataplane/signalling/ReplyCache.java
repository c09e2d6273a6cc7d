package io.cellgate.dataplane.signalling;

import java.util.ArrayDeque;
import java.util.Arrays;
import org.agrona.collections.Long2LongHashMap;
import org.jspecify.annotations.Nullable;

/**
 * What one peer's requests were answered, so that a repeated one gets the same octets again and is not carried out
 * twice (TS 29.274 §7.6). An entry is kept for the time in which the peer may still repeat its request; past the
 * bound the oldest goes early. A request without an answer yet has an entry without a reply.
 *
 * <p>At thousands of requests a second hundreds of thousands of entries live for some seconds each, which is what
 * garbage collection bears worst. So there is no object for an entry: entries are numbers in rings of arrays, in the
 * order of their requests, which is that of expiry. Replies stand one after the other in chunks; a chunk is used anew
 * when the last entry that has its reply in it has expired.
 *
 * <pre>
 *   entries   first ► | key, expiry, place, length | … | ◄ next
 *   replies   chunk 7 [░░░░░░░░░░] chunk 8 [░░░░░░····]     place = octets ever written before it
 * </pre>
 */
final class ReplyCache {
    private static final int VERSION_SHIFT = 48;
    private static final int FIRST_ENTRIES = 64;
    private static final int CHUNK_SHIFT = 16;
    private static final int CHUNK_OCTETS = 1 << CHUNK_SHIFT;
    private static final int OCTETS_OF_AN_ENTRY = 512;
    private static final long UNANSWERED = -1;
    private static final long NONE = -1;

    private final Long2LongHashMap numbers = new Long2LongHashMap(NONE);
    private final int maxEntries;
    private final int maxChunks;
    private final long keepNanos;
    private long[] keys = new long[FIRST_ENTRIES];
    private long[] expiresNanos = new long[FIRST_ENTRIES];
    private long[] places = new long[FIRST_ENTRIES];
    private int[] lengths = new int[FIRST_ENTRIES];
    private long first;
    private long next;
    private final ArrayDeque<Chunk> chunks = new ArrayDeque<>();
    private long firstChunk;
    private int used = CHUNK_OCTETS;

    private static final class Chunk {
        final byte[] octets = new byte[CHUNK_OCTETS];
        long lastExpiryNanos;
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
        maxChunks = 2 + (int) ((long) maxEntries * OCTETS_OF_AN_ENTRY >> CHUNK_SHIFT);
        this.keepNanos = keepNanos;
    }

    static long key(GtpVersion version, int port, int sequence, int type) {
        return (long) version.number() << VERSION_SHIFT | (long) port << 32 | (long) type << 24
                | sequence;
    }

    Found begin(long key, long nowNanos) {
        long number = numbers.get(key);
        if (number != NONE && nowNanos - expiresNanos[slot(number)] < 0) {
            long place = places[slot(number)];
            if (place == UNANSWERED) {
                return Found.IN_PROGRESS;
            }
            if (place >> CHUNK_SHIFT >= firstChunk) {
                return Found.ANSWERED;
            }
        }
        long _ = add(key, nowNanos);
        return Found.NEW;
    }

    private int slot(long number) {
        return (int) number & keys.length - 1;
    }

    private long add(long key, long nowNanos) {
        if (next - first == maxEntries) {
            removeFirst();
        }
        if (next - first == keys.length) {
            grow();
        }
        int slot = slot(next);
        keys[slot] = key;
        expiresNanos[slot] = nowNanos + keepNanos;
        places[slot] = UNANSWERED;
        numbers.put(key, next);
        return next++;
    }

    private void removeFirst() {
        long key = keys[slot(first)];
        if (numbers.get(key) == first) {
            numbers.remove(key);
        }
        first++;
    }

    private void grow() {
        int before = keys.length;
        long[] oldKeys = keys;
        long[] oldExpires = expiresNanos;
        long[] oldPlaces = places;
        int[] oldLengths = lengths;
        keys = new long[2 * before];
        expiresNanos = new long[2 * before];
        places = new long[2 * before];
        lengths = new int[2 * before];
        for (long number = first; number < next; number++) {
            int from = (int) number & before - 1;
            keys[slot(number)] = oldKeys[from];
            expiresNanos[slot(number)] = oldExpires[from];
            places[slot(number)] = oldPlaces[from];
            lengths[slot(number)] = oldLengths[from];
        }
    }

    /** What a request that {@link #begin} found answered was answered. */
    byte[] reply(long key) {
        long number = numbers.get(key);
        Chunk chunk = number == NONE ? null : chunk(places[slot(number)]);
        if (chunk == null) {
            throw new IllegalStateException("the request has no reply");
        }
        int from = (int) places[slot(number)] & CHUNK_OCTETS - 1;
        return Arrays.copyOfRange(chunk.octets, from, from + lengths[slot(number)]);
    }

    private @Nullable Chunk chunk(long place) {
        long index = (place >> CHUNK_SHIFT) - firstChunk;
        if (place == UNANSWERED || index < 0) {
            return null;
        }
        for (Chunk chunk : chunks) {
            if (index-- == 0) {
                return chunk;
            }
        }
        return null;
    }

    void answered(long key, byte[] reply, long nowNanos) {
        long number = numbers.get(key);
        if (number == NONE) {
            number = add(key, nowNanos); // it took so long that the request's own has gone
        }
        if (CHUNK_OCTETS - used < reply.length) {
            addChunk(nowNanos);
        }
        Chunk last = chunks.getLast();
        System.arraycopy(reply, 0, last.octets, used, reply.length);
        places[slot(number)] = (firstChunk + chunks.size() - 1 << CHUNK_SHIFT) + used;
        lengths[slot(number)] = reply.length;
        last.lastExpiryNanos = expiresNanos[slot(number)] - last.lastExpiryNanos > 0 || used == 0
                ? expiresNanos[slot(number)]
                : last.lastExpiryNanos;
        used += reply.length;
    }

    /** Takes one whose replies have expired where there is one, or where there are too many. */
    private void addChunk(long nowNanos) {
        boolean again = !chunks.isEmpty()
                && (nowNanos - chunks.getFirst().lastExpiryNanos >= 0
                        || chunks.size() == maxChunks);
        chunks.add(again ? chunks.removeFirst() : new Chunk());
        firstChunk += again ? 1 : 0;
        used = 0;
    }

    /** The request was dropped: the next one of its kind is a new one. */
    void forget(long key) {
        numbers.remove(key);
    }

    /** The peer's numbers of this version begin anew: none of its requests is a repetition of an earlier one. */
    void forget(GtpVersion version) {
        for (long number = first; number < next; number++) {
            long key = keys[slot(number)];
            if (key >>> VERSION_SHIFT == version.number() && numbers.get(key) == number) {
                numbers.remove(key);
            }
        }
    }

    void expire(long nowNanos) {
        while (first < next && nowNanos - expiresNanos[slot(first)] >= 0) {
            removeFirst();
        }
        if (first == next) {
            // nothing is kept: neither is the memory of a busier time
            firstChunk += chunks.size();
            chunks.clear();
            used = CHUNK_OCTETS;
        }
    }

    /** Requests that would be known again. */
    int size() {
        return numbers.size();
    }
}
