package io.cellgate.dataplane.io;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.net.NetworkInterface;
import java.nio.charset.StandardCharsets;

/**
 * A network interface as it was when looked at.
 *
 * @param mac    48 bits
 * @param driver as {@code veth}; empty where it does not tell
 * @param queues on which it receives, at least 1
 */
record HostInterface(String name, int index, long mac, int mtuOctets, String driver, int queues) {
    private static final long SIOCGIFNAME = 0x8910;
    private static final long SIOCGIFFLAGS = 0x8913;
    private static final long SIOCGIFMTU = 0x8921;
    private static final long SIOCETHTOOL = 0x8946;
    private static final int IFF_UP_RUNNING = 0x1 | 0x40;
    private static final int ETHTOOL_GDRVINFO = 3;
    private static final int ETHTOOL_GCHANNELS = 0x3c;
    private static final int IFREQ_OCTETS = 40;
    private static final int DRVINFO_OCTETS = 196;
    private static final int CHANNELS_OCTETS = 36;

    /** Looks at an Ethernet interface in the calling thread's network namespace. */
    static HostInterface find(LinuxCalls calls, String name) throws IOException {
        NetworkInterface found = NetworkInterface.getByName(name);
        if (found == null) {
            throw new IOException(
                    "interface: got \"" + name + "\", expected one that this host has");
        }
        byte[] octets = found.getHardwareAddress();
        if (octets == null || octets.length != 6) {
            throw new IOException("interface " + name + ": expected an Ethernet address");
        }
        if (!found.isUp()) {
            throw new IOException("interface " + name + ": got it down, expected it up");
        }
        long mac = 0;
        for (byte octet : octets) {
            mac = mac << 8 | octet & 0xff;
        }
        int socket = calls.udpSocket(LinuxCalls.AF_INET);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment info = arena.allocate(DRVINFO_OCTETS, 8);
            info.set(JAVA_INT, 0, ETHTOOL_GDRVINFO);
            String driver = ethtool(calls, arena, socket, name, info) ? info.getString(4) : "";
            MemorySegment channels = arena.allocate(CHANNELS_OCTETS, 8);
            channels.set(JAVA_INT, 0, ETHTOOL_GCHANNELS);
            int queues = ethtool(calls, arena, socket, name, channels)
                    ? channels.get(JAVA_INT, 20) + channels.get(JAVA_INT, 32)
                    : 1;
            return new HostInterface(name, found.getIndex(), mac, found.getMTU(), driver,
                    Math.max(1, queues));
        } finally {
            calls.close(socket);
        }
    }

    private static boolean ethtool(LinuxCalls calls, Arena arena, int socket, String name,
            MemorySegment command) {
        MemorySegment request = arena.allocate(IFREQ_OCTETS, 8);
        MemorySegment.copy(
                MemorySegment.ofArray(name.getBytes(StandardCharsets.US_ASCII)), 0, request, 0,
                name.length());
        request.set(JAVA_LONG, 16, command.address());
        return calls.tryIoctl(socket, SIOCETHTOOL, request);
    }

    /**
     * How long its packets may be now, whatever it is called now; 0 where it is down or gone.
     *
     * @param socket any in its network namespace
     */
    int mtuNow(LinuxCalls calls, int socket) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment request = arena.allocate(IFREQ_OCTETS, 8);
            request.set(JAVA_INT, 16, index);
            if (!calls.tryIoctl(socket, SIOCGIFNAME, request)
                    || !calls.tryIoctl(socket, SIOCGIFFLAGS, request)
                    || (request.get(JAVA_SHORT, 16) & IFF_UP_RUNNING) != IFF_UP_RUNNING
                    || !calls.tryIoctl(socket, SIOCGIFMTU, request)) {
                return 0;
            }
            return request.get(JAVA_INT, 16);
        }
    }

    /** Whether what comes in may have left its sender with unfinished checksums: a veth's peer is on this host. */
    boolean hasLocalPeer() {
        return driver.equals("veth");
    }
}
