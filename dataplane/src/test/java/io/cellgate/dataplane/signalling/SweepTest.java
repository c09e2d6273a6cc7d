package io.cellgate.dataplane.signalling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.EventLoop;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.DatagramPacket;
import io.netty.channel.socket.nio.NioDatagramChannel;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

class SweepTest {
    private static final MultiThreadIoEventLoopGroup GROUP = new MultiThreadIoEventLoopGroup(1,
            NioIoHandler.newFactory());
    private static final EventLoop LOOP = GROUP.next();
    private static final List<Integer> ALL = IntStream.range(0, 100_000).boxed().toList();

    @AfterAll
    static void end() {
        var _ = GROUP.shutdownGracefully(0, 1, TimeUnit.SECONDS);
    }

    private static CompletableFuture<Void> onLoop(Sweep<?> sweep) {
        return CompletableFuture.runAsync(() -> {}, LOOP).thenCompose(_ -> sweep.start());
    }

    @Test
    void all_areDone_withABoundedNumberUnderWay() {
        Deque<CompletableFuture<Void>> underWay = new ArrayDeque<>();
        AtomicInteger most = new AtomicInteger();
        AtomicInteger done = new AtomicInteger();
        Sweep<Integer> sweep = new Sweep<>(LOOP, ALL, _ -> {
            int _ = done.incrementAndGet();
            CompletableFuture<Void> each = new CompletableFuture<>();
            underWay.add(each);
            int _ = most.accumulateAndGet(underWay.size(), Math::max);
            if (underWay.size() == 1) {
                LOOP.execute(() -> {
                    while (!underWay.isEmpty()) {
                        boolean _ = underWay.remove().complete(null);
                    }
                });
            }
            return each;
        });
        Void _ = onLoop(sweep).orTimeout(20, TimeUnit.SECONDS).join();
        assertThat(done).hasValue(ALL.size());
        assertThat(most.get()).isBetween(2, 512);
    }

    @Test
    void failureOfOne_isTold_whenAllWereTried() {
        AtomicInteger tried = new AtomicInteger();
        Sweep<Integer> sweep = new Sweep<>(LOOP, ALL, each -> {
            int _ = tried.incrementAndGet();
            return each == 3
                    ? CompletableFuture.failedFuture(new IllegalStateException("the third"))
                    : CompletableFuture.completedFuture(null);
        });
        assertThatThrownBy(() -> onLoop(sweep).orTimeout(20, TimeUnit.SECONDS).join())
                .isInstanceOf(CompletionException.class).hasRootCauseMessage("the third");
        assertThat(tried).hasValue(ALL.size());
    }

    @Test
    void datagramThatCameMeanwhile_isReadLongBeforeAllAreDone() throws Exception {
        AtomicInteger done = new AtomicInteger();
        CompletableFuture<Integer> doneWhenRead = new CompletableFuture<>();
        Channel channel = new Bootstrap().group(LOOP).channel(NioDatagramChannel.class)
                .handler(new SimpleChannelInboundHandler<DatagramPacket>() {
                    @Override
                    protected void channelRead0(ChannelHandlerContext context,
                            DatagramPacket packet) {
                        boolean _ = doneWhenRead.complete(done.get());
                    }
                }).bind(InetAddress.getLoopbackAddress(), 0).sync().channel();
        Sweep<Integer> sweep = new Sweep<>(LOOP, ALL, _ -> {
            if (done.getAndIncrement() == 0) {
                send((InetSocketAddress) channel.localAddress());
            }
            return CompletableFuture.runAsync(() -> {}, LOOP);
        });
        Void _ = onLoop(sweep).orTimeout(20, TimeUnit.SECONDS).join();
        assertThat(doneWhenRead.get(5, TimeUnit.SECONDS)).isLessThan(ALL.size() / 10);
    }

    private static void send(InetSocketAddress to) {
        try (DatagramSocket socket = new DatagramSocket()) {
            socket.send(new java.net.DatagramPacket(new byte[1], 1, to));
        } catch (java.io.IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
