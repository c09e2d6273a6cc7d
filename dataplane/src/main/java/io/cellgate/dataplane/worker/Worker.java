package io.cellgate.dataplane.worker;

import io.cellgate.dataplane.flow.FlowLog;
import io.cellgate.dataplane.flow.FlowTable;
import io.cellgate.dataplane.io.Burst;
import io.cellgate.dataplane.io.PacketIo;
import io.cellgate.dataplane.packet.DropReason;
import io.cellgate.dataplane.packet.IpAddresses;
import io.cellgate.dataplane.session.UserPlane;
import io.cellgate.dataplane.session.UserPlaneSession;
import io.cellgate.dataplane.usage.UsageFeed;
import java.lang.invoke.VarHandle;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;
import org.agrona.concurrent.ManyToOneConcurrentLinkedQueue;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One worker: takes bursts from its packet I/O, commands from its queue, and moves time on. When there has been
 * nothing to do for a while it parks until there is, so that an idle gateway uses no core.
 */
final class Worker implements Runnable {
    private static final Logger log = LoggerFactory.getLogger(Worker.class);
    private static final int BURST = 64;
    private static final long FAULT_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(1);
    private static final long PARK_NANOS = TimeUnit.SECONDS.toNanos(1);
    /** Flows whose time may be over that are looked at in a round: more than can begin in one, so that none pile up. */
    private static final int EXPIRY_BUDGET = 256;
    private static final int COMMANDS_PER_ROUND = 256;

    private final PacketIo io;
    private final WorkerState state;
    private final FlowJudge judge;
    private final Uplink uplink;
    private final Downlink downlink;
    private final DnsInterceptor dns;
    private final RouterAdvertiser routers;
    private final Lookahead lookahead;
    private final FlowTable.Expiry expiry;
    private final Burst access = new Burst(BURST);
    private final Burst core = new Burst(BURST);
    private final Burst plain = new Burst(BURST);
    private final ManyToOneConcurrentLinkedQueue<WorkerCommand> commands = new ManyToOneConcurrentLinkedQueue<>();
    private final AtomicInteger waitingCommands = new AtomicInteger();
    private final TokenBucket faultLog;
    private volatile boolean parked;
    private volatile boolean stopping;

    Worker(UserPlaneConfig config, PacketIo io, UserPlane.Events events,
            DnsInterceptor.Resolver resolver, FlowLog flowLog, UsageFeed usage,
            Colleagues colleagues, long seed) {
        this.io = io;
        long now = System.nanoTime();
        state = new WorkerState(config, io, flowLog, usage, colleagues, seed, now,
                System.currentTimeMillis());
        faultLog = new TokenBucket(1, now);
        FlowReports reports = new FlowReports(state);
        Verdicts verdicts = new Verdicts(state, reports);
        NetworkPhase network = new NetworkPhase(state, reports);
        Trials trials = new Trials(state, reports);
        HttpPhase http = new HttpPhase(network, reports);
        InspectionPool pool = new InspectionPool(state);
        StreamInspector inspector = new StreamInspector(state, reports, verdicts, network,
                http, trials, pool);
        RelatedErrors related = new RelatedErrors(state.flows);
        judge = new FlowJudge(state, reports, verdicts, network, inspector, trials, pool);
        dns = new DnsInterceptor(state, reports, trials, resolver, this::answered);
        routers = new RouterAdvertiser(state, verdicts);
        uplink = new Uplink(state, events, judge, verdicts, inspector, dns, routers, related);
        downlink = new Downlink(state, judge, reports, verdicts, network, inspector,
                new ResponseGate(reports, verdicts, http, trials, pool), related);
        lookahead = new Lookahead(state.sessions, state.flows, reports, BURST);
        expiry = this::expired;
    }

    WorkerCounters counters() {
        return state.counters;
    }

    /**
     * Hands a command to the worker; false where its queue is full. Any thread. The end of a session is taken
     * always: what was suspended must stop, and there is no more of it to take than there are sessions.
     */
    boolean offer(WorkerCommand command) {
        if (waitingCommands.incrementAndGet() > state.config.commandQueueEntries()
                && !(command instanceof WorkerCommand.Remove)) {
            waitingCommands.decrementAndGet();
            return false;
        }
        commands.offer(command);
        wakeIfParked();
        return true;
    }

    /** There is something to do. Any thread. */
    void wakeIfParked() {
        VarHandle.fullFence(); // what was published is seen before the worker parks, or its parking
                               // here
        if (parked) {
            io.wake();
        }
    }

    private void answered(WorkerCommand command) {
        if (!offer(command)) {
            log.warn("a DNS answer was lost: the worker's queue is full");
        }
    }

    void stop() {
        stopping = true;
        io.wake();
    }

    @Override
    public void run() {
        try {
            BusyPoll poll = new BusyPoll();
            while (!stopping) {
                if (poll.isOver(guardedRound())) {
                    parked = true;
                    if (commands.isEmpty() && !state.colleagues.haveSomething() && !stopping) {
                        io.await(state.offload
                                .restNanos(state.metering.restNanos(PARK_NANOS)));
                    }
                    parked = false;
                }
            }
        } finally {
            end();
        }
    }

    private void end() {
        state.offload.stop();
        state.metering.reportLast();
        for (WorkerCommand command = commands.poll(); command != null; command = commands.poll()) {
            refuse(command, new IllegalStateException("the user plane has stopped"));
        }
        state.flows.close();
        state.sessions.close();
    }

    /** A round that leaves nothing behind where it meets a fault outside of a single packet, and is not the last. */
    private int guardedRound() {
        try {
            return round(System.nanoTime(), System.currentTimeMillis());
        } catch (RuntimeException | Error e) {
            state.outbox.discard(); // its packets lie where the next round will receive others
            fault("a burst", e);
            LockSupport.parkNanos(FAULT_PAUSE_NANOS);
            return 0;
        }
    }

    private static void refuse(WorkerCommand command, Throwable why) {
        switch (command) {
            case WorkerCommand.Install(var _, var done) -> done.completeExceptionally(why);
            case WorkerCommand.Remove ended -> ended.done.completeExceptionally(why);
            case WorkerCommand.Peers(var _, var done) -> done.completeExceptionally(why);
            case WorkerCommand.Usage(var _, var done) -> done.completeExceptionally(why);
            case WorkerCommand.Capture(var _, var _, var done) -> done.completeExceptionally(why);
            case WorkerCommand.Protect(var _, var done) -> done.completeExceptionally(why);
            case WorkerCommand.Foreign session -> session.done().completeExceptionally(why);
            case WorkerCommand.Answered _,WorkerCommand.ErrorIndicated _ -> {
            }
        }
    }

    /** Does what there is to do now, a burst of each side at most; returns how much that was. */
    int round(long nowNanos, long epochMillis) {
        state.time(nowNanos, epochMillis);
        state.offload.begin();
        int work = carryOut();
        work += io.receiveAccess(access);
        lookahead.uplink(access);
        for (int i = 0; i < access.size(); i++) {
            up(i);
        }
        work += io.receivePlain(plain);
        for (int i = 0; i < plain.size(); i++) {
            upPlain(i);
        }
        work += io.receiveCore(core);
        lookahead.downlink(core);
        for (int i = 0; i < core.size(); i++) {
            down(i);
        }
        state.outbox.flush();
        boolean isBusy = access.size() == BURST || core.size() == BURST;
        work += takeFromOthers();
        state.colleagues.wake();
        state.offload.sweep(judge, isBusy);
        state.metering.reportDue();
        return work + state.flows.expire(state.nowSeconds, EXPIRY_BUDGET, expiry);
    }

    /** Does what other workers received for us; it lies in their rings until it has been sent. */
    private int takeFromOthers() {
        int work = 0;
        for (int other = 0; other < state.colleagues.count(); other++) {
            Handover ring = state.colleagues.from(other);
            if (ring == null || ring.isEmpty()) {
                continue;
            }
            try {
                work += ring.take(access, core, plain);
                for (int i = 0; i < access.size(); i++) {
                    up(i);
                }
                for (int i = 0; i < plain.size(); i++) {
                    upPlain(i);
                }
                for (int i = 0; i < core.size(); i++) {
                    down(i);
                }
                state.outbox.flush();
            } finally {
                ring.release();
            }
        }
        return work;
    }

    private void up(int i) {
        try {
            uplink.datagram(access.address(i), access.length(i), access.peerHi(i),
                    access.peerLo(i), access.peerPort(i));
        } catch (RuntimeException e) {
            fault("an uplink packet", e);
        }
    }

    private void upPlain(int i) {
        try {
            uplink.plain(plain.address(i), plain.length(i), plain.link(i));
        } catch (RuntimeException e) {
            fault("an uplink packet", e);
        }
    }

    private void down(int i) {
        try {
            downlink.packet(core.address(i), core.length(i));
        } catch (RuntimeException e) {
            fault("a downlink packet", e);
        }
    }

    /** A fault of ours costs the packet that met it, and no more. */
    private void fault(String what, Throwable e) {
        state.drop(DropReason.INTERNAL_ERROR);
        if (faultLog.take(state.nowNanos)) {
            log.error("dropped {} because of a fault", what, e);
        }
    }

    private int carryOut() {
        int count = 0;
        while (count < COMMANDS_PER_ROUND) {
            WorkerCommand command = commands.poll();
            if (command == null) {
                break;
            }
            count++;
            waitingCommands.decrementAndGet();
            try {
                carryOut(command);
            } catch (RuntimeException e) {
                fault("a command", e);
                refuse(command, e);
            }
        }
        return count;
    }

    private void carryOut(WorkerCommand command) {
        switch (command) {
            case WorkerCommand.Install(var session, var done) -> {
                install(session);
                done.complete(null);
            }
            case WorkerCommand.Remove ended -> remove(ended.localTeids, ended.done);
            case WorkerCommand.Peers(var table, var done) -> {
                state.peers = new PeerIndex(table);
                state.sessions.judgeAllAgain();
                state.offload.endAll();
                done.complete(null);
            }
            case WorkerCommand.Usage(int localTeid, var done) -> {
                DeviceSession s = state.sessions.byTeid(localTeid);
                if (s != null) {
                    state.offload.fold(s);
                }
                done.complete(s == null
                        ? null
                        : s.usage());
            }
            case WorkerCommand.Capture(long imsi, var to, var done) -> {
                state.metering.capture(imsi, to);
                done.complete(null);
            }
            case WorkerCommand.Protect(var prefixes, var done) -> {
                state.destinations = new Destinations(state.config, prefixes);
                state.sessions.judgeAllAgain();
                state.offload.endAll();
                done.complete(null);
            }
            case WorkerCommand.Foreign session -> {
                state.colleagues.began(session);
                session.done().complete(null);
            }
            case WorkerCommand.ErrorIndicated elsewhere -> uplink.errorIndicated(elsewhere);
            case WorkerCommand.Answered(var query, var answer) -> dns.answered(query, answer);
        }
    }

    private void install(UserPlaneSession session) {
        DeviceSession existing = state.sessions.byTeid(session.localTeid());
        DeviceSession before = session.ipv4() == null
                ? null
                : state.sessions.byAddress(0, IpAddresses.lo(session.ipv4()));
        if (before != null) { // whose address this is from now on
            state.offload.withdrawAll(before);
        }
        state.offload.follow(session.subscriber().policy());
        boolean newPrefix;
        DeviceSession installed;
        if (existing == null) {
            installed = state.sessions.add(session);
            newPrefix = installed.hasIpv6;
        } else {
            long prefixBefore = existing.hasIpv6 ? existing.prefixHi : 0;
            state.offload.withdrawAll(existing);
            state.metering.reportNow(existing);
            state.sessions.replace(existing, session);
            installed = existing;
            newPrefix = installed.hasIpv6 && installed.prefixHi != prefixBefore;
        }
        state.metering.install(installed);
        if (newPrefix && installed.isTunnelled()) { // else its carrier's gateway is its router
            routers.advertise(installed);
        }
        state.counters.set(WorkerCounters.SESSIONS, state.sessions.size());
    }

    /** A fault with one does not keep the others. */
    private void remove(int[] localTeids, CompletableFuture<Void> done) {
        for (int localTeid : localTeids) {
            try {
                remove(localTeid);
            } catch (RuntimeException e) {
                fault("the end of a session", e);
                done.completeExceptionally(e);
            }
        }
        done.complete(null);
    }

    private void remove(int localTeid) {
        DeviceSession session = state.sessions.byTeid(localTeid);
        if (session == null) {
            state.colleagues.ended(localTeid);
            return;
        }
        judge.endAll(session);
        state.metering.reportNow(session);
        state.metering.leave(session);
        state.sessions.remove(session);
        state.counters.set(WorkerCounters.SESSIONS, state.sessions.size());
    }

    private void expired(int flow) {
        DeviceSession session = state.sessions.bySlot(state.flows.session(flow));
        if (session == null) {
            throw new IllegalStateException("a flow without its session");
        }
        state.offload.fold(session, flow);
        if (!state.flows.isOver(flow, state.nowSeconds)) {
            return; // the kernel has forwarded some of it
        }
        judge.end(session, flow);
    }
}
