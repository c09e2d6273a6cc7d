package io.cellgate.dataplane.worker;

import io.cellgate.dataplane.flow.FlowTable;
import io.cellgate.dataplane.flow.FlowVerdict;
import io.cellgate.dataplane.flow.TcpTracker;
import io.cellgate.dataplane.gtpu.GtpuHeaderFlyweight;
import io.cellgate.dataplane.io.KernelFlows;
import io.cellgate.dataplane.io.PacketIo;
import io.cellgate.dataplane.packet.InnerPacket;
import io.cellgate.dataplane.packet.IpAddresses;
import io.cellgate.dataplane.packet.TcpFlyweight;
import io.cellgate.dataplane.packet.Transport;
import io.cellgate.policy.PolicySlot;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Gives flows of which nothing is to be looked at any more to the kernel, and takes them back ({@link KernelFlows}). Where the
 * kernel takes none, this does nothing.
 *
 * <p>What is given: a flow that is allowed, not read, neither of a SIM with a quota nor one that is captured, under a policy
 * that asks neither for the time nor for what was used; TCP once it is open, UDP; after {@value #PACKETS_BEFORE} packets, where
 * the table fills up with one in the last second, and of a session no more than its {@link FairShare} of the table. The worker goes on to own it: packets that the kernel does not take (a FIN, a fragment) come here,
 * and count as always; what the kernel counted is added ({@link #fold}) every {@value #SWEEP_MILLIS} ms and before anybody asks.
 *
 * <p>When it is taken back: before it is judged again or ends, before its session changes or ends, when its TCP
 * connection begins to close ({@link #withdraw}); all at once where the carriers, what is protected or a next hop change ({@link KernelFlows#endAll}); and
 * by a review of all after a policy was published ({@link #sweep}). Each of these is over only when
 * the kernel forwards nothing more by what held before. The next packet of a flow then comes here, is judged where that
 * is due, and gives the flow to the kernel anew. A review goes through all flows while the kernel forwards on, judges again what is to be,
 * and takes back what may not go on. Where all were taken back at once, it has those count again of which nothing has changed. Else
 * the next packets of thousands of flows would come here together, and no ring holds these.
 */
final class Offload {
    private static final int PACKETS_BEFORE = 8;
    private static final int RECENT_SECONDS = 1;
    private static final long SWEEP_MILLIS = 1000;
    private static final long SWEEP_NANOS = TimeUnit.MILLISECONDS.toNanos(SWEEP_MILLIS);
    /** An entry without a packet for a minute is for others to use; for 10 seconds, where there is no plenty of room. */
    private static final int IDLE_SECONDS = 60;
    private static final int IDLE_SECONDS_IN_NEED = 10;
    /**
     * Of flows in a round: of more when somebody waits for them, and more still when they wait to count again, since their packets come
     * here until they do.
     */
    private static final int SWEEP_BUDGET = 128;
    private static final int REVIEW_BUDGET = 512;
    private static final int RENEWAL_BUDGET = 2048;
    /** So many flows at once are looked up ahead, as {@link Lookahead} does for packets. */
    private static final int AHEAD = 32;
    private static final int DNS_PORT = 53;
    private static final int GTP_C_PORT = 2123;
    /** Of flows whose packets are looked at, or answered. */
    private static final int LOOKED_AT = FlowMarks.REJECT | FlowMarks.CLOSED_BY_US
            | FlowMarks.NO_QUIC | FlowMarks.WAITS;
    private static final int NOT_WITHIN = TcpFlyweight.SYN | TcpFlyweight.FIN | TcpFlyweight.RST;

    private final WorkerState state;
    private final FlowTable flows;
    private final @Nullable KernelFlows kernel;
    private final PolicySlot.@Nullable Follower follower;
    /** The place to be swept next, from the last one down; -1: none. */
    private int sweepAt = -1;
    private long nextSweepNanos;
    private final int[] ahead = new int[AHEAD];
    /** Means nothing; it is there so that what is read is needed. */
    @SuppressWarnings("unused")
    private long touched;
    /** And no sweep has begun since. */
    private boolean allTakenBack;
    /** This is the sweep that has flows count again. */
    private boolean renews;
    /** The review that this sweep is; 0: none. */
    private long review;

    /** All workers' is one: to review is for all of them. */
    private record Review(Runnable review) implements PolicySlot.Follower {
        @Override
        public void published() {}

        @Override
        public void await() {
            review.run();
        }
    }

    Offload(WorkerState state, PacketIo io) {
        this.state = state;
        kernel = io.kernelFlows();
        flows = state.flows;
        if (kernel != null) {
            kernel.wakeBy(io::wake);
        }
        follower = kernel == null ? null : new Review(kernel.reviewer());
    }

    /** A round begins: what is decided in it holds as long as nothing changes that it rests on. */
    void begin() {
        if (kernel != null && kernel.begin(state.nowNanos)) {
            allTakenBack = true;
        }
    }

    /** Has the publication of a policy take back what it does not allow any more. */
    void follow(PolicySlot slot) {
        if (follower != null) {
            slot.follow(follower);
        }
    }

    /** A packet of an allowed flow is about to be counted and forwarded: gives the flow to the kernel if it suits. */
    void offer(DeviceSession session, int flow, InnerPacket packet) {
        if (kernel == null || !packet.isIpv4()) {
            return;
        }
        if ((flows.marks(flow) & FlowMarks.IN_KERNEL) != 0) {
            int entry = entry(kernel, flow);
            // else it is a packet that the kernel leaves to us
            if (!kernel.counts(entry) && isWithin(packet) && suits(flow)
                    && suits(session, flow)) {
                boolean _ = renew(kernel, session, flow, entry);
            }
            return;
        }
        if (flows.packetsUp(flow) + flows.packetsDown(flow) >= PACKETS_BEFORE
                && (kernel.hasPlentyOfRoom()
                        || state.nowSeconds - flows.lastSeen(flow) <= RECENT_SECONDS)
                && FairShare.grants(session.kernelFlows, kernel.room(), Integer.MAX_VALUE)
                && isWithin(packet)
                && suits(flow) && suits(session, flow)) {
            int entry = kernel.put(flow, (int) flows.deviceLo(flow), flows.devicePort(flow),
                    (int) flows.remoteLo(flow), flows.remotePort(flow), flows.protocol(flow),
                    session.localTeid, session.remoteTeid, (int) session.peerLo,
                    state.config.tunnelMtuOctets());
            if (entry != KernelFlows.NONE) {
                flows.marks(flow, flows.marks(flow) | FlowMarks.IN_KERNEL);
                session.kernelFlows++;
                state.counters.set(WorkerCounters.KERNEL_FLOWS, kernel.size());
            }
        }
    }

    private static boolean isWithin(InnerPacket packet) {
        return !packet.isFragment() && !(packet.isTcp() && packet.hasFlag(NOT_WITHIN));
    }

    private boolean suits(int flow) {
        if (flows.verdict(flow) != FlowVerdict.ALLOW.index()
                || (flows.marks(flow) & LOOKED_AT) != 0) {
            return false;
        }
        if (flows.protocol(flow) == Transport.TCP) {
            return flows.tcpState(flow) == TcpTracker.ESTABLISHED;
        }
        int remotePort = flows.remotePort(flow);
        return flows.protocol(flow) == Transport.UDP && remotePort != DNS_PORT
                && remotePort != GTP_C_PORT
                && remotePort != GtpuHeaderFlyweight.PORT
                && flows.devicePort(flow) != GtpuHeaderFlyweight.PORT;
    }

    private boolean suits(DeviceSession session, int flow) {
        return session.isTunnelled() && !session.downlinkHeld && !session.changesByItself()
                && IpAddresses.isIpv4(session.peerHi, session.peerLo)
                && !session.isWatched
                && state.peers.carrierOf(session.peerHi, session.peerLo) == session.carrierIndex
                && state.sessions.byAddress(0, flows.deviceLo(flow)) == session;
    }

    private int entry(KernelFlows its, int flow) {
        return its.find(flow, (int) flows.deviceLo(flow), flows.devicePort(flow),
                (int) flows.remoteLo(flow), flows.remotePort(flow), flows.protocol(flow));
    }

    /** A flow is about to be judged again: no packet of it passes by what was said before. */
    void beforeJudging(DeviceSession session, int flow) {
        if (kernel != null && (flows.marks(flow) & FlowMarks.IN_KERNEL) != 0
                && kernel.counts(entry(kernel, flow))) {
            withdraw(session, flow);
        }
    }

    /** Takes a flow back, if the kernel has it: no packet of it passes there any more, and all that did are counted. */
    void withdraw(DeviceSession session, int flow) {
        if (kernel != null && (flows.marks(flow) & FlowMarks.IN_KERNEL) != 0) {
            int entry = entry(kernel, flow);
            kernel.end(entry);
            kernel.settle();
            release(kernel, session, flow, entry);
        }
    }

    /** Takes all flows of a session back. */
    void withdrawAll(DeviceSession session) {
        if (kernel == null || session.kernelFlows == 0) {
            return;
        }
        for (int flow = session.firstFlow; flow != FlowTable.NONE; flow = flows
                .sessionNext(flow)) {
            if ((flows.marks(flow) & FlowMarks.IN_KERNEL) != 0) {
                kernel.end(entry(kernel, flow));
            }
        }
        kernel.settle();
        for (int flow = session.firstFlow; session.kernelFlows > 0
                && flow != FlowTable.NONE; flow = flows.sessionNext(flow)) {
            if ((flows.marks(flow) & FlowMarks.IN_KERNEL) != 0) {
                release(kernel, session, flow, entry(kernel, flow));
            }
        }
    }

    private void release(KernelFlows its, DeviceSession session, int flow, int entry) {
        boolean _ = fold(its, session, flow, entry);
        its.free(entry);
        flows.marks(flow, flows.marks(flow) & ~FlowMarks.IN_KERNEL);
        session.kernelFlows--;
        state.counters.set(WorkerCounters.KERNEL_FLOWS, its.size());
    }

    /** Something has changed that any flow may rest on: takes all of them back, those of other workers, too. */
    void endAll() {
        if (kernel != null) {
            kernel.endAll();
        }
    }

    /** Counts what the kernel forwarded of a session. */
    void fold(DeviceSession session) {
        for (int flow = session.firstFlow; session.kernelFlows > 0
                && flow != FlowTable.NONE; flow = flows.sessionNext(flow)) {
            fold(session, flow);
        }
    }

    /** Counts what the kernel forwarded of a flow; it was seen now, if that is anything. */
    void fold(DeviceSession session, int flow) {
        if (kernel != null && (flows.marks(flow) & FlowMarks.IN_KERNEL) != 0) {
            boolean _ = fold(kernel, session, flow, entry(kernel, flow));
        }
    }

    private boolean fold(KernelFlows its, DeviceSession session, int flow, int entry) {
        long up = its.takeUp(entry);
        long down = its.takeDown(entry);
        if ((up | down) == 0) {
            return false;
        }
        long packetsUp = KernelFlows.packets(up);
        long bytesUp = KernelFlows.bytes(up);
        long packetsDown = KernelFlows.packets(down);
        long bytesDown = KernelFlows.bytes(down);
        flows.count(flow, packetsUp, bytesUp, packetsDown, bytesDown, state.nowSeconds);
        state.metering.count(session, packetsUp, bytesUp, packetsDown, bytesDown);
        return true;
    }

    /**
     * Goes through some of the flows that the kernel has: counts what it forwarded of them, takes back what is not to be there any
     * more or had no packet for long, and has those count again that were taken back with all others.
     *
     * @param isBusy whether packets wait
     */
    void sweep(FlowJudge judge, boolean isBusy) {
        if (kernel == null) {
            return;
        }
        long due = kernel.reviewDue();
        if ((sweepAt < 0 || (due != 0 && review == 0)) && !beginSweep(kernel, due)) {
            return;
        }
        renews |= allTakenBack;
        int budget = budget(isBusy);
        for (int i = 0; i < budget && sweepAt >= 0; i++) {
            if (i % AHEAD == 0) {
                lookAhead(kernel);
            }
            int place = sweepAt--; // whatever comes of it, the next one is another one
            if (place < kernel.size()) { // else some were taken back meanwhile
                sweep(kernel, judge, kernel.entry(place));
            }
        }
        if (sweepAt < 0 && review != 0) {
            kernel.reviewed(review);
            review = 0;
        }
    }

    /** Begins a sweep, or begins it again as a review; false where there is no need of one. */
    private boolean beginSweep(KernelFlows its, long due) {
        boolean isDue = allTakenBack || due != 0 || state.nowNanos - nextSweepNanos >= 0;
        if (its.size() == 0 && due != 0) {
            its.reviewed(due);
        }
        if (its.size() == 0 || !isDue) {
            return false;
        }
        renews = allTakenBack || (renews && sweepAt >= 0);
        review = due;
        allTakenBack = false;
        nextSweepNanos = state.nowNanos + SWEEP_NANOS;
        sweepAt = its.size() - 1;
        return true;
    }

    private int budget(boolean isBusy) {
        if (isBusy) {
            return SWEEP_BUDGET;
        }
        if (renews) {
            return RENEWAL_BUDGET;
        }
        return review == 0 ? SWEEP_BUDGET : REVIEW_BUDGET;
    }

    /** Brings what the next flows are found by into the processor's cache: of all of them each step, so that the accesses overlap. */
    private void lookAhead(KernelFlows its) {
        int count = Math.min(AHEAD, Math.min(sweepAt + 1, its.size()));
        int first = Math.min(sweepAt + 1, its.size()) - count;
        long sum = 0;
        for (int i = 0; i < count; i++) {
            int entry = its.entry(first + i);
            ahead[i] = its.flow(entry);
            sum += its.touch(entry);
        }
        for (int i = 0; i < count; i++) {
            int device = (int) flows.deviceLo(ahead[i]);
            sum += flows.touch(ahead[i]) + state.sessions.touchAddress(true, device);
        }
        for (int i = 0; i < count; i++) {
            DeviceSession session = state.sessions.bySlot(flows.session(ahead[i]));
            sum += session == null ? 0 : session.touch();
        }
        touched = sum;
    }

    private void sweep(KernelFlows its, FlowJudge judge, int entry) {
        int flow = its.flow(entry);
        DeviceSession session = state.sessions.of(flows.session(flow));
        boolean goesOn = false;
        try {
            boolean _ = fold(its, session, flow, entry);
            int idleSeconds = state.nowSeconds - flows.lastSeen(flow);
            goesOn = idleSeconds <= (its.hasPlentyOfRoom() ? IDLE_SECONDS : IDLE_SECONDS_IN_NEED)
                    && isStillAllowed(judge, session, flow)
                    && (its.counts(entry) || renew(its, session, flow, entry));
        } finally { // whatever comes of a fault, the kernel does not go on by what was before
            if (!goesOn) {
                withdraw(session, flow);
            }
        }
    }

    /** As a packet of the flow would find. */
    private boolean isStillAllowed(FlowJudge judge, DeviceSession session, int flow) {
        int epoch = session.currentEpoch(state.nowMinute, state.nowSeconds);
        return suits(flow) && suits(session, flow)
                && (flows.epoch(flow) == epoch || judge.allowsStill(session, flow));
    }

    /** Has a flow that suits pass in the kernel again, which was taken back with all others; false where there is no way. */
    private boolean renew(KernelFlows its, DeviceSession session, int flow, int entry) {
        return its.renew(entry, (int) flows.remoteLo(flow), session.localTeid,
                session.remoteTeid, (int) session.peerLo,
                state.config.tunnelMtuOctets());
    }

    /** Takes everything back: the worker ends. */
    void stop() {
        if (kernel != null) {
            try {
                kernel.endAll();
                while (kernel.size() > 0) {
                    int flow = kernel.flow(kernel.entry(kernel.size() - 1));
                    withdraw(state.sessions.of(flows.session(flow)), flow);
                }
            } finally {
                kernel.leave();
            }
        }
    }

    /** How long the worker may rest: until the next sweep, if there is something to sweep. */
    long restNanos(long atMostNanos) {
        if (kernel == null || kernel.size() == 0) {
            return atMostNanos;
        }
        return sweepAt >= 0 || allTakenBack || kernel.reviewDue() != 0
                ? 0
                : Math.clamp(nextSweepNanos - state.nowNanos, 0, atMostNanos);
    }
}
