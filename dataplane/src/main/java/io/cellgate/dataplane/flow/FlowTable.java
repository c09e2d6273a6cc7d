package io.cellgate.dataplane.flow;

import java.util.Arrays;
import org.agrona.BitUtil;
import org.agrona.BufferUtil;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * The flows of one worker: records of 128 octets in native memory, found by a hash of the five-tuple and the session,
 * bounded in number, expired by a timer wheel.
 *
 * <p>Theory of operation. A record is one of {@code capacity} in a single block; its number is the flow's name. Free
 * records form a list. A bucket array, twice as large, holds the first record of each chain. Two more lists run
 * through the records: those of one session (so that a session's end finds its flows without a search) and those of
 * one slot of the wheel. The wheel has a slot per second. A packet only writes the time into its record; when the slot
 * of a record comes up, the record goes on to the slot of its true deadline, or ends. So a flow costs the wheel one
 * move per time-out, not one per packet.
 *
 * <pre>
 * first cache line: what each packet needs        second: what is counted, and rarer things
 *   0 remote hi      24 session                    64 wheel next     96 packets down
 *   8 remote lo      28 device port, remote port   68 wheel previous 104 started, ms of the epoch
 *  16 device lo      32 protocol, verdict,         72 bytes up       112 reply sequence
 *                       TCP state, marks           80 packets up     116 reply acknowledgment
 *                    36 epoch  40 last seen, s     88 bytes down     120 inspection
 *                    44 chain next                                   124 wheel slot
 *                    48 session next, 52 previous
 *                    56 time-out, s  60 drop reason, application
 * </pre>
 *
 * The device's side of an IPv6 flow is the low half of its address; the high half is the session's prefix.
 */
public final class FlowTable {
    public static final int NONE = -1;
    public static final int RECORD_OCTETS = 128;

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
    private static final int DROP_REASON = 60;
    private static final int APPLICATION = 62;
    private static final int WHEEL_NEXT = 64;
    private static final int WHEEL_PREVIOUS = 68;
    private static final int BYTES_UP = 72;
    private static final int PACKETS_UP = 80;
    private static final int BYTES_DOWN = 88;
    private static final int PACKETS_DOWN = 96;
    private static final int STARTED = 104;
    private static final int REPLY_SEQUENCE = 112;
    private static final int REPLY_ACKNOWLEDGMENT = 116;
    private static final int INSPECTION = 120;
    private static final int WHEEL_SLOT = 124;
    private static final int WHEEL_SLOTS = 512;

    private final UnsafeBuffer records;
    private final int[] buckets;
    private final int bucketMask;
    private final int[] wheel = new int[WHEEL_SLOTS];
    private final int capacity;
    private final long seed;
    private int free;
    private int size;
    private int wheelSecond;

    /** What is told of a flow whose time is over, just before it is removed. */
    @FunctionalInterface
    public interface Expiry {
        void expired(int flow);
    }

    /** @param seed of the hash: a number that no sender knows, so that none can make long chains */
    public FlowTable(int capacity, long seed) {
        this.capacity = capacity;
        this.seed = seed;
        records = new UnsafeBuffer(BufferUtil.allocateDirectAligned(
                Math.multiplyExact(capacity, RECORD_OCTETS), BitUtil.CACHE_LINE_LENGTH));
        buckets = new int[BitUtil.findNextPositivePowerOfTwo(2 * capacity)];
        bucketMask = buckets.length - 1;
        Arrays.fill(buckets, NONE);
        Arrays.fill(wheel, NONE);
        for (int i = 0; i < capacity; i++) {
            records.putInt(i * RECORD_OCTETS + CHAIN_NEXT, i + 1 < capacity ? i + 1 : NONE);
            records.putInt(i * RECORD_OCTETS + SESSION, NONE);
        }
        free = capacity == 0 ? NONE : 0;
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
        int flow = buckets[bucket(session, deviceLo, ports, remoteHi, remoteLo, protocol)];
        while (flow != NONE) {
            int at = flow * RECORD_OCTETS;
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

    private int bucket(int session, long deviceLo, int ports, long remoteHi, long remoteLo,
            int protocol) {
        long h = (remoteLo ^ seed) * 0x9e3779b97f4a7c15L;
        h = ((h ^ (h >>> 29)) + remoteHi) * 0xbf58476d1ce4e5b9L;
        h = ((h ^ (h >>> 32)) + deviceLo) * 0x94d049bb133111ebL;
        h = ((h ^ (h >>> 31)) + ((long) ports << 32) + session + ((long) protocol << 24))
                * 0x9e3779b97f4a7c15L;
        return (int) (h ^ (h >>> 32)) & bucketMask;
    }

    /**
     * Begins a flow, with zero counters and verdict 0, at the head of its session's list.
     *
     * @param sessionHead the session's first flow, or {@link #NONE}; the new flow takes its place
     * @return the flow, or {@link #NONE} where the table is full
     */
    public int add(int session, int sessionHead, long deviceLo, int devicePort, long remoteHi,
            long remoteLo, int remotePort, int protocol, int nowSeconds, long nowEpochMillis) {
        if (free == NONE) {
            return NONE;
        }
        int flow = free;
        int at = flow * RECORD_OCTETS;
        free = records.getInt(at + CHAIN_NEXT);
        size++;
        records.setMemory(at, RECORD_OCTETS, (byte) 0);
        records.putLong(at + REMOTE_HI, remoteHi);
        records.putLong(at + REMOTE_LO, remoteLo);
        records.putLong(at + DEVICE_LO, deviceLo);
        records.putInt(at + SESSION, session);
        records.putInt(at + PORTS, (devicePort << 16) | remotePort);
        records.putByte(at + PROTOCOL, (byte) protocol);
        records.putInt(at + LAST_SEEN, nowSeconds);
        records.putLong(at + STARTED, nowEpochMillis);
        records.putInt(at + INSPECTION, NONE);
        records.putShort(at + DROP_REASON, (short) NONE);
        int bucket = bucket(session, deviceLo, (devicePort << 16) | remotePort, remoteHi, remoteLo,
                protocol);
        records.putInt(at + CHAIN_NEXT, buckets[bucket]);
        buckets[bucket] = flow;
        records.putInt(at + SESSION_NEXT, sessionHead);
        records.putInt(at + SESSION_PREVIOUS, NONE);
        if (sessionHead != NONE) {
            records.putInt(sessionHead * RECORD_OCTETS + SESSION_PREVIOUS, flow);
        }
        records.putInt(at + WHEEL_SLOT, NONE);
        schedule(flow, nowSeconds + 1);
        return flow;
    }

    /** Ends a flow. Returns the head of its session's list, which was {@code sessionHead} before. */
    public int remove(int flow, int sessionHead) {
        int at = flow * RECORD_OCTETS;
        int ports = records.getInt(at + PORTS);
        int bucket = bucket(records.getInt(at + SESSION), records.getLong(at + DEVICE_LO), ports,
                records.getLong(at + REMOTE_HI), records.getLong(at + REMOTE_LO), protocol(flow));
        int next = records.getInt(at + CHAIN_NEXT);
        if (buckets[bucket] == flow) {
            buckets[bucket] = next;
        } else {
            int previous = buckets[bucket];
            while (records.getInt(previous * RECORD_OCTETS + CHAIN_NEXT) != flow) {
                previous = records.getInt(previous * RECORD_OCTETS + CHAIN_NEXT);
            }
            records.putInt(previous * RECORD_OCTETS + CHAIN_NEXT, next);
        }
        unschedule(flow);
        int sessionNext = records.getInt(at + SESSION_NEXT);
        int sessionPrevious = records.getInt(at + SESSION_PREVIOUS);
        if (sessionNext != NONE) {
            records.putInt(sessionNext * RECORD_OCTETS + SESSION_PREVIOUS, sessionPrevious);
        }
        if (sessionPrevious != NONE) {
            records.putInt(sessionPrevious * RECORD_OCTETS + SESSION_NEXT, sessionNext);
        }
        records.putInt(at + SESSION, NONE);
        records.putInt(at + CHAIN_NEXT, free);
        free = flow;
        size--;
        return sessionHead == flow ? sessionNext : sessionHead;
    }

    /**
     * Moves the wheel up to now and tells of each flow whose time is over; the listener must remove it.
     *
     * @param budget how many records to look at in one call at most; what is left is done at the next
     */
    public void expire(int nowSeconds, int budget, Expiry expiry) {
        int left = budget;
        if (nowSeconds - wheelSecond > WHEEL_SLOTS) {
            wheelSecond = nowSeconds - WHEEL_SLOTS;
        }
        while (wheelSecond < nowSeconds) {
            int slot = wheelSecond & (WHEEL_SLOTS - 1);
            while (wheel[slot] != NONE) {
                if (left-- == 0) {
                    return;
                }
                int flow = wheel[slot];
                int deadline = records.getInt(flow * RECORD_OCTETS + LAST_SEEN)
                        + records.getInt(flow * RECORD_OCTETS + TIMEOUT);
                if (deadline - nowSeconds <= 0) {
                    expiry.expired(flow);
                } else {
                    unschedule(flow);
                    schedule(flow, Math.min(deadline, nowSeconds + WHEEL_SLOTS - 1));
                }
            }
            wheelSecond++;
        }
    }

    private void schedule(int flow, int second) {
        int slot = second & (WHEEL_SLOTS - 1);
        int at = flow * RECORD_OCTETS;
        int head = wheel[slot];
        records.putInt(at + WHEEL_NEXT, head);
        records.putInt(at + WHEEL_PREVIOUS, NONE);
        records.putInt(at + WHEEL_SLOT, slot);
        if (head != NONE) {
            records.putInt(head * RECORD_OCTETS + WHEEL_PREVIOUS, flow);
        }
        wheel[slot] = flow;
    }

    private void unschedule(int flow) {
        int at = flow * RECORD_OCTETS;
        int next = records.getInt(at + WHEEL_NEXT);
        int previous = records.getInt(at + WHEEL_PREVIOUS);
        if (next != NONE) {
            records.putInt(next * RECORD_OCTETS + WHEEL_PREVIOUS, previous);
        }
        if (previous != NONE) {
            records.putInt(previous * RECORD_OCTETS + WHEEL_NEXT, next);
        } else {
            wheel[records.getInt(at + WHEEL_SLOT)] = next;
        }
    }

    /** Counts a packet from the device. */
    public void countUp(int flow, int octets, int nowSeconds) {
        int at = flow * RECORD_OCTETS;
        records.putInt(at + LAST_SEEN, nowSeconds);
        records.putLong(at + BYTES_UP, records.getLong(at + BYTES_UP) + octets);
        records.putLong(at + PACKETS_UP, records.getLong(at + PACKETS_UP) + 1);
    }

    /** Counts a packet to the device. */
    public void countDown(int flow, int octets, int nowSeconds) {
        int at = flow * RECORD_OCTETS;
        records.putInt(at + LAST_SEEN, nowSeconds);
        records.putLong(at + BYTES_DOWN, records.getLong(at + BYTES_DOWN) + octets);
        records.putLong(at + PACKETS_DOWN, records.getLong(at + PACKETS_DOWN) + 1);
    }

    /** Sets how long the flow lives after its last packet; shortening takes effect within the old time-out. */
    public void timeoutSeconds(int flow, int seconds, int nowSeconds) {
        int at = flow * RECORD_OCTETS;
        int before = records.getInt(at + TIMEOUT);
        if (before != seconds) {
            records.putInt(at + TIMEOUT, seconds);
            if (seconds < before) {
                unschedule(flow);
                schedule(flow, nowSeconds + Math.min(seconds, WHEEL_SLOTS - 1));
            }
        }
    }

    /** The session's next flow after this one, or {@link #NONE}. */
    public int sessionNext(int flow) {
        return records.getInt(flow * RECORD_OCTETS + SESSION_NEXT);
    }

    /** The slot of the session that it is of; {@link #NONE} where the record is free. */
    public int session(int flow) {
        return records.getInt(flow * RECORD_OCTETS + SESSION);
    }

    public long deviceLo(int flow) {
        return records.getLong(flow * RECORD_OCTETS + DEVICE_LO);
    }

    public long remoteHi(int flow) {
        return records.getLong(flow * RECORD_OCTETS + REMOTE_HI);
    }

    public long remoteLo(int flow) {
        return records.getLong(flow * RECORD_OCTETS + REMOTE_LO);
    }

    public int devicePort(int flow) {
        return records.getInt(flow * RECORD_OCTETS + PORTS) >>> 16;
    }

    public int remotePort(int flow) {
        return records.getInt(flow * RECORD_OCTETS + PORTS) & 0xffff;
    }

    public int protocol(int flow) {
        return records.getByte(flow * RECORD_OCTETS + PROTOCOL) & 0xff;
    }

    public int verdict(int flow) {
        return records.getByte(flow * RECORD_OCTETS + VERDICT);
    }

    public void verdict(int flow, int verdict) {
        records.putByte(flow * RECORD_OCTETS + VERDICT, (byte) verdict);
    }

    public int tcpState(int flow) {
        return records.getByte(flow * RECORD_OCTETS + TCP_STATE);
    }

    public void tcpState(int flow, int state) {
        records.putByte(flow * RECORD_OCTETS + TCP_STATE, (byte) state);
    }

    /** Bits that the owner gives a meaning. */
    public int marks(int flow) {
        return records.getByte(flow * RECORD_OCTETS + MARKS) & 0xff;
    }

    public void marks(int flow, int marks) {
        records.putByte(flow * RECORD_OCTETS + MARKS, (byte) marks);
    }

    /** What its first octets are; a number that the owner gives a meaning, 0 of a new flow. */
    public int application(int flow) {
        return records.getByte(flow * RECORD_OCTETS + APPLICATION);
    }

    public void application(int flow, int application) {
        records.putByte(flow * RECORD_OCTETS + APPLICATION, (byte) application);
    }

    /** Under which of the session's policy epochs the verdict was reached. */
    public int epoch(int flow) {
        return records.getInt(flow * RECORD_OCTETS + EPOCH);
    }

    public void epoch(int flow, int epoch) {
        records.putInt(flow * RECORD_OCTETS + EPOCH, epoch);
    }

    /** The index of the reason for which it is blocked, or {@link #NONE}. */
    public int dropReason(int flow) {
        return records.getShort(flow * RECORD_OCTETS + DROP_REASON);
    }

    public void dropReason(int flow, int index) {
        records.putShort(flow * RECORD_OCTETS + DROP_REASON, (short) index);
    }

    public int inspection(int flow) {
        return records.getInt(flow * RECORD_OCTETS + INSPECTION);
    }

    public void inspection(int flow, int inspection) {
        records.putInt(flow * RECORD_OCTETS + INSPECTION, inspection);
    }

    /** The sequence number with which we go on in the server's place, of a connection that we closed. */
    public int replySequence(int flow) {
        return records.getInt(flow * RECORD_OCTETS + REPLY_SEQUENCE);
    }

    public int replyAcknowledgment(int flow) {
        return records.getInt(flow * RECORD_OCTETS + REPLY_ACKNOWLEDGMENT);
    }

    public void reply(int flow, int sequence, int acknowledgment) {
        records.putInt(flow * RECORD_OCTETS + REPLY_SEQUENCE, sequence);
        records.putInt(flow * RECORD_OCTETS + REPLY_ACKNOWLEDGMENT, acknowledgment);
    }

    public long bytesUp(int flow) {
        return records.getLong(flow * RECORD_OCTETS + BYTES_UP);
    }

    public long packetsUp(int flow) {
        return records.getLong(flow * RECORD_OCTETS + PACKETS_UP);
    }

    public long bytesDown(int flow) {
        return records.getLong(flow * RECORD_OCTETS + BYTES_DOWN);
    }

    public long packetsDown(int flow) {
        return records.getLong(flow * RECORD_OCTETS + PACKETS_DOWN);
    }

    public long startedEpochMillis(int flow) {
        return records.getLong(flow * RECORD_OCTETS + STARTED);
    }
}
