package io.cellgate.dataplane.io;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardSocketOptions;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.agrona.BufferUtil;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * The backend of the plain JDK, for tests without privileges: real UDP sockets on both sides. On the core side each
 * datagram is one IP packet to or from the one address that plays the internet. It allocates for each packet.
 */
public final class DatagramPacketIo implements PacketIo {
    private static final int BATCH = 64;
    private static final int SOCKET_BUFFER_OCTETS = 1 << 20;

    private final Selector selector;
    private final List<Side> access = new ArrayList<>();
    private final Side core;
    private final InetSocketAddress internet;

    /** A channel with a ring of buffers in native memory. */
    private static final class Side {
        final DatagramChannel channel;
        final List<ByteBuffer> slots = new ArrayList<>();

        Side(InetSocketAddress local, Selector selector) throws IOException {
            channel = DatagramChannel.open();
            channel.setOption(StandardSocketOptions.SO_RCVBUF, SOCKET_BUFFER_OCTETS);
            channel.setOption(StandardSocketOptions.SO_SNDBUF, SOCKET_BUFFER_OCTETS);
            channel.bind(local);
            channel.configureBlocking(false);
            channel.register(selector, SelectionKey.OP_READ);
            for (int i = 0; i < BATCH; i++) {
                slots.add(ByteBuffer.allocateDirect(Burst.HEADROOM_OCTETS + MAX_PACKET_OCTETS));
            }
        }

        InetSocketAddress local() {
            try {
                return (InetSocketAddress) channel.getLocalAddress();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    /**
     * @param gtpu     where to listen for GTP-U; port 0 takes a free one
     * @param core     where to listen for packets from the internet
     * @param internet where packets to the internet go
     */
    public DatagramPacketIo(List<InetSocketAddress> gtpu, InetSocketAddress core,
            InetSocketAddress internet) throws IOException {
        selector = Selector.open();
        for (InetSocketAddress local : gtpu) {
            access.add(new Side(local, selector));
        }
        this.core = new Side(core, selector);
        this.internet = internet;
    }

    public InetSocketAddress accessAddress(int i) {
        return access.get(i).local();
    }

    public InetSocketAddress coreAddress() {
        return core.local();
    }

    @Override
    public int receiveAccess(Burst burst) {
        burst.clear();
        for (Side side : access) {
            receive(side, burst);
        }
        return burst.size();
    }

    @Override
    public int receiveCore(Burst burst) {
        burst.clear();
        receive(core, burst);
        return burst.size();
    }

    private static void receive(Side side, Burst burst) {
        try {
            for (int i = 0; i < BATCH && !burst.isFull(); i++) {
                ByteBuffer slot = side.slots.get(i).clear().position(Burst.HEADROOM_OCTETS);
                if (!(side.channel.receive(slot) instanceof InetSocketAddress from)) {
                    return;
                }
                byte[] octets = from.getAddress().getAddress();
                burst.add(BufferUtil.address(slot) + Burst.HEADROOM_OCTETS,
                        slot.position() - Burst.HEADROOM_OCTETS,
                        octets.length == 4 ? 0 : ByteBuffer.wrap(octets).getLong(),
                        octets.length == 4
                                ? 0xffff_0000_0000L
                                        | Integer.toUnsignedLong(ByteBuffer.wrap(octets).getInt())
                                : ByteBuffer.wrap(octets).getLong(8),
                        from.getPort());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public int sendAccess(Burst burst) {
        int sent = 0;
        for (int i = 0; i < burst.size(); i++) {
            InetSocketAddress peer = peer(burst, i);
            for (Side side : access) {
                boolean sameFamily = side.local().getAddress() instanceof Inet4Address == peer
                        .getAddress() instanceof Inet4Address;
                if (sameFamily && send(side, burst, i, peer)) {
                    sent++;
                    break;
                }
            }
        }
        return sent;
    }

    @Override
    public int sendCore(Burst burst) {
        int sent = 0;
        for (int i = 0; i < burst.size(); i++) {
            sent += send(core, burst, i, internet) ? 1 : 0;
        }
        return sent;
    }

    private static boolean send(Side side, Burst burst, int i, SocketAddress to) {
        ByteBuffer packet = ByteBuffer.allocate(burst.length(i));
        new UnsafeBuffer(burst.address(i), burst.length(i)).getBytes(0,
                packet, burst.length(i));
        try {
            return side.channel.send(packet.flip(), to) > 0;
        } catch (IOException e) {
            return false;
        }
    }

    private static InetSocketAddress peer(Burst burst, int i) {
        boolean v4 = burst.peerHi(i) == 0 && burst.peerLo(i) >>> 32 == 0xffff;
        byte[] octets = v4
                ? ByteBuffer.allocate(4).putInt((int) burst.peerLo(i)).array()
                : ByteBuffer.allocate(16).putLong(burst.peerHi(i)).putLong(burst.peerLo(i))
                        .array();
        try {
            return new InetSocketAddress(InetAddress.getByAddress(octets), burst.peerPort(i));
        } catch (UnknownHostException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void await(long timeoutNanos) {
        try {
            int _ = selector.select(Math.max(1, TimeUnit.NANOSECONDS.toMillis(timeoutNanos)));
            selector.selectedKeys().clear();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void wake() {
        selector.wakeup();
    }

    @Override
    public String describe() {
        return "plain: GTP-U " + access.stream().map(side -> side.local().toString()).toList()
                + ", core " + core.local();
    }

    @Override
    public void close() {
        try {
            selector.close();
            for (Side side : access) {
                side.channel.close();
            }
            core.channel.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
