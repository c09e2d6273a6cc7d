package io.cellgate.dataplane.io;

import java.nio.ByteOrder;
import java.util.Arrays;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * The flows that one worker has given to the kernel to forward; see {@link KernelTable}. An entry is a number, the worker's
 * from {@link #put} to {@link #free}. One thread, but for what says otherwise.
 */
public final class KernelFlows {
    public static final int NONE = -1;
    private static final int FIRST_ENTRIES = 256;
    private static final ByteOrder BE = ByteOrder.BIG_ENDIAN;

    private final KernelTable table;
    private final UnsafeBuffer entries;
    private final int owner;
    private final int share;
    private final Ways ways;
    private int[] mine = new int[FIRST_ENTRIES];
    private int size;
    private int generation;
    private Runnable waker = () -> {};
    /** The last review that is done. */
    private volatile long reviewed;
    private long remoteMac;
    private long peerMac;
    private int longestUp;
    private int longestDown;

    /** Where frames go out, as it is now. */
    interface Ways {
        /** The hardware address that leads to one in the internet, or {@link NextHops#UNKNOWN}. */
        long toRemote(int address);

        /** The one that leads to a carrier's node. */
        long toPeer(int address);

        /** The longest IP packet that goes to the internet, in octets; 0: none. */
        int longestToCore();

        /** The longest IP packet that goes to a carrier in a tunnel. */
        int longestToAccess();
    }

    /** @param workers how many there are */
    KernelFlows(KernelTable table, int worker, int workers, Ways ways) {
        this.table = table;
        entries = table.entries();
        owner = worker + 1;
        share = (1 << table.bits()) / workers;
        this.ways = ways;
        table.join(this);
    }

    /**
     * What was decided on before this is not given to the kernel any more: to be called before anything is decided, and once
     * every second, or what was given is not forwarded any more.
     *
     * @param nowNanos of System.nanoTime
     * @return whether all were ended since; no packet passes by them any more
     */
    public boolean begin(long nowNanos) {
        int before = generation;
        generation = table.generation();
        table.alive(nowNanos);
        if (generation == before) {
            return false;
        }
        table.settle();
        return true;
    }

    /**
     * Gives a flow to the kernel, each way as far as its next hop is known and its interface takes such frames.
     *
     * @param flow            the worker's number for it
     * @param longestToDevice octets of an IP packet
     * @return the entry, or {@link #NONE} where there is no room or no way
     */
    public int put(int flow, int device, int devicePort, int remote, int remotePort, int protocol,
            int localTeid, int remoteTeid, int peer, int longestToDevice) {
        if (!hasWay(remote, peer, longestToDevice)) {
            return NONE;
        }
        long addresses = KernelTable.addresses(device, remote);
        long ports = KernelTable.ports(devicePort, remotePort, protocol);
        int home = table.home(addresses, ports);
        int at = claim(home);
        if (at == NONE) {
            return NONE;
        }
        write(at, localTeid, remoteTeid, peer);
        int note = table.noteOf(at);
        entries.putInt(note + KernelTable.FLOW, flow);
        entries.putInt(note + KernelTable.PLACE, size);
        entries.putLong(at + KernelTable.PORTS, ports);
        entries.putLongVolatile(at + KernelTable.ADDRESSES, addresses);
        leadTo(at, home);
        entries.putIntVolatile(at + KernelTable.GENERATION, generation);
        if (size == mine.length) {
            mine = Arrays.copyOf(mine, 2 * size);
        }
        mine[size++] = at;
        return at;
    }

    /**
     * Has an entry count again that counted until all were ended, as it would be given now.
     *
     * @param remote          the remote address of its key
     * @param longestToDevice octets of an IP packet
     * @return false where there is no way
     */
    public boolean renew(int entry, int remote, int localTeid, int remoteTeid, int peer,
            int longestToDevice) {
        if (!hasWay(remote, peer, longestToDevice)) {
            return false;
        }
        write(entry, localTeid, remoteTeid, peer);
        entries.putIntVolatile(entry + KernelTable.GENERATION, generation);
        return true;
    }

    /** Finds out where frames of a flow go now, either way, for {@link #write}. */
    private boolean hasWay(int remote, int peer, int longestToDevice) {
        remoteMac = ways.toRemote(remote);
        peerMac = ways.toPeer(peer);
        longestUp = remoteMac == NextHops.UNKNOWN ? 0 : ways.longestToCore();
        longestDown = peerMac == NextHops.UNKNOWN
                ? 0
                : Math.min(longestToDevice, ways.longestToAccess());
        return longestUp != 0 || longestDown != 0;
    }

    private void write(int at, int localTeid, int remoteTeid, int peer) {
        entries.putInt(at + KernelTable.LOCAL_TEID, localTeid, BE);
        entries.putInt(at + KernelTable.REMOTE_TEID, remoteTeid, BE);
        entries.putInt(at + KernelTable.PEER, peer, BE);
        mac(at + KernelTable.CORE_MAC, remoteMac);
        entries.putShort(at + KernelTable.CORE_LONGEST, (short) longestUp);
        mac(at + KernelTable.ACCESS_MAC, peerMac);
        entries.putShort(at + KernelTable.ACCESS_LONGEST, (short) longestDown);
    }

    private int claim(int home) {
        for (int way = 0; way < KernelTable.WAYS; way++) {
            int at = home + way * KernelTable.ENTRY_OCTETS;
            int itsOwner = table.noteOf(at) + KernelTable.OWNER;
            if (entries.getInt(itsOwner) == 0 && entries.compareAndSetInt(itsOwner, 0, owner)) {
                return at;
            }
        }
        return NONE;
    }

    /** Has a program come by the places before this one that others have freed as the last ones, before they saw this. */
    private void leadTo(int at, int home) {
        for (int i = at - KernelTable.ENTRY_OCTETS; i >= home; i -= KernelTable.ENTRY_OCTETS) {
            if (entries.getLongVolatile(i + KernelTable.ADDRESSES) == 0) {
                entries.compareAndSetLong(i + KernelTable.ADDRESSES, 0, KernelTable.GONE);
            }
        }
    }

    private boolean isLast(int at) {
        return entries
                .getLongVolatile(at + KernelTable.ENTRY_OCTETS + KernelTable.ADDRESSES) == 0;
    }

    private void mac(int at, long mac) {
        entries.putInt(at, (int) (mac >>> 16), BE);
        entries.putShort(at + 4, (short) mac, BE);
    }

    /** The entry of a flow of this worker that was given with this key. */
    public int find(int flow, int device, int devicePort, int remote, int remotePort,
            int protocol) {
        int home = table.home(KernelTable.addresses(device, remote),
                KernelTable.ports(devicePort, remotePort, protocol));
        for (int way = 0; way < KernelTable.WAYS; way++) {
            int at = home + way * KernelTable.ENTRY_OCTETS;
            int note = table.noteOf(at);
            if (entries.getInt(note + KernelTable.OWNER) == owner
                    && entries.getInt(note + KernelTable.FLOW) == flow) {
                return at;
            }
        }
        throw new IllegalStateException("flow " + flow + " was not given to the kernel");
    }

    /** Reads of an entry, so that it is in the cache; the value means nothing. */
    public int touch(int entry) {
        return entries.getInt(entry + KernelTable.GENERATION);
    }

    /** Whether the kernel still forwarded by it at {@link #begin}; if it did not, no packet passes by it. */
    public boolean counts(int entry) {
        return entries.getInt(entry + KernelTable.GENERATION) == generation;
    }

    /** Ends it. After {@link #settle} no packet passes by it. */
    public void end(int entry) {
        entries.putIntRelease(entry + KernelTable.GENERATION, 0);
    }

    /** Waits until no packet passes by what was ended before; what these counted is final then. */
    public void settle() {
        table.settle();
    }

    /** Ends all, those of other workers, too, and waits until no packet passes by them. Any thread. */
    public void endAll() {
        table.endAll();
    }

    /**
     * Has all workers review what they gave ({@link #reviewDue}), and waits until they have: one object for all of them. Not
     * for a worker's thread.
     */
    public Runnable reviewer() {
        return table.reviewer();
    }

    /** What gets the worker out of its rest when a review is due. */
    public void wakeBy(Runnable wakes) {
        waker = wakes;
    }

    void wake() {
        waker.run();
    }

    /** The number of the review that is due, and was asked for last; 0: none. */
    public long reviewDue() {
        long asked = table.reviews();
        return asked > reviewed ? asked : 0;
    }

    /** The worker went through all of its entries by what was so when this review was due, or after it. */
    public void reviewed(long number) {
        reviewed = number;
    }

    boolean hasReviewed(long number) {
        return reviewed >= number;
    }

    /** The worker has no entry any more, and gives none. */
    public void leave() {
        reviewed = Long.MAX_VALUE;
    }

    /** Gives the room of an entry back, which was ended, settled, and whose counts were taken. */
    public void free(int entry) {
        int note = table.noteOf(entry);
        int place = entries.getInt(note + KernelTable.PLACE);
        int last = mine[--size];
        mine[place] = last;
        entries.putInt(table.noteOf(last) + KernelTable.PLACE, place);
        // a program looks no further than to a place that no flow had; where another worker writes
        // behind this one meanwhile, either it sees that (leadTo) or this sees what it wrote
        entries.putLongVolatile(entry + KernelTable.ADDRESSES,
                isLast(entry) ? 0 : KernelTable.GONE);
        if (!isLast(entry)) {
            entries.putLong(entry + KernelTable.ADDRESSES, KernelTable.GONE);
        }
        entries.putLong(entry + KernelTable.PORTS, 0);
        entries.putIntRelease(note + KernelTable.OWNER, 0);
    }

    /** Whether the worker has taken so little of the table that it need not choose what to give. */
    public boolean hasPlentyOfRoom() {
        return size < share / 2;
    }

    /** How many more the worker may give. */
    public int room() {
        return share - size;
    }

    /** How many there are. */
    public int size() {
        return size;
    }

    /** The entry in this place, from 0; the places of others change as entries are freed. */
    public int entry(int place) {
        return mine[place];
    }

    public int flow(int entry) {
        return entries.getInt(table.noteOf(entry) + KernelTable.FLOW);
    }

    /** What was counted since this was asked last, for {@link #packets} and {@link #bytes}; 0: nothing. */
    public long takeUp(int entry) {
        return take(entry + KernelTable.COUNTED_UP);
    }

    public long takeDown(int entry) {
        return take(entry + KernelTable.COUNTED_DOWN);
    }

    public static long packets(long count) {
        return KernelTable.packets(count);
    }

    public static long bytes(long count) {
        return KernelTable.bytes(count);
    }

    private long take(int at) {
        return entries.getLongVolatile(at) == 0 ? 0 : entries.getAndSetLong(at, 0);
    }

    /** What the kernel forwarded for all workers since it began, in octets of IP. */
    public record Forwarded(long packetsUp, long bytesUp, long packetsDown, long bytesDown) {
        public static final Forwarded NOTHING = new Forwarded(0, 0, 0, 0);
    }

    /** Any thread. */
    public Forwarded forwarded() {
        return table.forwarded();
    }
}
