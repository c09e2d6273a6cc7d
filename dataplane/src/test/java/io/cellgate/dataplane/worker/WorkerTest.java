package io.cellgate.dataplane.worker;

import static org.assertj.core.api.Assertions.assertThat;

import io.cellgate.dataplane.flow.FlowLog;
import io.cellgate.dataplane.io.Burst;
import io.cellgate.dataplane.io.LoopPacketIo;
import io.cellgate.dataplane.io.PacketIo;
import io.cellgate.dataplane.packet.DropReason;
import io.cellgate.dataplane.packet.IpAddresses;
import io.cellgate.dataplane.packet.IpPrefix;
import io.cellgate.dataplane.peer.PeerTable;
import io.cellgate.dataplane.usage.UsageFeed;
import io.cellgate.policy.EffectivePolicy;
import io.cellgate.policy.PolicySlot;
import java.net.InetAddress;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** What a worker does when there is too much, or when something is wrong with itself. */
class WorkerTest {
    private static final InetAddress PEER = InetAddress.ofLiteral("192.0.2.7");

    private static Worker worker(PacketIo io, FlowLog log) {
        return UserPlaneTestBed.worker(
                UserPlaneTestBed.small(UserPlaneConfig.of(
                        List.of(InetAddress.getLoopbackAddress()),
                        List.of(IpPrefix.parse("10.45.0.0/16")), List.of(), null, null, null)),
                io, log, new UsageFeed(), PEER);
    }

    private static WorkerCommand.Protect protect() {
        return new WorkerCommand.Protect(List.of(), new CompletableFuture<>());
    }

    @Test
    void fullQueue_refusesCommands_butNeverTheEndOfASession() {
        try (FlowLog log = new FlowLog(64, "test-flow-log", _ -> {})) {
            Worker worker = worker(new OnePacketIo(PEER), log);
            for (int i = 1; i < 16; i++) { // one has been offered already
                assertThat(worker.offer(protect())).isTrue();
            }
            assertThat(worker.offer(protect())).isFalse();
            CompletableFuture<Void> removed = new CompletableFuture<>();
            assertThat(worker.offer(new WorkerCommand.Remove(new int[]{1}, removed))).isTrue();
            int _ = worker.round(System.nanoTime(), 0);
            assertThat(removed).isCompleted();
            assertThat(worker.offer(protect())).as("once there is room again").isTrue();
        }
    }

    @Test
    void faultOutsideOfAPacket_isCounted_andTheWorkerGoesOn() throws Exception {
        try (FlowLog log = new FlowLog(64, "test-flow-log", _ -> {})) {
            AtomicInteger failures = new AtomicInteger(3);
            Worker worker = worker(new OnePacketIo(PEER) {
                @Override
                public int receiveAccess(Burst burst) {
                    if (failures.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
                        throw new StackOverflowError("as the test says");
                    }
                    return super.receiveAccess(burst);
                }
            }, log);
            Thread thread = Thread.ofPlatform().start(worker);
            for (int i = 0; i < 5; i++) {
                CompletableFuture<Void> done = new CompletableFuture<>();
                assertThat(worker.offer(new WorkerCommand.Peers(PeerTable.EMPTY, done))).isTrue();
                done.get(5, TimeUnit.SECONDS);
                Thread.sleep(5);
            }
            assertThat(worker.counters().snapshot(0).dropped(DropReason.INTERNAL_ERROR))
                    .isEqualTo(3);
            worker.stop();
            thread.join(5000);
            assertThat(thread.isAlive()).isFalse();
        }
    }

    /** Else a device that opens flows as fast as it can would fill the table with ended ones. */
    @Test
    void flowsWhoseTimeIsOver_endAsFastAsOthersBegin() throws Exception {
        int count = 10_000;
        byte[][] uplink = new byte[count][];
        for (int i = 0; i < count; i++) {
            uplink[i] = UserPlaneTestBed.gPdu(UserPlaneTestBed.TEID,
                    Packets.udp(UserPlaneTestBed.DEVICE, 1 + i, UserPlaneTestBed.SERVER, 123));
        }
        LoopPacketIo io = new LoopPacketIo(uplink, new byte[0][], IpAddresses.lo(PEER), 50);
        PolicySlot slot = new PolicySlot(EffectivePolicy.of(1, null,
                UserPlaneTestBed.compiled("all", 1, UserPlaneTestBed.allow("all", "true"))));
        try (FlowLog log = new FlowLog(64, "test-flow-log", _ -> {})) {
            Worker worker = UserPlaneTestBed.worker(
                    UserPlaneConfig.of(List.of(InetAddress.getLoopbackAddress()),
                            List.of(IpPrefix.parse("10.45.0.0/16")), List.of(), null, null, null)
                            .withFlows(1 << 18, count),
                    io, log, new UsageFeed(), PEER,
                    UserPlaneTestBed.session(UserPlaneTestBed.TEID, 1, PEER,
                            UserPlaneTestBed.DEVICE, null, slot));
            long begun = System.nanoTime();
            for (int i = 0; i < count / 50; i++) {
                int _ = worker.round(begun, 0);
            }
            assertThat(worker.counters().snapshot(0).flows()).isEqualTo(count);
            io.replace(new byte[0][], new byte[0][]);
            long over = begun + TimeUnit.SECONDS.toNanos(33);
            int rounds = 0;
            while (worker.round(over, 0) > 0) {
                rounds++;
            }
            assertThat(worker.counters().snapshot(0).flows()).isZero();
            assertThat(rounds).as("of as many packets").isLessThan(count / 50);
        }
    }
}
