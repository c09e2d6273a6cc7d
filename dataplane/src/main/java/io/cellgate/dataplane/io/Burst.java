package io.cellgate.dataplane.io;

/**
 * Some packets in native memory, each an address and a length; on the access side each with the outer address and port
 * it came from or goes to. It owns no packet memory. Addresses are 128 bits, IPv4 as ::ffff:a.b.c.d.
 *
 * <p>In front of each received packet there are {@link #HEADROOM_OCTETS} that may be written: a tunnel header, and
 * what a link-layer backend needs, is put there without copying the packet.
 */
public final class Burst {
    /** Room for Ethernet, IPv6, UDP and GTP-U headers, and a multiple of a cache line. */
    public static final int HEADROOM_OCTETS = 128;

    private final long[] addresses;
    private final int[] lengths;
    private final long[] peersHi;
    private final long[] peersLo;
    private final int[] peerPorts;
    private int size;

    public Burst(int capacity) {
        addresses = new long[capacity];
        lengths = new int[capacity];
        peersHi = new long[capacity];
        peersLo = new long[capacity];
        peerPorts = new int[capacity];
    }

    public int capacity() {
        return addresses.length;
    }

    public int size() {
        return size;
    }

    public boolean isFull() {
        return size == addresses.length;
    }

    public void clear() {
        size = 0;
    }

    /** Adds a packet of the core side. The burst must not be full. */
    public void add(long address, int lengthOctets) {
        add(address, lengthOctets, 0, 0, 0);
    }

    /** Adds a packet of a link to a carrier's router, by the link's number. The burst must not be full. */
    public void addPlain(long address, int lengthOctets, int link) {
        add(address, lengthOctets, 0, 0, link);
    }

    /** The number of the link that a plain packet came by or goes to. */
    public int link(int i) {
        return peerPorts[i];
    }

    /** Adds a packet of the access side with its outer address. The burst must not be full. */
    public void add(long address, int lengthOctets, long peerHi, long peerLo, int peerPort) {
        addresses[size] = address;
        lengths[size] = lengthOctets;
        peersHi[size] = peerHi;
        peersLo[size] = peerLo;
        peerPorts[size] = peerPort;
        size++;
    }

    public long address(int i) {
        return addresses[i];
    }

    public int length(int i) {
        return lengths[i];
    }

    public long peerHi(int i) {
        return peersHi[i];
    }

    public long peerLo(int i) {
        return peersLo[i];
    }

    public int peerPort(int i) {
        return peerPorts[i];
    }
}
