package io.cellgate.dataplane.worker;

import io.cellgate.dataplane.io.LazyMemory;
import java.lang.foreign.Arena;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * What each packet of an established flow asks of its session or changes in it: for each slot one line of the processor's
 * cache, in native memory, and nothing else of the session. With a million sessions a line more is one access to memory more
 * for each packet. What is rarer is with the {@link DeviceSession}, which writes here what packets ask for. One thread.
 *
 * <pre>
 *  0 up: packets, octets          40 IPv4 address     52 publications seen
 *  8 down: packets, octets        44 peer's TEID      56 hour that is not reported
 * 16 prefix hi                    48 epoch            60 flags in 8 bits, carrier in 24
 * 24 peer hi  32 peer lo
 * </pre>
 *
 * A direction's packets and octets are in one number, 22 bits of packets above 42 of octets, until the session takes them: when somebody
 * asks, when they are reported, and long before either is full.
 */
final class SessionRecords {
    static final int RECORD_OCTETS = 64;
    /** No hour: everything that was counted is reported. */
    static final int NO_HOUR = Integer.MIN_VALUE;

    static final int HAS_IPV4 = 1 << 24;
    static final int HAS_IPV6 = 1 << 25;
    /** Its packets come and go in a tunnel. */
    static final int TUNNELLED = 1 << 26;
    /** Its SIM's meter must be asked, and told, at each packet: a quota, a rule on what was used, a capture. */
    static final int WATCHED = 1 << 27;
    /** Nothing is to be sent to the device now. */
    static final int DOWNLINK_HELD = 1 << 28;
    /** What its epoch is, must be asked of itself: its rules ask for more than who sends what, or it has not followed any yet. */
    static final int ASKS_FOR_EPOCH = 1 << 29;
    private static final int CARRIER_MASK = (1 << 24) - 1;

    private static final int SHIFT = 6;
    private static final int UP = 0;
    private static final int DOWN = 8;
    private static final int PREFIX_HI = 16;
    private static final int PEER_HI = 24;
    private static final int PEER_LO = 32;
    private static final int IPV4 = 40;
    private static final int REMOTE_TEID = 44;
    private static final int EPOCH = 48;
    private static final int PUBLICATIONS = 52;
    private static final int HOUR = 56;
    private static final int FLAGS = 60;

    private static final int PACKETS_SHIFT = 42;
    private static final long ONE_PACKET = 1L << PACKETS_SHIFT;
    private static final long OCTETS_MASK = ONE_PACKET - 1;

    private final UnsafeBuffer records;

    SessionRecords(Arena memory, int capacity) {
        records = LazyMemory.reserve(memory, (long) capacity << SHIFT);
    }

    /** Begins a session's record: nothing counted, the first epoch. */
    void begin(int slot) {
        records.setMemory(slot << SHIFT, RECORD_OCTETS, (byte) 0);
        records.putInt((slot << SHIFT) + EPOCH, 1);
        records.putInt((slot << SHIFT) + HOUR, NO_HOUR);
    }

    /** What its addresses are, and its end of the tunnel at the peer; all zero where there is no such. */
    void addresses(int slot, int ipv4, long prefixHi, long peerHi, long peerLo, int remoteTeid) {
        int at = slot << SHIFT;
        records.putInt(at + IPV4, ipv4);
        records.putLong(at + PREFIX_HI, prefixHi);
        records.putLong(at + PEER_HI, peerHi);
        records.putLong(at + PEER_LO, peerLo);
        records.putInt(at + REMOTE_TEID, remoteTeid);
    }

    /** Which flags it has, and whose packets are its. */
    void kind(int slot, int flags, int carrierIndex) {
        records.putInt((slot << SHIFT) + FLAGS, flags | carrierIndex & CARRIER_MASK);
    }

    /** Sets a flag or takes it away. */
    void flag(int slot, int flag, boolean set) {
        int at = (slot << SHIFT) + FLAGS;
        int before = records.getInt(at);
        records.putInt(at, set ? before | flag : before & ~flag);
    }

    boolean has(int slot, int flag) {
        return (records.getInt((slot << SHIFT) + FLAGS) & flag) != 0;
    }

    boolean isOfCarrier(int slot, int carrierIndex) {
        return (records.getInt((slot << SHIFT) + FLAGS) & CARRIER_MASK) == carrierIndex;
    }

    int ipv4(int slot) {
        return records.getInt((slot << SHIFT) + IPV4);
    }

    long prefixHi(int slot) {
        return records.getLong((slot << SHIFT) + PREFIX_HI);
    }

    long peerHi(int slot) {
        return records.getLong((slot << SHIFT) + PEER_HI);
    }

    long peerLo(int slot) {
        return records.getLong((slot << SHIFT) + PEER_LO);
    }

    int remoteTeid(int slot) {
        return records.getInt((slot << SHIFT) + REMOTE_TEID);
    }

    /** Grows whenever verdicts of flows must be reached again: another policy, facts, or peers. */
    int epoch(int slot) {
        return records.getInt((slot << SHIFT) + EPOCH);
    }

    void nextEpoch(int slot) {
        records.putInt((slot << SHIFT) + EPOCH, epoch(slot) + 1);
    }

    /** How many policies had been published to this worker when the session was judged last. */
    int publications(int slot) {
        return records.getInt((slot << SHIFT) + PUBLICATIONS);
    }

    void publications(int slot, int seen) {
        records.putInt((slot << SHIFT) + PUBLICATIONS, seen);
    }

    /** Of which hour since 1970 that is what was not reported; {@link #NO_HOUR}: it stands in no line to be. */
    int hour(int slot) {
        return records.getInt((slot << SHIFT) + HOUR);
    }

    void hour(int slot, int hour) {
        records.putInt((slot << SHIFT) + HOUR, hour);
    }

    /** Counts a packet from the device; true when the session is to take what was counted. */
    boolean countUp(int slot, int octets) {
        return count((slot << SHIFT) + UP, octets);
    }

    /** Counts a packet to the device; true when the session is to take what was counted. */
    boolean countDown(int slot, int octets) {
        return count((slot << SHIFT) + DOWN, octets);
    }

    private boolean count(int at, int octets) {
        long counted = records.getLong(at) + ONE_PACKET + octets;
        records.putLong(at, counted);
        return counted < 0; // the uppermost bit of the packets, of which so many have less than 2³⁷
                            // octets
    }

    /** Packets and octets from the device since this was asked last. */
    long takeUp(int slot) {
        return take((slot << SHIFT) + UP);
    }

    /** Packets and octets to the device since this was asked last. */
    long takeDown(int slot) {
        return take((slot << SHIFT) + DOWN);
    }

    private long take(int at) {
        long counted = records.getLong(at);
        records.putLong(at, 0);
        return counted;
    }

    static long packets(long count) {
        return count >>> PACKETS_SHIFT;
    }

    static long octets(long count) {
        return count & OCTETS_MASK;
    }

    /** Reads of it, so that it is in the cache; the value means nothing. */
    long touch(int slot) {
        return records.getLong(slot << SHIFT);
    }
}
