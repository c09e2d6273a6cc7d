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
 * each in a block of its own: what finding, judging and counting a packet needs, a cache line exactly; and what is rarely
 * asked for. The blocks are reserved for all records and get memory page by page as records are used for the first time
 * ({@link LazyMemory}), so the table grows without a pause and costs what its fullest hour needed. Records that were
 * used and are free are kept in themselves ({@link FreeRecords}).
 *
 * <p>Packets and octets of one direction are counted in one number of the first part, 22 bits of packets above 42 of octets. Long before
 * either of them is full, its upper half is carried over into the second part: from time to time a packet touches that, too.
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
 * first part, 64 octets                          second part, 52 octets
 *   0 remote hi      24 session                    0 started: ms of the epoch in 48 bits, application,
 *   8 remote lo      28 device port, remote port       drop reason + 1
 *  16 device lo      32 protocol, verdict,         8 packets up carried over, 12 packets down
 *                       TCP state, marks          16 octets up carried over,  18 octets down
 *                    36 epoch  40 last seen, s    20 wheel next, 24 previous
 *                    44 chain next                28 session next, 32 previous
 *                    48 up: packets, octets       36 reply sequence, 40 reply acknowledgment
 *                    56 down: packets, octets     44 time-out, s  46 wheel slot  48 inspection
 * </pre>
 *
 * With two buckets of 4 octets that makes 124 a flow. The device's side of an IPv6 flow is the low half of its address;
 * the high half is the session's prefix.
 */
public final class FlowTable implements AutoCloseable {
    public static final int NONE = -1;
    /** Of native memory, for each flow that there ever was at a time. */
    public static final int FLOW_OCTETS = 64 + 52 + 8;

    static final int FIRST_OCTETS = 64;
    private static final int REST_OCTETS = 52;
    private static final int REMOTE_HI = 0;
    private static final int REMOTE_LO = 8;
    private static final int DEVICE_LO = 16;
    /** Of a free record {@link #NONE}: what it holds beside that is not of this class. */
    static final int SESSION = 24;
    private static final int PORTS = 28;
    private static final int PROTOCOL = 32;
    private static final int VERDICT = 33;
    private static final int TCP_STATE = 34;
    private static final int MARKS = 35;
    private static final int EPOCH = 36;
    private static final int LAST_SEEN = 40;
    private static final int CHAIN_NEXT = 44;
    private static final int UP = 48;
    private static final int DOWN = 56;
    private static final int STARTED = 0;
    private static final int PACKETS_UP_CARRIED = 8;
    private static final int PACKETS_DOWN_CARRIED = 12;
    private static final int OCTETS_UP_CARRIED = 16;
    private static final int OCTETS_DOWN_CARRIED = 18;
    private static final int WHEEL_NEXT = 20;
    private static final int WHEEL_PREVIOUS = 24;
    private static final int SESSION_NEXT = 28;
    private static final int SESSION_PREVIOUS = 32;
    private static final int REPLY_SEQUENCE = 36;
    private static final int REPLY_ACKNOWLEDGMENT = 40;
    private static final int TIMEOUT = 44;
    private static final int WHEEL_SLOT = 46;
    private static final int INSPECTION = 48;
    /** A number of packets and octets: where the packets begin, and of each where what is carried over begins. */
    private static final int PACKETS_SHIFT = 42;
    private static final int PACKETS_CARRY_SHIFT = 21;
    private static final int OCTETS_CARRY_SHIFT = 41;
    private static final long OCTETS_MASK = (1L << PACKETS_SHIFT) - 1;
    private static final long ONE_PACKET = 1L << PACKETS_SHIFT;
    private static final long TO_BE_CARRIED = (1L << (PACKETS_SHIFT + PACKETS_CARRY_SHIFT))
            | (1L << OCTETS_CARRY_SHIFT);
    private static final int APPLICATION_SHIFT = 48;
    private static final int DROP_REASON_SHIFT = 56;
    private static final long STARTED_MASK = (1L << APPLICATION_SHIFT) - 1;
    private static final long OCTET_MASK = 0xff;
    private static final int WHEEL_SLOTS = 512;
    private static final int FIRST_BUCKETS = 1024;
    private static final int BUCKETS_PER_FLOW = 2;

    private final Arena memory = Arena.ofShared();
    private final UnsafeBuffer records;
    private final UnsafeBuffer rest;
    /** Of each chain the first flow, plus 1; 0 where it is empty. */
    private final UnsafeBuffer buckets;
    private final int[] wheel = new int[WHEEL_SLOTS];
    private final int capacity;
    private final long seed;
    private int bucketCount;
    private final FreeRecords free;
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
        free = new FreeRecords(records);
        rest = LazyMemory.reserve(memory, (long) capacity * REST_OCTETS);
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

    /** What of a key's hash does not need the session: for {@link #first}. */
    public long mixed(long deviceLo, int devicePort, long remoteHi, long remoteLo, int remotePort,
            int protocol) {
        return mixed(deviceLo, (devicePort << 16) | remotePort, remoteHi, remoteLo, protocol);
    }

    /** The first flow of the bucket in which the flow of this key is, if there is one; {@link #NONE} where it is empty. */
    public int first(int session, long mixed) {
        return head(bucketOf(hash(session, mixed)));
    }

    /** The flow after this one in its bucket, or {@link #NONE}. */
    public int next(int flow) {
        return records.getInt(flow * FIRST_OCTETS + CHAIN_NEXT);
    }

    /** Reads of what a packet needs of a flow, so that it is in the cache; the value means nothing. */
    public long touch(int flow) {
        return records.getLong(flow * FIRST_OCTETS + REMOTE_LO);
    }

    /** As {@link #touch}, of what is rarely asked for. */
    public long touchRest(int flow) {
        return rest.getLong(flow * REST_OCTETS + STARTED)
                + rest.getInt(flow * REST_OCTETS + INSPECTION);
    }

    /** Whether the flow is of this session and has these ports, the device's above the remote one. */
    public boolean has(int flow, int session, int ports) {
        int at = flow * FIRST_OCTETS;
        return records.getInt(at + PORTS) == ports && records.getInt(at + SESSION) == session;
    }

    /** The numbers that the flows which begin next will have, as far as these were used before; returns how many. */
    public int upcoming(int[] into, int atMost) {
        return free.upcoming(into, atMost);
    }

    private int hash(int session, long deviceLo, int ports, long remoteHi, long remoteLo,
            int protocol) {
        return hash(session, mixed(deviceLo, ports, remoteHi, remoteLo, protocol));
    }

    private static int hash(int session, long mixed) {
        long h = (mixed + session) * 0x9e3779b97f4a7c15L;
        return (int) (h ^ (h >>> 32));
    }

    private long mixed(long deviceLo, int ports, long remoteHi, long remoteLo, int protocol) {
        long h = (remoteLo ^ seed) * 0x9e3779b97f4a7c15L;
        h = ((h ^ (h >>> 29)) + remoteHi) * 0xbf58476d1ce4e5b9L;
        h = ((h ^ (h >>> 32)) + deviceLo) * 0x94d049bb133111ebL;
        return (h ^ (h >>> 31)) + ((long) ports << 32) + ((long) protocol << 24);
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
        int flow = free.take();
        int at = flow * FIRST_OCTETS;
        int restAt = flow * REST_OCTETS;
        size++;
        for (int i = 0; i < BUCKETS_PER_FLOW && BUCKETS_PER_FLOW * size > bucketCount; i++) {
            addBucket();
        }
        records.setMemory(at, FIRST_OCTETS, (byte) 0);
        rest.setMemory(restAt, REST_OCTETS, (byte) 0);
        records.putLong(at + REMOTE_HI, remoteHi);
        records.putLong(at + REMOTE_LO, remoteLo);
        records.putLong(at + DEVICE_LO, deviceLo);
        records.putInt(at + SESSION, session);
        records.putInt(at + PORTS, (devicePort << 16) | remotePort);
        records.putByte(at + PROTOCOL, (byte) protocol);
        records.putInt(at + LAST_SEEN, nowSeconds);
        rest.putLong(restAt + STARTED, nowEpochMillis & STARTED_MASK);
        rest.putInt(restAt + INSPECTION, NONE);
        int bucket = bucketOf(hash(flow));
        records.putInt(at + CHAIN_NEXT, head(bucket));
        head(bucket, flow);
        rest.putInt(restAt + SESSION_NEXT, sessionHead);
        rest.putInt(restAt + SESSION_PREVIOUS, NONE);
        if (sessionHead != NONE) {
            rest.putInt(sessionHead * REST_OCTETS + SESSION_PREVIOUS, flow);
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
        int restAt = flow * REST_OCTETS;
        int sessionNext = rest.getInt(restAt + SESSION_NEXT);
        int sessionPrevious = rest.getInt(restAt + SESSION_PREVIOUS);
        if (sessionNext != NONE) {
            rest.putInt(sessionNext * REST_OCTETS + SESSION_PREVIOUS, sessionPrevious);
        }
        if (sessionPrevious != NONE) {
            rest.putInt(sessionPrevious * REST_OCTETS + SESSION_NEXT, sessionNext);
        }
        records.putInt(at + SESSION, NONE);
        free.give(flow);
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
                    // never into the slot that is being emptied, which would not end
                    schedule(flow, Math.min(deadline, wheelSecond + WHEEL_SLOTS - 1));
                }
            }
            wheelSecond++;
        }
        return looked;
    }

    private void schedule(int flow, int second) {
        int slot = second & (WHEEL_SLOTS - 1);
        int at = flow * REST_OCTETS;
        int head = wheel[slot];
        rest.putInt(at + WHEEL_NEXT, head);
        rest.putInt(at + WHEEL_PREVIOUS, NONE);
        rest.putShort(flow * REST_OCTETS + WHEEL_SLOT, (short) slot);
        if (head != NONE) {
            rest.putInt(head * REST_OCTETS + WHEEL_PREVIOUS, flow);
        }
        wheel[slot] = flow;
    }

    private void unschedule(int flow) {
        int at = flow * REST_OCTETS;
        int next = rest.getInt(at + WHEEL_NEXT);
        int previous = rest.getInt(at + WHEEL_PREVIOUS);
        if (next != NONE) {
            rest.putInt(next * REST_OCTETS + WHEEL_PREVIOUS, previous);
        }
        if (previous != NONE) {
            rest.putInt(previous * REST_OCTETS + WHEEL_NEXT, next);
        } else {
            wheel[rest.getShort(flow * REST_OCTETS + WHEEL_SLOT)] = next;
        }
    }

    /** Counts a packet from the device. */
    public void countUp(int flow, int octets, int nowSeconds) {
        count(flow, UP, octets, nowSeconds);
    }

    /** Counts a packet to the device. */
    public void countDown(int flow, int octets, int nowSeconds) {
        count(flow, DOWN, octets, nowSeconds);
    }

    private void count(int flow, int number, int octets, int nowSeconds) {
        int at = flow * FIRST_OCTETS;
        records.putInt(at + LAST_SEEN, nowSeconds);
        long counted = records.getLong(at + number) + ONE_PACKET + octets;
        if ((counted & TO_BE_CARRIED) == 0) {
            records.putLong(at + number, counted);
        } else {
            add(flow, number, 1, octets);
        }
    }

    /** Counts packets that were forwarded elsewhere since this was called last. */
    public void count(int flow, long packetsUp, long bytesUp, long packetsDown, long bytesDown,
            int nowSeconds) {
        records.putInt(flow * FIRST_OCTETS + LAST_SEEN, nowSeconds);
        add(flow, UP, packetsUp, bytesUp);
        add(flow, DOWN, packetsDown, bytesDown);
    }

    private void add(int flow, int number, long morePackets, long moreOctets) {
        long packets = packets(flow, number) + morePackets;
        long octets = octets(flow, number) + moreOctets;
        long packetsCarried = packets >>> PACKETS_CARRY_SHIFT;
        long octetsCarried = octets >>> OCTETS_CARRY_SHIFT;
        rest.putInt(packetsCarriedAt(flow, number), (int) packetsCarried);
        rest.putShort(octetsCarriedAt(flow, number), (short) octetsCarried);
        records.putLong(flow * FIRST_OCTETS + number,
                (packets - (packetsCarried << PACKETS_CARRY_SHIFT)) << PACKETS_SHIFT
                        | (octets - (octetsCarried << OCTETS_CARRY_SHIFT)));
    }

    private long packets(int flow, int number) {
        long carried = rest.getInt(packetsCarriedAt(flow, number)) & 0xffff_ffffL;
        return (carried << PACKETS_CARRY_SHIFT)
                + (records.getLong(flow * FIRST_OCTETS + number) >>> PACKETS_SHIFT);
    }

    private long octets(int flow, int number) {
        long carried = rest.getShort(octetsCarriedAt(flow, number)) & 0xffffL;
        return (carried << OCTETS_CARRY_SHIFT)
                + (records.getLong(flow * FIRST_OCTETS + number) & OCTETS_MASK);
    }

    private static int packetsCarriedAt(int flow, int number) {
        return flow * REST_OCTETS + (number == UP ? PACKETS_UP_CARRIED : PACKETS_DOWN_CARRIED);
    }

    private static int octetsCarriedAt(int flow, int number) {
        return flow * REST_OCTETS + (number == UP ? OCTETS_UP_CARRIED : OCTETS_DOWN_CARRIED);
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
        return lastSeen(flow) + rest.getShort(flow * REST_OCTETS + TIMEOUT);
    }

    /** Sets how long the flow lives after its last packet; shortening takes effect within the old time-out. */
    public void timeoutSeconds(int flow, int seconds, int nowSeconds) {
        int restAt = flow * REST_OCTETS;
        int before = rest.getShort(restAt + TIMEOUT);
        if (before != seconds) {
            rest.putShort(restAt + TIMEOUT, (short) seconds);
            if (seconds < before || before == 0) {
                unschedule(flow);
                schedule(flow, nowSeconds + Math.min(seconds, WHEEL_SLOTS - 1));
            }
        }
    }

    /** The session's next flow after this one, or {@link #NONE}. */
    public int sessionNext(int flow) {
        return rest.getInt(flow * REST_OCTETS + SESSION_NEXT);
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
        return (int) (rest.getLong(flow * REST_OCTETS + STARTED) >>> APPLICATION_SHIFT
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
        return (int) (rest.getLong(flow * REST_OCTETS + STARTED) >>> DROP_REASON_SHIFT) - 1;
    }

    public void dropReason(int flow, int index) {
        put(flow, DROP_REASON_SHIFT, index + 1);
    }

    private void put(int flow, int shift, int octet) {
        int at = flow * REST_OCTETS + STARTED;
        rest.putLong(at,
                rest.getLong(at) & ~(OCTET_MASK << shift) | (octet & OCTET_MASK) << shift);
    }

    public int inspection(int flow) {
        return rest.getInt(flow * REST_OCTETS + INSPECTION);
    }

    public void inspection(int flow, int inspection) {
        rest.putInt(flow * REST_OCTETS + INSPECTION, inspection);
    }

    /** The sequence number with which we go on in the server's place, of a connection that we closed. */
    public int replySequence(int flow) {
        return rest.getInt(flow * REST_OCTETS + REPLY_SEQUENCE);
    }

    public int replyAcknowledgment(int flow) {
        return rest.getInt(flow * REST_OCTETS + REPLY_ACKNOWLEDGMENT);
    }

    public void reply(int flow, int sequence, int acknowledgment) {
        rest.putInt(flow * REST_OCTETS + REPLY_SEQUENCE, sequence);
        rest.putInt(flow * REST_OCTETS + REPLY_ACKNOWLEDGMENT, acknowledgment);
    }

    public long bytesUp(int flow) {
        return octets(flow, UP);
    }

    public long packetsUp(int flow) {
        return packets(flow, UP);
    }

    public long bytesDown(int flow) {
        return octets(flow, DOWN);
    }

    public long packetsDown(int flow) {
        return packets(flow, DOWN);
    }

    public long startedEpochMillis(int flow) {
        return rest.getLong(flow * REST_OCTETS + STARTED) & STARTED_MASK;
    }

    /** Gives the memory back. Nothing may be asked of the table afterwards. */
    @Override
    public void close() {
        memory.close();
    }
}
