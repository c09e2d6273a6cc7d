package io.cellgate.dataplane.signalling;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.FixedRecvByteBufAllocator;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollDatagramChannel;
import io.netty.channel.socket.DatagramPacket;
import io.netty.channel.socket.nio.NioDatagramChannel;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The UDP port on which accounting messages come and are answered; its work is done on signalling's event loop. */
final class AccountingSocket implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(AccountingSocket.class);
    /** One octet more than any RADIUS packet, so that what is longer is seen to be. */
    private static final int MAX_DATAGRAM_OCTETS = 4097;
    private static final int SOCKET_BUFFER_OCTETS = 4 << 20;

    private volatile @Nullable Channel channel;

    /** Begins to listen. */
    void open(InetSocketAddress at, EventLoop loop,
            BiConsumer<byte[], InetSocketAddress> receiver) {
        var bound = new Bootstrap().group(loop)
                .channel(Epoll.isAvailable()
                        ? EpollDatagramChannel.class
                        : NioDatagramChannel.class)
                .option(ChannelOption.RECVBUF_ALLOCATOR,
                        new FixedRecvByteBufAllocator(MAX_DATAGRAM_OCTETS))
                .option(ChannelOption.SO_RCVBUF, SOCKET_BUFFER_OCTETS)
                .handler(new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel fresh) {
                        channel = fresh;
                        fresh.pipeline().addLast(new Receiver(receiver));
                    }
                }).bind(at).awaitUninterruptibly();
        if (!bound.isSuccess()) {
            throw new UncheckedIOException(new IOException(
                    "cannot listen for RADIUS accounting on " + at.getAddress().getHostAddress()
                            + " port " + at.getPort() + ": " + bound.cause().getMessage(),
                    bound.cause()));
        }
    }

    private static final class Receiver extends SimpleChannelInboundHandler<DatagramPacket> {
        private final BiConsumer<byte[], InetSocketAddress> receiver;

        Receiver(BiConsumer<byte[], InetSocketAddress> receiver) {
            this.receiver = receiver;
        }

        @Override
        protected void channelRead0(ChannelHandlerContext context, DatagramPacket packet) {
            receiver.accept(ByteBufUtil.getBytes(packet.content()), packet.sender());
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            LOG.warn("the accounting socket reported {}", cause.toString());
        }
    }

    void send(byte[] datagram, InetSocketAddress to) {
        Channel open = channel;
        if (open != null) {
            var _ = open.writeAndFlush(new DatagramPacket(Unpooled.wrappedBuffer(datagram), to),
                    open.voidPromise());
        }
    }

    /** Where it listens. */
    InetSocketAddress address() {
        Channel open = channel;
        if (open == null) {
            throw new IllegalStateException("not open yet");
        }
        return (InetSocketAddress) open.localAddress();
    }

    @Override
    public void close() {
        Channel open = channel;
        if (open != null) {
            open.close().awaitUninterruptibly();
        }
    }
}
