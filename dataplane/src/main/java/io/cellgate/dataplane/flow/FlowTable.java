package io.cellgate.dataplane.flow;

import io.cellgate.dataplane.io.LazyMemory;
import java.lang.foreign.Arena;
import java.util.Arrays;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * The flows of one worker: records in native memory, found by a hash of the five-tuple and the session, bounded in number,
 * expired by a timer wheel.
 *
 * <p>Theory of operation. A record is one of at most {@code capacity}; its number is the flow's name. It has two parts,
 * each in a block of its own: what finding and judging a packet needs, a cache line exactly; and what is counted. The
 * blocks are reserved for all records and get memory page by page as records are used for the first time
 * ({@link LazyMemory}), so the table grows without a pause and costs what its fullest hour needed. Records that were
 * used and are free form a list.
 *
 * <p>The hash table grows by one bucket at a time (linear hashing, Litwin 1980): whenever there is more than one flow for two
 * buckets, the next bucket in turn is split in two. With b buckets and l the power of two in [b/2, b], a hash h is of bucket h mod 2l
 * if there is such a one, else of h mod l. For b = 5, l = 4: bucket 4 has taken from bucket 0 what has bit 2 set; 1, 2
 * and 3 are still whole.
 *
 * <p>Two more lists run through the records: those of one session (so that a session's end finds its flows without a
 * search) and those of one slot of the wheel. The wheel has a slot per second. A packet only writes the time into its
 * record; when the slot of a record comes up, the record goes on to the slot of its true deadline, or ends. So a flow
 * costs the wheel one move per time-out, not one per packet.
 *
 * <pre>
 * first part, 64 octets                          second part, 56 octets
 *   0 remote hi      24 session                    0 bytes up      32 started: ms of the epoch in 48
 *   8 remote lo      28 device port, remote port   8 packets up       bits, application, drop reason + 1
 *  16 device lo      32 protocol, verdict,        16 bytes down    40 wheel next, 44 previous
 *                       TCP state, marks          24 packets down  48 reply sequence
 *                    36 epoch  40 last seen, s                     52 reply acknowledgment
 *                    44 chain next
 *                    48 session next, 52 previous
 *                    56 time-out, s  58 wheel slot
 *                    60 inspection
 * </pre>
 *
 * With two buckets of 4 octets that makes 128 a flow. The device's side of an IPv6 flow is the low half of its address;
 * the high half is the session's prefix.
 */
public final class FlowTable implements AutoCloseable {
    public static final int NONE = -1;
    /** Of native memory, for each flow that there ever was at a time. */
    public static final int FLOW_OCTETS = 64 + 56 + 8;

    private static final int FIRST_OCTETS = 64;
    private static final int SECOND_OCTETS = 56;
    private static final int REMOTE_HI = 0;
    private static final int REMOTE_LO = 8;
    private static final int DEVICE_LO = 16;
    private static final int SESSION = 24;
    private static final int PORTS = 28;
    private static final int PROTOCOL = 32;
    private static final int VERDICT = 33;
    private static final int TCP_STATE = 34;
    private static final int MARKS = 35;
    private static final int EPOCH = 36;
    private static final int LAST_SEEN = 40;
    private static final int CHAIN_NEXT = 44;
    private static final int SESSION_NEXT = 48;
    private static final int SESSION_PREVIOUS = 52;
    private static final int TIMEOUT = 56;
    private static final int WHEEL_SLOT = 58;
    private static final int INSPECTION = 60;
    private static final int BYTES_UP = 0;
    private static final int PACKETS_UP = 8;
    private static final int BYTES_DOWN = 16;
    private static final int PACKETS_DOWN = 24;
    private static final int STARTED = 32;
    private static final int WHEEL_NEXT = 40;
    private static final int WHEEL_PREVIOUS = 44;
    private static final int REPLY_SEQUENCE = 48;
    private static final int REPLY_ACKNOWLEDGMENT = 52;
    private static final int APPLICATION_SHIFT = 48;
    private static final int DROP_REASON_SHIFT = 56;
    private static final long STARTED_MASK = (1L << APPLICATION_SHIFT) - 1;
    private static final long OCTET_MASK = 0xff;
    private static final int WHEEL_SLOTS = 512;
    private static final int FIRST_BUCKETS = 1024;
    private static final int BUCKETS_PER_FLOW = 2;

    private final Arena memory = Arena.ofShared();
    private final UnsafeBuffer records;
    private final UnsafeBuffer counts;
    /** Of each chain the first flow, plus 1; 0 where it is empty. */
    private final UnsafeBuffer buckets;
    private final int[] wheel = new int[WHEEL_SLOTS];
    private final int capacity;
    private final long seed;
    private int bucketCount;
    private int free = NONE;
    /** Records from this one on have never been used. */
    private int unused;
    private int size;
    private int wheelSecond;

    /** What is told of a flow whose time is over: it removes it, or counts a packet that was forwarded elsewhere. */
    @FunctionalInterface
    public interface Expiry {
        void expired(int flow);
    }

    /** @param seed of the hash: a number that no sender knows, so that none can make long chains */
    public FlowTable(int capacity, long seed) {
        this.capacity = capacity;
        this.seed = seed;
        records = LazyMemory.reserve(memory, (long) capacity * FIRST_OCTETS);
        counts = LazyMemory.reserve(memory, (long) capacity * SECOND_OCTETS);
        int maxBuckets = Math.max(1, BUCKETS_PER_FLOW * capacity);
        buckets = LazyMemory.reserve(memory, 4L * maxBuckets);
        bucketCount = Math.min(FIRST_BUCKETS, maxBuckets);
        Arrays.fill(wheel, NONE);
    }

    public int size() {
        return size;
    }

    public int capacity() {
        return capacity;
    }

    /** The flow of this key, or {@link #NONE}. */
    public int find(int session, long deviceLo, int devicePort, long remoteHi, long remoteLo,
            int remotePort, int protocol) {
        int ports = (devicePort << 16) | remotePort;
        int flow = head(bucketOf(hash(session, deviceLo, ports, remoteHi, remoteLo, protocol)));
        while (flow != NONE) {
            int at = flow * FIRST_OCTETS;
            if (records.getLong(at + REMOTE_LO) == remoteLo
                    && records.getInt(at + PORTS) == ports
                    && records.getInt(at + SESSION) == session
                    && records.getLong(at + REMOTE_HI) == remoteHi
                    && records.getLong(at + DEVICE_LO) == deviceLo
                    && records.getByte(at + PROTOCOL) == (byte) protocol) {
                return flow;
            }
            flow = records.getInt(at + CHAIN_NEXT);
        }
        return NONE;
    }

    /** The first flow of the bucket in which the flow of this key is, if there is one; {@link #NONE} where it is empty. */
    public int first(int session, long deviceLo, int devicePort, long remoteHi, long remoteLo,
            int remotePort, int protocol) {
        return head(bucketOf(hash(session, deviceLo, (devicePort << 16) | remotePort, remoteHi,
                remoteLo, protocol)));
    }

    /** The flow after this one in its bucket, or {@link #NONE}. */
    public int next(int flow) {
        return records.getInt(flow * FIRST_OCTETS + CHAIN_NEXT);
    }

    /** Reads of both parts of a flow, so that they are in the cache; the value means nothing. */
    public long touch(int flow) {
        return records.getLong(flow * FIRST_OCTETS + REMOTE_LO)
                + counts.getLong(flow * SECOND_OCTETS + BYTES_DOWN);
    }

    private int hash(int session, long deviceLo, int ports, long remoteHi, long remoteLo,
            int protocol) {
        long h = (remoteLo ^ seed) * 0x9e3779b97f4a7c15L;
        h = ((h ^ (h >>> 29)) + remoteHi) * 0xbf58476d1ce4e5b9L;
        h = ((h ^ (h >>> 32)) + deviceLo) * 0x94d049bb133111ebL;
        h = ((h ^ (h >>> 31)) + ((long) ports << 32) + session + ((long) protocol << 24))
                * 0x9e3779b97f4a7c15L;
        return (int) (h ^ (h >>> 32));
    }

    private int hash(int flow) {
        int at = flow * FIRST_OCTETS;
        return hash(records.getInt(at + SESSION), records.getLong(at + DEVICE_LO),
                records.getInt(at + PORTS), records.getLong(at + REMOTE_HI),
                records.getLong(at + REMOTE_LO), protocol(flow));
    }

    private int bucketOf(int hash) {
        int whole = Integer.highestOneBit(bucketCount);
        int bucket = hash & (2 * whole - 1);
        return bucket < bucketCount ? bucket : bucket & (whole - 1);
    }

    private int head(int bucket) {
        return buckets.getInt(bucket * 4) - 1;
    }

    private void head(int bucket, int flow) {
        buckets.putInt(bucket * 4, flow + 1);
    }

    /** Makes another bucket, of what is its part of the one that it is split from. */
    private void addBucket() {
        int added = bucketCount++;
        int split = added & (Integer.highestOneBit(added) - 1);
        int flow = head(split);
        head(split, NONE);
        while (flow != NONE) {
            int next = records.getInt(flow * FIRST_OCTETS + CHAIN_NEXT);
            int bucket = bucketOf(hash(flow));
            records.putInt(flow * FIRST_OCTETS + CHAIN_NEXT, head(bucket));
            head(bucket, flow);
            flow = next;
        }
    }

    /**
     * Begins a flow, with zero counters and verdict 0, at the head of its session's list.
     *
     * @param sessionHead the session's first flow, or {@link #NONE}; the new flow takes its place
     * @return the flow, or {@link #NONE} where the table is full
     */
    public int add(int session, int sessionHead, long deviceLo, int devicePort, long remoteHi,
            long remoteLo, int remotePort, int protocol, int nowSeconds, long nowEpochMillis) {
        if (size == capacity) {
            return NONE;
        }
        int flow = free == NONE ? unused++ : free;
        int at = flow * FIRST_OCTETS;
        int counted = flow * SECOND_OCTETS;
        if (flow == free) {
            free = records.getInt(at + CHAIN_NEXT);
        }
        size++;
        for (int i = 0; i < BUCKETS_PER_FLOW && BUCKETS_PER_FLOW * size > bucketCount; i++) {
            addBucket();
        }
        records.setMemory(at, FIRST_OCTETS, (byte) 0);
        counts.setMemory(counted, SECOND_OCTETS, (byte) 0);
        records.putLong(at + REMOTE_HI, remoteHi);
        records.putLong(at + REMOTE_LO, remoteLo);
        records.putLong(at + DEVICE_LO, deviceLo);
        records.putInt(at + SESSION, session);
        records.putInt(at + PORTS, (devicePort << 16) | remotePort);
        records.putByte(at + PROTOCOL, (byte) protocol);
        records.putInt(at + LAST_SEEN, nowSeconds);
        counts.putLong(counted + STARTED, nowEpochMillis & STARTED_MASK);
        records.putInt(at + INSPECTION, NONE);
        int bucket = bucketOf(hash(flow));
        records.putInt(at + CHAIN_NEXT, head(bucket));
        head(bucket, flow);
        records.putInt(at + SESSION_NEXT, sessionHead);
        records.putInt(at + SESSION_PREVIOUS, NONE);
        if (sessionHead != NONE) {
            records.putInt(sessionHead * FIRST_OCTETS + SESSION_PREVIOUS, flow);
        }
        schedule(flow, nowSeconds + 1);
        return flow;
    }

    /** Ends a flow. Returns the head of its session's list, which was {@code sessionHead} before. */
    public int remove(int flow, int sessionHead) {
        int at = flow * FIRST_OCTETS;
        int bucket = bucketOf(hash(flow));
        int next = records.getInt(at + CHAIN_NEXT);
        if (head(bucket) == flow) {
            head(bucket, next);
        } else {
            int previous = head(bucket);
            while (records.getInt(previous * FIRST_OCTETS + CHAIN_NEXT) != flow) {
                previous = records.getInt(previous * FIRST_OCTETS + CHAIN_NEXT);
            }
            records.putInt(previous * FIRST_OCTETS + CHAIN_NEXT, next);
        }
        unschedule(flow);
        int sessionNext = records.getInt(at + SESSION_NEXT);
        int sessionPrevious = records.getInt(at + SESSION_PREVIOUS);
        if (sessionNext != NONE) {
            records.putInt(sessionNext * FIRST_OCTETS + SESSION_PREVIOUS, sessionPrevious);
        }
        if (sessionPrevious != NONE) {
            records.putInt(sessionPrevious * FIRST_OCTETS + SESSION_NEXT, sessionNext);
        }
        records.putInt(at + SESSION, NONE);
        records.putInt(at + CHAIN_NEXT, free);
        free = flow;
        size--;
        return sessionHead == flow ? sessionNext : sessionHead;
    }

    /**
     * Moves the wheel up to now and tells of each flow whose time is over; the listener must remove it, or have learnt
     * that it was seen.
     *
     * @param budget how many records to look at in one call at most; what is left is done at the next
     * @return how many it has looked at
     */
    public int expire(int nowSeconds, int budget, Expiry expiry) {
        int looked = 0;
        if (nowSeconds - wheelSecond > WHEEL_SLOTS) {
            wheelSecond = nowSeconds - WHEEL_SLOTS;
        }
        while (wheelSecond < nowSeconds) {
            int slot = wheelSecond & (WHEEL_SLOTS - 1);
            while (wheel[slot] != NONE) {
                if (looked == budget) {
                    return looked;
                }
                looked++;
                int flow = wheel[slot];
                int deadline = deadline(flow);
                if (deadline - nowSeconds <= 0) {
                    expiry.expired(flow);
                } else {
                    unschedule(flow);
                    schedule(flow, Math.min(deadline, nowSeconds + WHEEL_SLOTS - 1));
                }
            }
            wheelSecond++;
        }
        return looked;
    }

    private void schedule(int flow, int second) {
        int slot = second & (WHEEL_SLOTS - 1);
        int at = flow * SECOND_OCTETS;
        int head = wheel[slot];
        counts.putInt(at + WHEEL_NEXT, head);
        counts.putInt(at + WHEEL_PREVIOUS, NONE);
        records.putShort(flow * FIRST_OCTETS + WHEEL_SLOT, (short) slot);
        if (head != NONE) {
            counts.putInt(head * SECOND_OCTETS + WHEEL_PREVIOUS, flow);
        }
        wheel[slot] = flow;
    }

    private void unschedule(int flow) {
        int at = flow * SECOND_OCTETS;
        int next = counts.getInt(at + WHEEL_NEXT);
        int previous = counts.getInt(at + WHEEL_PREVIOUS);
        if (next != NONE) {
            counts.putInt(next * SECOND_OCTETS + WHEEL_PREVIOUS, previous);
        }
        if (previous != NONE) {
            counts.putInt(previous * SECOND_OCTETS + WHEEL_NEXT, next);
        } else {
            wheel[records.getShort(flow * FIRST_OCTETS + WHEEL_SLOT)] = next;
        }
    }

    /** Counts a packet from the device. */
    public void countUp(int flow, int octets, int nowSeconds) {
        int at = flow * SECOND_OCTETS;
        records.putInt(flow * FIRST_OCTETS + LAST_SEEN, nowSeconds);
        counts.putLong(at + BYTES_UP, counts.getLong(at + BYTES_UP) + octets);
        counts.putLong(at + PACKETS_UP, counts.getLong(at + PACKETS_UP) + 1);
    }

    /** Counts a packet to the device. */
    public void countDown(int flow, int octets, int nowSeconds) {
        int at = flow * SECOND_OCTETS;
        records.putInt(flow * FIRST_OCTETS + LAST_SEEN, nowSeconds);
        counts.putLong(at + BYTES_DOWN, counts.getLong(at + BYTES_DOWN) + octets);
        counts.putLong(at + PACKETS_DOWN, counts.getLong(at + PACKETS_DOWN) + 1);
    }

    /** Counts packets that were forwarded elsewhere since this was called last. */
    public void count(int flow, long packetsUp, long bytesUp, long packetsDown, long bytesDown,
            int nowSeconds) {
        int at = flow * SECOND_OCTETS;
        records.putInt(flow * FIRST_OCTETS + LAST_SEEN, nowSeconds);
        counts.putLong(at + BYTES_UP, counts.getLong(at + BYTES_UP) + bytesUp);
        counts.putLong(at + PACKETS_UP, counts.getLong(at + PACKETS_UP) + packetsUp);
        counts.putLong(at + BYTES_DOWN, counts.getLong(at + BYTES_DOWN) + bytesDown);
        counts.putLong(at + PACKETS_DOWN, counts.getLong(at + PACKETS_DOWN) + packetsDown);
    }

    /** When its last packet was counted, or when it began. */
    public int lastSeen(int flow) {
        return records.getInt(flow * FIRST_OCTETS + LAST_SEEN);
    }

    /** Whether its time is over. */
    public boolean isOver(int flow, int nowSeconds) {
        return deadline(flow) - nowSeconds <= 0;
    }

    private int deadline(int flow) {
        int at = flow * FIRST_OCTETS;
        return records.getInt(at + LAST_SEEN) + records.getShort(at + TIMEOUT);
    }

    /** Sets how long the flow lives after its last packet; shortening takes effect within the old time-out. */
    public void timeoutSeconds(int flow, int seconds, int nowSeconds) {
        int at = flow * FIRST_OCTETS;
        int before = records.getShort(at + TIMEOUT);
        if (before != seconds) {
            records.putShort(at + TIMEOUT, (short) seconds);
            if (seconds < before || before == 0) {
                unschedule(flow);
                schedule(flow, nowSeconds + Math.min(seconds, WHEEL_SLOTS - 1));
            }
        }
    }

    /** The session's next flow after this one, or {@link #NONE}. */
    public int sessionNext(int flow) {
        return records.getInt(flow * FIRST_OCTETS + SESSION_NEXT);
    }

    /** The slot of the session that it is of; {@link #NONE} where the record is free. */
    public int session(int flow) {
        return records.getInt(flow * FIRST_OCTETS + SESSION);
    }

    public long deviceLo(int flow) {
        return records.getLong(flow * FIRST_OCTETS + DEVICE_LO);
    }

    public long remoteHi(int flow) {
        return records.getLong(flow * FIRST_OCTETS + REMOTE_HI);
    }

    public long remoteLo(int flow) {
        return records.getLong(flow * FIRST_OCTETS + REMOTE_LO);
    }

    public int devicePort(int flow) {
        return records.getInt(flow * FIRST_OCTETS + PORTS) >>> 16;
    }

    public int remotePort(int flow) {
        return records.getInt(flow * FIRST_OCTETS + PORTS) & 0xffff;
    }

    public int protocol(int flow) {
        return records.getByte(flow * FIRST_OCTETS + PROTOCOL) & 0xff;
    }

    public int verdict(int flow) {
        return records.getByte(flow * FIRST_OCTETS + VERDICT);
    }

    public void verdict(int flow, int verdict) {
        records.putByte(flow * FIRST_OCTETS + VERDICT, (byte) verdict);
    }

    public int tcpState(int flow) {
        return records.getByte(flow * FIRST_OCTETS + TCP_STATE);
    }

    public void tcpState(int flow, int state) {
        records.putByte(flow * FIRST_OCTETS + TCP_STATE, (byte) state);
    }

    /** Bits that the owner gives a meaning. */
    public int marks(int flow) {
        return records.getByte(flow * FIRST_OCTETS + MARKS) & 0xff;
    }

    public void marks(int flow, int marks) {
        records.putByte(flow * FIRST_OCTETS + MARKS, (byte) marks);
    }

    /** What its first octets are; a number that the owner gives a meaning, 0 of a new flow. */
    public int application(int flow) {
        return (int) (counts.getLong(flow * SECOND_OCTETS + STARTED) >>> APPLICATION_SHIFT
                & OCTET_MASK);
    }

    public void application(int flow, int application) {
        put(flow, APPLICATION_SHIFT, application);
    }

    /** Under which of the session's policy epochs the verdict was reached. */
    public int epoch(int flow) {
        return records.getInt(flow * FIRST_OCTETS + EPOCH);
    }

    public void epoch(int flow, int epoch) {
        records.putInt(flow * FIRST_OCTETS + EPOCH, epoch);
    }

    /** The index of the reason for which it is blocked, or {@link #NONE}. */
    public int dropReason(int flow) {
        return (int) (counts.getLong(flow * SECOND_OCTETS + STARTED) >>> DROP_REASON_SHIFT) - 1;
    }

    public void dropReason(int flow, int index) {
        put(flow, DROP_REASON_SHIFT, index + 1);
    }

    private void put(int flow, int shift, int octet) {
        int at = flow * SECOND_OCTETS + STARTED;
        counts.putLong(at,
                counts.getLong(at) & ~(OCTET_MASK << shift) | (octet & OCTET_MASK) << shift);
    }

    public int inspection(int flow) {
        return records.getInt(flow * FIRST_OCTETS + INSPECTION);
    }

    public void inspection(int flow, int inspection) {
        records.putInt(flow * FIRST_OCTETS + INSPECTION, inspection);
    }

    /** The sequence number with which we go on in the server's place, of a connection that we closed. */
    public int replySequence(int flow) {
        return counts.getInt(flow * SECOND_OCTETS + REPLY_SEQUENCE);
    }

    public int replyAcknowledgment(int flow) {
        return counts.getInt(flow * SECOND_OCTETS + REPLY_ACKNOWLEDGMENT);
    }

    public void reply(int flow, int sequence, int acknowledgment) {
        counts.putInt(flow * SECOND_OCTETS + REPLY_SEQUENCE, sequence);
        counts.putInt(flow * SECOND_OCTETS + REPLY_ACKNOWLEDGMENT, acknowledgment);
    }

    public long bytesUp(int flow) {
        return counts.getLong(flow * SECOND_OCTETS + BYTES_UP);
    }

    public long packetsUp(int flow) {
        return counts.getLong(flow * SECOND_OCTETS + PACKETS_UP);
    }

    public long bytesDown(int flow) {
        return counts.getLong(flow * SECOND_OCTETS + BYTES_DOWN);
    }

    public long packetsDown(int flow) {
        return counts.getLong(flow * SECOND_OCTETS + PACKETS_DOWN);
    }

    public long startedEpochMillis(int flow) {
        return counts.getLong(flow * SECOND_OCTETS + STARTED) & STARTED_MASK;
    }

    /** Gives the memory back. Nothing may be asked of the table afterwards. */
    @Override
    public void close() {
        memory.close();
    }
}
