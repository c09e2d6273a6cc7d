package io.cellgate.dataplane.io;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.net.Inet4Address;
import java.net.InetSocketAddress;

/**
 * A UDP socket with prepared headers for recvmmsg(2) and sendmmsg(2), which take and give a burst in one system call.
 *
 * <pre>
 * mmsghdr, 64 octets: name@0 namelen@8 iov@16 iovlen@24 control@32 controllen@40 flags@48 | len@56
 * iovec,   16 octets: base@0 len@8
 * sockaddr_in:  family@0 port@2 address@4
 * sockaddr_in6: family@0 port@2 flow@4 address@8 scope@24
 * </pre>
 */
final class AccessSocket {
    private static final int MMSGHDR = 64;
    private static final int IOVEC = 16;
    private static final int SOCKADDR = 32;
    private static final int MSG_TRUNC = 0x20;
    private static final int SEND_BATCH = 256;
    private static final long MAPPED_PREFIX = 0x0000_ffff_0000_0000L;

    final int fd;
    final boolean ipv6;
    private final LinuxCalls calls;
    private final MemorySegment rxHeaders;
    private final MemorySegment rxNames;
    private final DatagramBatch outgoing;
    private final int[] toSend = new int[SEND_BATCH];
    private final long slots;
    private final int slotOctets;
    private final int batch;

    /** @param sharesAddress whether other sockets are bound to the same address */
    AccessSocket(LinuxCalls calls, Arena arena, InetSocketAddress local, int batch,
            int bufferOctets, boolean sharesAddress) throws IOException {
        this.calls = calls;
        this.batch = batch;
        slotOctets = Burst.HEADROOM_OCTETS + PacketIo.MAX_PACKET_OCTETS;
        ipv6 = !(local.getAddress() instanceof Inet4Address);
        fd = calls.udpSocket(ipv6 ? LinuxCalls.AF_INET6 : LinuxCalls.AF_INET);
        if (ipv6) {
            boolean _ = calls.trySetOption(fd, LinuxCalls.IPPROTO_IPV6,
                    LinuxCalls.IPV6_V6ONLY, 1);
        }
        if (sharesAddress) {
            boolean _ = calls.trySetOption(fd, LinuxCalls.SOL_SOCKET, LinuxCalls.SO_REUSEPORT, 1);
        }
        if (!calls.trySetOption(fd, LinuxCalls.SOL_SOCKET, LinuxCalls.SO_RCVBUFFORCE,
                bufferOctets)) {
            boolean _ = calls.trySetOption(fd, LinuxCalls.SOL_SOCKET, LinuxCalls.SO_RCVBUF,
                    bufferOctets);
        }
        if (!calls.trySetOption(fd, LinuxCalls.SOL_SOCKET, LinuxCalls.SO_SNDBUFFORCE,
                bufferOctets)) {
            boolean _ = calls.trySetOption(fd, LinuxCalls.SOL_SOCKET, LinuxCalls.SO_SNDBUF,
                    bufferOctets);
        }
        try {
            MemorySegment name = arena.allocate(ipv6 ? 28 : 16, 8);
            byte[] octets = local.getAddress().getAddress();
            name.set(JAVA_SHORT, 0,
                    (short) (ipv6 ? LinuxCalls.AF_INET6 : LinuxCalls.AF_INET));
            name.set(JAVA_SHORT, 2, Short.reverseBytes((short) local.getPort()));
            MemorySegment.copy(MemorySegment.ofArray(octets), 0, name, ipv6 ? 8 : 4,
                    octets.length);
            calls.bind(fd, name, local.toString());
        } catch (IOException e) {
            calls.close(fd);
            throw e;
        }
        MemorySegment memory = arena.allocate((long) batch * slotOctets, 64);
        slots = memory.address();
        rxHeaders = arena.allocate((long) batch * MMSGHDR, 64);
        rxNames = arena.allocate((long) batch * SOCKADDR, 64);
        outgoing = new DatagramBatch(calls, arena, fd, ipv6, SEND_BATCH);
        MemorySegment rxVectors = arena.allocate((long) batch * IOVEC, 64);
        for (int i = 0; i < batch; i++) {
            rxVectors.set(JAVA_LONG, (long) i * IOVEC, slot(i));
            rxVectors.set(JAVA_LONG, (long) i * IOVEC + 8, PacketIo.MAX_PACKET_OCTETS);
            prepare(rxHeaders, rxVectors, rxNames, i);
        }
    }

    private static void prepare(MemorySegment headers, MemorySegment vectors, MemorySegment names,
            int i) {
        long at = (long) i * MMSGHDR;
        headers.set(JAVA_LONG, at, names.address() + (long) i * SOCKADDR);
        headers.set(JAVA_INT, at + 8, SOCKADDR);
        headers.set(JAVA_LONG, at + 16, vectors.address() + (long) i * IOVEC);
        headers.set(JAVA_LONG, at + 24, 1);
    }

    private long slot(int i) {
        return slots + (long) i * slotOctets + Burst.HEADROOM_OCTETS;
    }

    /** Adds to the burst what is there, as far as both have room. */
    void receive(Burst burst) {
        int wanted = Math.min(batch, burst.capacity() - burst.size());
        int got = calls.receiveMany(fd, rxHeaders.address(), wanted);
        for (int i = 0; i < got; i++) {
            long at = (long) i * MMSGHDR;
            int flags = rxHeaders.get(JAVA_INT, at + 48);
            int length = rxHeaders.get(JAVA_INT, at + 56);
            rxHeaders.set(JAVA_INT, at + 8, SOCKADDR);
            if ((flags & MSG_TRUNC) != 0) {
                continue;
            }
            long name = (long) i * SOCKADDR;
            int port = Short.toUnsignedInt(Short.reverseBytes(rxNames.get(JAVA_SHORT, name + 2)));
            if (ipv6) {
                burst.add(slot(i), length, Long.reverseBytes(rxNames.get(JAVA_LONG, name + 8)),
                        Long.reverseBytes(rxNames.get(JAVA_LONG, name + 16)), port);
            } else {
                long v4 = Integer.toUnsignedLong(
                        Integer.reverseBytes(rxNames.get(JAVA_INT, name + 4)));
                burst.add(slot(i), length, 0, MAPPED_PREFIX | v4, port);
            }
        }
    }

    /** Sends those of the burst that go to this socket's address family; returns how many were taken. */
    int send(Burst burst) {
        int sent = 0;
        int queued = 0;
        for (int i = 0; i < burst.size(); i++) {
            boolean toIpv4 = burst.peerHi(i) == 0
                    && burst.peerLo(i) >>> 32 == MAPPED_PREFIX >>> 32;
            if (toIpv4 == ipv6) {
                continue;
            }
            toSend[queued++] = i;
            if (queued == toSend.length) {
                sent += outgoing.send(burst, toSend, queued);
                queued = 0;
            }
        }
        return queued == 0 ? sent : sent + outgoing.send(burst, toSend, queued);
    }
}
