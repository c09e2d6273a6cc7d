package io.cellgate.dataplane.io;

import java.io.IOException;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.agrona.BitUtil;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * The flows that the kernel forwards by itself: memory that our XDP programs read for each packet and workers write, with no
 * system call between them.
 *
 * <p>Theory of operation. A flow has an entry, at the place that a hash of its key names or one of the {@value #WAYS} from
 * there; where all of these are taken, it has none, and its packets come to a worker as those of any other flow do. That is
 * so for whatever a program does not find or does not like. An entry is one cache line, for the wait for a line that lies
 * somewhere in a large table is most of what a program takes for a packet:
 *
 * <pre>
 *   0 device and remote address   32 counted up     48 next hop to the core, its hardware address  54 longest packet to it
 *   8 ports, protocol             40 counted down   56 the one to the peer                         62 longest packet to it
 *  16 generation  20 TEID
 *  24 peer        28 its TEID
 * </pre>
 *
 * Addresses, ports, TEIDs and peer are as they stand in packets. A count holds packets in its upper {@value #PACKET_BITS} bits and octets in the
 * others, so that a program adds once; it is set to zero as it is read, once a second, and takes 100 Gbit/s of
 * one flow for 10 seconds. What only workers use lies elsewhere ({@link #noteOf}): the owner's index plus 1, which is 0 where
 * the entry is free (who changes that from 0 owns the entry until it writes 0 again), the flow and its place in the owner's list.
 *
 * <p>An entry counts as long as its generation is that of the table. So one store ends all of them at once, and one ends
 * an entry. A run of a program that began before may still be using what it read; it tells of itself in a line that its
 * processor has alone: how many runs came to the table, and how many left. {@link #settle} waits for those that were in it.
 * For that a program's "came" is ordered before what it reads (a fetching atomic operation), as the writer's store is before its
 * look at the lines (a full fence): either the run sees the store, or the writer sees the run. After it nobody uses what was
 * ended, and its counts are final. A run takes a fraction of a microsecond, so nobody waits long.
 *
 * <p>Programs go on without workers, and may not: entries count for {@value #LEASE} times 2^20 ns after a worker was last seen at
 * work ({@link #alive}). What a process does not forward that was stopped, its kernel does not forward either.
 *
 * <p>Worker 1 of 2, which forwarded a packet of a flow to a next hop of generation 40, writes an entry of
 * generation 40. The next hop changes: the generation becomes 41, and when {@link #endAll}
 * returns, no packet goes to the former one any more. Had the worker read that just before and written its entry after
 * that, the entry would still be of generation 40, which it had read before the next hop, and would count for nothing.
 *
 * <p>Where most flows may go on, as after a policy was published, that would cost too much: the packets of all of them would come to the
 * workers at once, and be lost. There the table asks for a {@link #review}: entries count on while each worker goes through its
 * own, ends those that may not, and tells. The publication is over when all have told; until then some flows pass by the policy before it.
 */
final class KernelTable implements AutoCloseable {
    static final int WAYS = 16;
    static final int ENTRY_OCTETS = 64;
    static final int ADDRESSES = 0;
    static final int PORTS = 8;
    static final int GENERATION = 16;
    static final int LOCAL_TEID = 20;
    static final int PEER = 24;
    static final int REMOTE_TEID = 28;
    static final int COUNTED_UP = 32;
    static final int COUNTED_DOWN = 40;
    static final int CORE_MAC = 48;
    static final int CORE_LONGEST = 54;
    static final int ACCESS_MAC = 56;
    static final int ACCESS_LONGEST = 62;

    /** In a note. */
    static final int OWNER = 0;
    static final int FLOW = 4;
    static final int PLACE = 8;
    private static final int NOTE_OCTETS = 16;

    private static final int PACKET_BITS = 27;
    private static final int BYTE_BITS = Long.SIZE - PACKET_BITS;
    /** A packet in a count. */
    static final long ONE_PACKET = 1L << BYTE_BITS;
    /** In the place of the addresses: there was a flow here, and others that had this place before them may follow. */
    static final long GONE = -1;

    /** What is for all: the generation, when a worker was last seen, then a line for each processor. */
    static final int ALIVE = 8;
    /**
     * How long entries count after a worker was last seen, in units of 2^20 ns: who has no workers has nobody that suspends,
     * and nobody that takes up what is counted.
     */
    static final int LEASE = (int) (5_000_000_000L >> 20);
    static final int LEASE_SHIFT = 20;
    private static final long ALIVE_STEP_NANOS = 250_000_000;
    /** A review is over after at most that long for so many entries: some five times what one of as many flows takes. */
    private static final long PATIENCE_NANOS = 1_000_000_000;
    private static final int PATIENCE_BITS = 17;
    private static final long PAUSE_NANOS = 100_000;
    static final int LINES = 64;
    static final int LINE_OCTETS = 64;
    static final int CAME = 0;
    static final int LEFT = 8;
    static final int LINE_PACKETS_UP = 16;
    static final int LINE_BYTES_UP = 24;
    static final int LINE_PACKETS_DOWN = 32;
    static final int LINE_BYTES_DOWN = 40;

    static final long MIX_1 = 0xbf58476d1ce4e5b9L;
    static final long MIX_2 = 0x94d049bb133111ebL;
    private static final Path REAL_TIME = Path.of("/sys/kernel/realtime");
    private static final int LEAST_ENTRIES = 1024;
    private static final int MOST_ENTRIES = 1 << 22;

    private final Ebpf ebpf = new Ebpf();
    private final int processors;
    private final int bits;
    private final long seed = new SecureRandom().nextLong();
    private final int notesAt;
    private final int entriesFd;
    private final int commonFd;
    private final UnsafeBuffer entries;
    private final UnsafeBuffer common;
    private final Runnable ender = this::endAll;
    private final Runnable reviewer = this::review;
    private final List<KernelFlows> owners = new CopyOnWriteArrayList<>();
    private final AtomicLong reviews = new AtomicLong();
    private KernelFlows.Forwarded last = KernelFlows.Forwarded.NOTHING;
    private boolean closed;

    /** @param wanted how many flows there may be; the next power of two is taken */
    KernelTable(int wanted) throws IOException {
        int count = BitUtil.findNextPositivePowerOfTwo(
                Math.clamp(wanted, LEAST_ENTRIES, MOST_ENTRIES));
        bits = Integer.numberOfTrailingZeros(count);
        try {
            refuseRealTime(REAL_TIME);
            processors = processors(Files.readString(
                    Path.of("/sys/devices/system/cpu/possible")).strip());
            notesAt = (count + WAYS) * ENTRY_OCTETS;
            Ebpf.ArrayMap all = ebpf.array(notesAt + (count + WAYS) * NOTE_OCTETS, 1);
            Ebpf.ArrayMap shared = ebpf.array(LINES + processors * LINE_OCTETS, 1);
            entriesFd = all.fd();
            commonFd = shared.fd();
            entries = new UnsafeBuffer(all.values().asByteBuffer());
            common = new UnsafeBuffer(shared.values().asByteBuffer());
        } catch (IOException | RuntimeException e) {
            ebpf.close();
            throw e;
        }
        common.putIntVolatile(0, 1);
    }

    /** A processor's line is for one run at a time; where runs can be interrupted by others, it says nothing. */
    static void refuseRealTime(Path told) throws IOException {
        if (Files.exists(told) && Files.readString(told).strip().equals("1")) {
            throw new IOException("this kernel is a real-time one (PREEMPT_RT), on which one run"
                    + " of a program may interrupt another on its processor");
        }
    }

    /** One more than the last number in a list of ranges such as {@code 0-3,8-11}. */
    static int processors(String possible) {
        return 1 + Integer.parseInt(possible.substring(
                1 + Math.max(possible.lastIndexOf('-'), possible.lastIndexOf(','))));
    }

    int entriesFd() {
        return entriesFd;
    }

    int commonFd() {
        return commonFd;
    }

    int possibleProcessors() {
        return processors;
    }

    int bits() {
        return bits;
    }

    long seed() {
        return seed;
    }

    /** The entries, and behind them their notes. */
    UnsafeBuffer entries() {
        return entries;
    }

    /** Where the workers' note of an entry begins. */
    int noteOf(int entry) {
        return notesAt + entry / (ENTRY_OCTETS / NOTE_OCTETS);
    }

    /** The packets of a count. */
    static long packets(long count) {
        return count >>> BYTE_BITS;
    }

    static long bytes(long count) {
        return count & ONE_PACKET - 1;
    }

    /** Where the entry of a flow may begin first. The arguments are those of {@link #addresses} and {@link #ports}. */
    int home(long addresses, long ports) {
        long h = (addresses ^ seed) * MIX_1;
        h = (h ^ h >>> 32) + ports;
        return (int) (h * MIX_2 >>> 64 - bits) * ENTRY_OCTETS;
    }

    /** Two IPv4 addresses as a program reads them in a packet from the device. */
    static long addresses(int device, int remote) {
        return Integer.toUnsignedLong(raw(device)) | (long) raw(remote) << 32;
    }

    static long ports(int devicePort, int remotePort, int protocol) {
        return Integer.toUnsignedLong(raw(devicePort << 16 | remotePort)) | (long) protocol << 32;
    }

    /** 32 bits as the machine reads them where they stand in network order. */
    static int raw(int value) {
        return ByteOrder.nativeOrder() == ByteOrder.BIG_ENDIAN
                ? value
                : Integer.reverseBytes(value);
    }

    /** A worker is at work: entries count for some seconds more. Told four times a second, for programs read that line. */
    void alive(long nowNanos) {
        if (nowNanos - common.getLong(ALIVE) > ALIVE_STEP_NANOS) {
            common.putLongRelease(ALIVE, nowNanos);
        }
    }

    /** The present generation; never 0. What it is to vouch for must be read after it. */
    int generation() {
        return common.getIntVolatile(0);
    }

    /** Ends all entries, and waits until no packet passes by one of them. Any thread. */
    synchronized void endAll() {
        if (closed) {
            return;
        }
        if (common.getAndAddInt(0, 1) == -1) {
            int _ = common.getAndAddInt(0, 1);
        }
        settle();
    }

    /** Waits for the runs of programs that may have seen an entry as it was before the caller ended it. */
    void settle() {
        VarHandle.fullFence();
        for (int i = 0; i < processors; i++) {
            int line = LINES + i * LINE_OCTETS;
            long came = common.getLongVolatile(line + CAME);
            while (common.getLongVolatile(line + LEFT) - came < 0) {
                Thread.onSpinWait();
            }
        }
    }

    /** {@link #endAll}, always the same object. */
    Runnable ender() {
        return ender;
    }

    /** A worker will give flows. */
    void join(KernelFlows owner) {
        owners.add(owner);
    }

    /** How many reviews were asked for. What is to be reviewed by must be read after it. */
    long reviews() {
        return reviews.get();
    }

    /**
     * Has every worker go through the flows that it gave, by what is so now, and returns when all have. As the flows that may go on
     * do so meanwhile, nothing of them comes to the workers; but who takes too long has all flows ended. Any
     * thread but a worker's.
     */
    private void review() {
        long number = reviews.incrementAndGet();
        owners.forEach(KernelFlows::wake);
        long end = System.nanoTime() + (PATIENCE_NANOS << Math.max(0, bits - PATIENCE_BITS));
        while (!owners.stream().allMatch(owner -> owner.hasReviewed(number))) {
            if (System.nanoTime() - end > 0) {
                endAll();
                return;
            }
            LockSupport.parkNanos(PAUSE_NANOS);
        }
    }

    /** {@link #review}, always the same object. */
    Runnable reviewer() {
        return reviewer;
    }

    /** What was forwarded; as it was then, once this is closed. Any thread. */
    synchronized KernelFlows.Forwarded forwarded() {
        return closed
                ? last
                : new KernelFlows.Forwarded(total(LINE_PACKETS_UP), total(LINE_BYTES_UP),
                        total(LINE_PACKETS_DOWN), total(LINE_BYTES_DOWN));
    }

    /** The sum over all processors of one of what is counted in their lines. */
    private long total(int counter) {
        long sum = 0;
        for (int i = 0; i < processors; i++) {
            sum += common.getLongVolatile(LINES + i * LINE_OCTETS + counter);
        }
        return sum;
    }

    /** Gives the memory back; no worker uses it any more, and no program is attached. */
    @Override
    public synchronized void close() {
        if (!closed) {
            last = forwarded();
            closed = true;
            ebpf.close();
        }
    }
}
