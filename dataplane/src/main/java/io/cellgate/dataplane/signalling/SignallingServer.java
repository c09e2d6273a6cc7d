package io.cellgate.dataplane.signalling;

import io.cellgate.dataplane.firewall.FirewallCounters;
import io.cellgate.dataplane.gtpc.Gtp1Type;
import io.cellgate.dataplane.gtpc.Gtp2Type;
import io.cellgate.dataplane.peer.PeerTable;
import io.cellgate.dataplane.pool.AddressPool;
import io.cellgate.dataplane.pool.PoolPlan;
import io.cellgate.dataplane.radius.AccountingClients;
import io.cellgate.dataplane.radius.AccountingCounters;
import io.cellgate.dataplane.radius.BindingStore;
import io.cellgate.dataplane.session.Refusal;
import io.cellgate.dataplane.session.SimGroup;
import io.cellgate.dataplane.session.SubscriberDirectory;
import io.cellgate.dataplane.session.UserPlane;
import io.cellgate.policy.subject.Imsi;
import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.FixedRecvByteBufAllocator;
import io.netty.channel.IoEventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.epoll.EpollDatagramChannel;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.DatagramPacket;
import io.netty.channel.socket.nio.NioDatagramChannel;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * GTP-C on a UDP port. Starting it binds the port; every method may be called by any thread, and does its work on
 * the one event loop.
 */
public final class SignallingServer implements AutoCloseable, UserPlane.Events {
    private static final Logger LOG = LoggerFactory.getLogger(SignallingServer.class);
    private static final int MAX_DATAGRAM_OCTETS = 65_535;
    /** What one call to the kernel takes at most: so many, each of so many octets; none of a carrier's comes near it. */
    private static final int DATAGRAMS_AT_ONCE = 16;
    private static final int MAX_BATCHED_OCTETS = 16_384;
    private static final int SOCKET_BUFFER_OCTETS = 4 << 20;
    private static final int TICKS_PER_T3 = 10;

    private final IoEventLoopGroup group;
    private final EventLoop loop;
    private final SignallingConfig config;
    private final SignallingLog log;
    private final SessionTable table;
    private final Peers peers;
    private final AddressPools pools;
    private final Firewall firewall;
    private final Reviews reviews;
    private final BearerUpdates updates;
    private final Signalling signalling;
    private final Accounting accounting;
    private final @Nullable InetSocketAddress accountingAddress;
    private final AccountingSocket accountingSocket = new AccountingSocket();
    private volatile @Nullable Channel channel;
    private boolean flushing;

    private SignallingServer(SignallingConfig config, DeviceConfig devices,
            InetAddress userAddress, SubscriberDirectory directory, UserPlane userPlane,
            SignallingEvent.Listener listener, Clock clock, AccountingConfig ofAccounting,
            BindingStore bindings) {
        this.config = config;
        DefaultThreadFactory threads = new DefaultThreadFactory("signalling", true);
        group = new MultiThreadIoEventLoopGroup(1, threads,
                Epoll.isAvailable() ? EpollIoHandler.newFactory() : NioIoHandler.newFactory());
        loop = group.next();
        SecureRandom random = new SecureRandom();
        log = new SignallingLog(listener, clock);
        table = new SessionTable(random);
        peers = new Peers(config, System::nanoTime);
        OwnRequests requests = new OwnRequests(random, this::send,
                peers::countRepeated,
                config.t3().toNanos(), config.n3(), config.peerPort());
        firewall = new Firewall(log, System::nanoTime);
        SessionGate gate = new SessionGate(directory, new PolicyRules(), loop, clock, firewall);
        pools = new AddressPools(devices, System::nanoTime);
        SessionTraffic traffic = new SessionTraffic(userPlane);
        accountingAddress = ofAccounting.address();
        accounting = accounting(ofAccounting, bindings, gate, traffic, clock, random);
        Farewell farewell = new Farewell(requests, log, System::nanoTime);
        SessionEnds ends = new SessionEnds(table, pools, traffic, loop, log, farewell);
        SessionChanges changes = new SessionChanges(table, peers, gate, traffic, loop, clock, log,
                ends, farewell);
        Attaches attaches = new Attaches(table, peers, gate, pools, traffic, loop, clock, log,
                ends, firewall, config);
        updates = new BearerUpdates(requests, ends, log, System::nanoTime);
        reviews = new Reviews(table, attaches, changes, ends, loop, clock);
        OptionsAnswer options = new OptionsAnswer(devices.dnsServers(), devices.mtu());
        Gtp1Answers v1 = new Gtp1Answers(table, peers, log, farewell, config.restartCounter());
        Gtp2Answers v2 = new Gtp2Answers(table, peers, log, farewell, config.restartCounter(),
                config.address(), userAddress);
        InetAddress controlAddress = config.address();
        signalling = new Signalling(config, peers, table, log, requests, this::send,
                System::nanoTime, reviews, ends, changes, updates,
                new PathWatch(config, peers, ends, requests, log, firewall, clock,
                        System::nanoTime),
                firewall,
                Map.of(Gtp1Type.CREATE_PDP_CONTEXT_REQUEST,
                        new Gtp1CreatePdpContext(v1, attaches, options, controlAddress,
                                userAddress),
                        Gtp1Type.UPDATE_PDP_CONTEXT_REQUEST,
                        new Gtp1UpdatePdpContext(v1, changes, controlAddress, userAddress),
                        Gtp1Type.MS_INFO_CHANGE_REQUEST, new Gtp1MsInfoChange(v1, changes),
                        Gtp1Type.DELETE_PDP_CONTEXT_REQUEST, new Gtp1DeletePdpContext(v1, ends)),
                Map.ofEntries(
                        Map.entry(Gtp2Type.CREATE_SESSION_REQUEST,
                                new Gtp2CreateSession(v2, attaches, options, controlAddress,
                                        userAddress)),
                        Map.entry(Gtp2Type.MODIFY_BEARER_REQUEST,
                                new Gtp2ModifyBearer(v2, changes)),
                        Map.entry(Gtp2Type.DELETE_SESSION_REQUEST,
                                new Gtp2DeleteSession(v2, ends)),
                        Map.entry(Gtp2Type.CHANGE_NOTIFICATION_REQUEST,
                                new Gtp2ChangeNotification(v2, changes)),
                        Map.entry(Gtp2Type.MODIFY_BEARER_COMMAND,
                                new Gtp2ModifyBearerCommand(v2, updates)),
                        Map.entry(Gtp2Type.DELETE_BEARER_COMMAND,
                                new Gtp2DeleteBearerCommand(v2, ends, farewell)),
                        Map.entry(Gtp2Type.BEARER_RESOURCE_COMMAND,
                                new Gtp2BearerResourceCommand(v2)),
                        Map.entry(Gtp2Type.SUSPEND_NOTIFICATION,
                                new Gtp2Suspension(v2, changes, true)),
                        Map.entry(Gtp2Type.RESUME_NOTIFICATION,
                                new Gtp2Suspension(v2, changes, false)),
                        Map.entry(Gtp2Type.DELETE_PDN_CONNECTION_SET_REQUEST,
                                new Gtp2DeletePdnConnectionSet(v2, table, ends))));
    }

    private Accounting accounting(AccountingConfig ofAccounting, BindingStore store,
            SessionGate gate, SessionTraffic traffic, Clock clock, SecureRandom random) {
        BoundSessions sessions = new BoundSessions();
        BoundTraffic bound = new BoundTraffic(gate, traffic, loop, log);
        AccountingCounters counters = new AccountingCounters();
        Bindings bindings = new Bindings(ofAccounting, sessions, bound,
                new PlainIds(table, traffic, random), firewall, store, loop, clock, log, counters);
        return new Accounting(ofAccounting, bindings,
                new BoundReviews(ofAccounting, sessions, bindings, bound, store, loop, clock),
                firewall,
                loop, clock, System::nanoTime, accountingSocket::send, counters);
    }

    /** Starts to listen, for carriers whose sessions are all here. */
    public static SignallingServer start(SignallingConfig config, DeviceConfig devices,
            InetAddress userAddress, SubscriberDirectory directory, UserPlane userPlane,
            SignallingEvent.Listener listener, Clock clock) {
        return start(config, devices, userAddress, directory, userPlane, listener, clock,
                AccountingConfig.off(), BindingStore.NONE);
    }

    /**
     * Starts to listen.
     *
     * @param userAddress where carriers are told to send user packets to
     * @param listener    gets the signalling log
     * @param clock       for the times that logs and policies see
     * @param accounting  how it learns of sessions that carriers have themselves
     * @param bindings    where those outlive the process
     */
    public static SignallingServer start(SignallingConfig config, DeviceConfig devices,
            InetAddress userAddress, SubscriberDirectory directory, UserPlane userPlane,
            SignallingEvent.Listener listener, Clock clock, AccountingConfig accounting,
            BindingStore bindings) {
        SignallingServer server = new SignallingServer(config, devices, userAddress, directory,
                userPlane, listener, clock, accounting, bindings);
        try {
            server.bind();
            return server;
        } catch (RuntimeException e) {
            server.close();
            throw e;
        }
    }

    private void bind() {
        InetSocketAddress at = new InetSocketAddress(config.address(), config.port());
        Bootstrap socket = new Bootstrap().group(loop);
        if (Epoll.isAvailable()) {
            socket.channel(EpollDatagramChannel.class)
                    .option(EpollChannelOption.MAX_DATAGRAM_PAYLOAD_SIZE, MAX_BATCHED_OCTETS)
                    .option(ChannelOption.RECVBUF_ALLOCATOR, new FixedRecvByteBufAllocator(
                            DATAGRAMS_AT_ONCE * MAX_BATCHED_OCTETS));
        } else {
            socket.channel(NioDatagramChannel.class).option(ChannelOption.RECVBUF_ALLOCATOR,
                    new FixedRecvByteBufAllocator(MAX_DATAGRAM_OCTETS));
        }
        var bound = socket.option(ChannelOption.SO_RCVBUF, SOCKET_BUFFER_OCTETS)
                .handler(new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel fresh) {
                        channel = fresh;
                        fresh.pipeline().addLast(new Receiver());
                    }
                }).bind(at).awaitUninterruptibly();
        if (!bound.isSuccess()) {
            throw new UncheckedIOException(new IOException(
                    "cannot listen for GTP-C on " + at.getAddress().getHostAddress() + " port "
                            + at.getPort() + ": " + bound.cause().getMessage(),
                    bound.cause()));
        }
        if (accountingAddress != null) {
            accountingSocket.open(accountingAddress, loop, accounting::onDatagram);
        }
        long tickNanos = Math.max(1, config.t3().toNanos() / TICKS_PER_T3);
        var _ = loop.scheduleAtFixedRate(this::tick, tickNanos, tickNanos,
                TimeUnit.NANOSECONDS);
    }

    private void tick() {
        try {
            signalling.tick();
            accounting.tick();
        } catch (RuntimeException e) {
            LOG.error("a tick met a bug", e); // and the next one shall come nevertheless
        }
    }

    private final class Receiver extends SimpleChannelInboundHandler<DatagramPacket> {
        @Override
        protected void channelRead0(ChannelHandlerContext context, DatagramPacket packet) {
            ByteBuf content = packet.content();
            signalling.onDatagram(ByteBufUtil.getBytes(content), packet.sender());
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            LOG.warn("the signalling socket reported {}", cause.toString());
        }
    }

    private void send(byte[] datagram, InetSocketAddress to) {
        Channel open = channel;
        if (open != null) {
            log.counters.countSent();
            peers.countSent(to.getAddress(),
                    (datagram[0] & 0xe0) == 0x20 ? GtpVersion.V1 : GtpVersion.V2);
            var _ = open.write(new DatagramPacket(Unpooled.wrappedBuffer(datagram), to),
                    open.voidPromise());
            if (!flushing) {
                flushing = true;
                loop.execute(this::flush);
            }
        }
    }

    /** What was written while datagrams were read or tasks were run leaves together. */
    private void flush() {
        flushing = false;
        Channel open = channel;
        if (open != null) {
            open.flush();
        }
    }

    // Commands

    /** Takes a new peer table; the stage completes when it holds. */
    public CompletionStage<Void> publishPeers(PeerTable peerTable) {
        return onLoop(() -> {
            signalling.publishPeers(peerTable);
            return CompletableFuture.completedFuture(null);
        });
    }

    /**
     * Takes new accounting clients; the stage completes when what was told by those that are none any more has ended. With the
     * first ones, what was told before this start comes back, in its time.
     */
    public CompletionStage<Void> publishClients(AccountingClients clients) {
        return onLoop(() -> accounting.publish(clients));
    }

    /** Takes a new plan of pools and access points; sessions keep their addresses. */
    public CompletionStage<Void> publishPools(PoolPlan plan) {
        return onLoop(() -> {
            pools.publish(plan, table.all());
            return CompletableFuture.completedFuture(null);
        });
    }

    /** These addresses are had from now on only by the SIMs whose they are. */
    public CompletionStage<Void> reserve(Collection<InetAddress> addresses) {
        return onLoop(() -> {
            pools.reserve(addresses);
            return CompletableFuture.completedFuture(null);
        });
    }

    /** These addresses are no SIM's own any more. */
    public CompletionStage<Void> release(Collection<InetAddress> addresses) {
        return onLoop(() -> {
            pools.release(addresses);
            return CompletableFuture.completedFuture(null);
        });
    }

    /** How each pool of the plan stands, by its id. */
    public CompletionStage<Map<String, AddressPool.Fill>> poolFill() {
        return onLoop(() -> CompletableFuture.completedFuture(pools.fill()));
    }

    /**
     * Ends the sessions of a SIM, and refuses attaches of it that are under way. The stage completes when none of
     * its packets is forwarded any more, with how many sessions there were; the carrier is told, too, but is not
     * waited for.
     */
    public CompletionStage<Integer> endSessions(Imsi imsi, Refusal refusal) {
        String detail = "its SIM may have no session now";
        return onLoop(() -> reviews.endAll(imsi, refusal, detail).thenCombine(
                accounting.reviews().barAll(imsi, refusal, detail), Integer::sum));
    }

    /** Judges the sessions of some SIMs again, as after a change of their policy, lock or fence. */
    public CompletionStage<Void> reevaluate(Collection<Imsi> imsis) {
        return onLoop(() -> new Sweep<>(loop, List.copyOf(imsis), imsi -> CompletableFuture
                .allOf(reviews.reevaluate(imsi), accounting.reviews().reevaluate(imsi))).start());
    }

    /** The same of all SIMs of a group. */
    public CompletionStage<Void> reevaluate(SimGroup sims) {
        return onLoop(() -> CompletableFuture.allOf(reviews.reevaluate(sims),
                accounting.reviews().reevaluate(sims)));
    }

    @Override
    public void errorIndication(int localTeid) {
        loop.execute(() -> signalling.errorIndication(localTeid));
    }

    /**
     * Holds the sessions of a SIM to so many bits a second each way, or with 0 to what their carriers say. These are told
     * the APN-AMBR that is left (TS 29.274 §7.2.15, TS 29.060 §7.3.3), and are not waited for.
     */
    public CompletionStage<Void> holdTo(Imsi imsi, long rateBps) {
        return onLoop(() -> {
            table.of(imsi).forEach(session -> updates.holdTo(session, rateBps));
            return CompletableFuture.completedFuture(null);
        });
    }

    // Views

    /** How many sessions there are. */
    public int sessionCount() {
        return table.size();
    }

    /** All sessions, in no order. */
    public CompletionStage<List<SessionView>> sessions() {
        return onLoop(() -> CompletableFuture.completedFuture(Stream.concat(
                table.all().stream().map(Session::view), accounting.reviews().views().stream())
                .toList()));
    }

    /** The sessions of a SIM. */
    public CompletionStage<List<SessionView>> sessions(Imsi imsi) {
        return onLoop(() -> CompletableFuture.completedFuture(
                Stream.concat(table.of(imsi).stream().map(Session::view),
                        accounting.reviews().views(imsi).stream()).toList()));
    }

    /** The peers that were heard of, once for each version of GTP they speak. */
    public CompletionStage<List<PeerView>> peers() {
        return onLoop(() -> CompletableFuture.completedFuture(peers.views()));
    }

    /** How many sessions an accounting client has told of that are not over. */
    public CompletionStage<Integer> boundSessions(String client) {
        return onLoop(() -> CompletableFuture
                .completedFuture(accounting.reviews().sessionsOf(client)));
    }

    /** What came of accounting messages. */
    public AccountingCounters accounting() {
        return accounting.counters();
    }

    /** Where accounting messages are listened for; fails where they are not. */
    InetSocketAddress accountingAddress() {
        return accountingSocket.address();
    }

    /** What the firewall found in messages. */
    public FirewallCounters firewall() {
        return firewall.counters();
    }

    public SignallingCounters counters() {
        return log.counters;
    }

    private <T> CompletableFuture<T> onLoop(Supplier<CompletableFuture<T>> task) {
        CompletableFuture<T> result = new CompletableFuture<>();
        loop.execute(() -> {
            try {
                var _ = task.get().whenComplete((value, failure) -> {
                    if (failure == null) {
                        result.complete(value);
                    } else {
                        result.completeExceptionally(failure);
                    }
                });
            } catch (RuntimeException e) {
                result.completeExceptionally(e);
            }
        });
        return result;
    }

    /** Stops listening. Sessions are not ended: peers learn of it by the next restart counter (TS 23.007 §18). */
    @Override
    public void close() {
        Channel open = channel;
        if (open != null) {
            open.close().awaitUninterruptibly();
        }
        accountingSocket.close();
        group.shutdownGracefully(0, 2, TimeUnit.SECONDS).awaitUninterruptibly();
    }
}
