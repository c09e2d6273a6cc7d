package io.cellgate.dataplane.worker;

import static org.assertj.core.api.Assertions.assertThat;

import io.cellgate.dataplane.atlas.LiveAtlas;
import io.cellgate.dataplane.flow.FlowLog;
import io.cellgate.dataplane.io.Burst;
import io.cellgate.dataplane.io.PacketIo;
import io.cellgate.dataplane.packet.DropReason;
import io.cellgate.dataplane.packet.IpPrefix;
import io.cellgate.dataplane.peer.PeerTable;
import io.cellgate.dataplane.usage.UsageFeed;
import java.net.InetAddress;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What a worker does when there is too much, or when something is wrong with itself. */
class WorkerTest {
    /** A packet I/O with no packets that fails a few times, with an error that no code expects. */
    private static final class FailingIo implements PacketIo {
        private int failures;

        FailingIo(int failures) {
            this.failures = failures;
        }

        @Override
        public int receiveAccess(Burst burst) {
            if (failures > 0) {
                failures--;
                throw new StackOverflowError("as the test says");
            }
            burst.clear();
            return 0;
        }

        @Override
        public int receiveCore(Burst burst) {
            burst.clear();
            return 0;
        }

        @Override
        public int sendAccess(Burst burst) {
            return burst.size();
        }

        @Override
        public int sendCore(Burst burst) {
            return burst.size();
        }

        @Override
        public void await(long timeoutNanos) {}

        @Override
        public void wake() {}

        @Override
        public String describe() {
            return "failing";
        }

        @Override
        public void close() {}
    }

    private static Worker worker(PacketIo io, FlowLog log) {
        UserPlaneConfig usual = UserPlaneConfig.of(List.of(InetAddress.getLoopbackAddress()),
                List.of(IpPrefix.parse("10.45.0.0/16")), List.of(), null, null, null);
        UserPlaneConfig config = new UserPlaneConfig(usual.gtpuAddresses(), usual.pools(),
                usual.protectedPrefixes(), null, null, null, usual.tunnelMtuOctets(), 64, 16, 16,
                60, 16, 64, 1, 1, 64, 16, LiveAtlas.empty());
        return new Worker(config, io, _ -> {}, (_, _, _) -> false, log,
                new UsageFeed(), new Colleagues(), 1);
    }

    private static WorkerCommand.Usage usage() {
        return new WorkerCommand.Usage(1, new CompletableFuture<>());
    }

    @Test
    void fullQueue_refusesCommands_butNeverTheEndOfASession() {
        try (FlowLog log = new FlowLog(64, "test-flow-log", _ -> {})) {
            Worker worker = worker(new FailingIo(0), log);
            for (int i = 0; i < 16; i++) {
                assertThat(worker.offer(usage())).isTrue();
            }
            assertThat(worker.offer(usage())).isFalse();
            CompletableFuture<Void> removed = new CompletableFuture<>();
            assertThat(worker.offer(new WorkerCommand.Remove(1, removed))).isTrue();
            int _ = worker.round(System.nanoTime(), 0);
            assertThat(removed).isCompleted();
            assertThat(worker.offer(usage())).as("once there is room again").isTrue();
        }
    }

    @Test
    void faultOutsideOfAPacket_isCounted_andTheWorkerGoesOn() throws Exception {
        try (FlowLog log = new FlowLog(64, "test-flow-log", _ -> {})) {
            Worker worker = worker(new FailingIo(3), log);
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
}
