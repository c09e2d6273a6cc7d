package io.cellgate.dataplane.worker;

import io.cellgate.dataplane.flow.FlowLog;
import io.cellgate.dataplane.flow.FlowTable;
import io.cellgate.dataplane.io.PacketIo;
import io.cellgate.dataplane.packet.DropReason;
import io.cellgate.dataplane.peer.PeerTable;
import io.cellgate.dataplane.usage.UsageFeed;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** What the parts of one worker share: its tables, its counters, the time of the present burst. One thread. */
final class WorkerState {
    static final int HELD_PACKET_OCTETS = 2048 - 128;

    final UserPlaneConfig config;
    final WorkerCounters counters = new WorkerCounters();
    final SessionTable sessions;
    final FlowTable flows;
    final Frames held;
    final Outbox outbox;
    Destinations destinations;
    final FlowLog log;
    final Metering metering;
    final Offload offload;
    /** Whether the kernel takes any: else no packet asks for its session's object on their account. */
    final boolean hasKernelFlows;
    final Fragments fragments;
    final Colleagues colleagues;
    final TokenBucket errorIndications;
    final TokenBucket rejects;
    final TokenBucket inboundLog;
    PeerIndex peers = new PeerIndex(PeerTable.EMPTY);
    long nowNanos;
    /** Seconds since the worker began: what flows and bindings are timed by. */
    int nowSeconds;
    long nowEpochMillis;
    /** Since 1970. */
    long nowMinute;
    private final long startNanos;

    WorkerState(UserPlaneConfig config, PacketIo io, FlowLog log, UsageFeed usage,
            Colleagues colleagues, long seed, long nowNanos, long nowEpochMillis) {
        this.config = config;
        this.log = log;
        this.colleagues = colleagues;
        startNanos = nowNanos;
        sessions = new SessionTable();
        flows = new FlowTable(config.maxFlows(), seed);
        held = new Frames(config.maxHeldPackets(), HELD_PACKET_OCTETS);
        fragments = new Fragments(seed);
        outbox = new Outbox(io, sessions, counters, held);
        destinations = new Destinations(config, List.of());
        errorIndications = new TokenBucket(config.errorIndicationsPerSecond(), nowNanos);
        rejects = new TokenBucket(config.rejectsPerSecond(), nowNanos);
        inboundLog = new TokenBucket(10, nowNanos);
        setTime(nowNanos, nowEpochMillis);
        metering = new Metering(this, usage);
        offload = new Offload(this, io);
        hasKernelFlows = io.kernelFlows() != null;
    }

    void time(long nanos, long epochMillis) {
        setTime(nanos, epochMillis);
        metering.time();
    }

    private void setTime(long nanos, long epochMillis) {
        nowNanos = nanos;
        nowSeconds = (int) TimeUnit.NANOSECONDS.toSeconds(nanos - startNanos);
        nowEpochMillis = epochMillis;
        outbox.epochMillis = epochMillis;
        nowMinute = Math.floorDiv(epochMillis, 60_000L);
    }

    void drop(DropReason reason) {
        counters.drop(reason);
    }
}
