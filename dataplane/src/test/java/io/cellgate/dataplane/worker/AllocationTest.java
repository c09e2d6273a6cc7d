package io.cellgate.dataplane.worker;

import static io.cellgate.dataplane.worker.UserPlaneTestBed.DEVICE;
import static io.cellgate.dataplane.worker.UserPlaneTestBed.REMOTE_TEID;
import static io.cellgate.dataplane.worker.UserPlaneTestBed.SERVER;
import static io.cellgate.dataplane.worker.UserPlaneTestBed.TEID;
import static io.cellgate.dataplane.worker.UserPlaneTestBed.allow;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.cellgate.dataplane.flow.FlowLog;
import io.cellgate.dataplane.io.LoopPacketIo;
import io.cellgate.dataplane.packet.DropReason;
import io.cellgate.dataplane.packet.IpAddresses;
import io.cellgate.dataplane.packet.IpPrefix;
import io.cellgate.dataplane.usage.UsageFeed;
import io.cellgate.dataplane.session.UserPlaneSession;
import io.cellgate.policy.CompiledPolicy;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a worker allocates for a packet: nothing, whether it is forwarded, dropped by policy, or malformed. */
class AllocationTest {
    private static final int ROUNDS = 20_000;

    @Test
    void packetsOfEstablishedFlows_areDecidedWithoutAllocation_alsoAgainEachMinute()
            throws Exception {
        try (UserPlaneTestBed bed = new UserPlaneTestBed()) {
            CompiledPolicy own = bed.compiled("now",
                    allow("udp",
                            "net.protocol == \"udp\" and net.dst.port == 5000 and time.utc >= 00:00"));
            CompiledPolicy shadow = bed.compiled("draft", allow("other", "net.dst.port == 6000"));
            bed.publish(policy -> policy.withShadow(shadow), own);
            UserPlaneSession session = bed.session(TEID, REMOTE_TEID, DEVICE, null, bed.slot);
            InetAddress peer = bed.carrier.getLocalAddress();
            byte[] malformed = UserPlaneTestBed.gPdu(TEID, Packets.udp(DEVICE, 1, SERVER, 5000));
            malformed[8] = 0x44;
            byte[][] uplink = {UserPlaneTestBed.gPdu(TEID, Packets.udp(DEVICE, 4000, SERVER, 5000)),
                    UserPlaneTestBed.gPdu(TEID, Packets.udp(DEVICE, 4000, SERVER, 6000)),
                    UserPlaneTestBed.gPdu(TEID, Packets.udp("10.45.9.9", 4000, SERVER, 5000)),
                    malformed};
            byte[][] downlink = {Packets.udp(SERVER, 5000, DEVICE, 4000),
                    Packets.udp(SERVER, 5001, "10.45.77.77", 4000)};
            LoopPacketIo io = new LoopPacketIo(uplink, downlink, IpAddresses.lo(peer),
                    uplink.length);
            UserPlaneConfig config = UserPlaneConfig.of(List.of(peer),
                    List.of(IpPrefix.parse("10.45.0.0/16")), List.of(), null, null, null);
            try (FlowLog log = new FlowLog(64, "test-flow-log", _ -> {})) {
                Worker worker = UserPlaneTestBed.worker(config, io, log, new UsageFeed(), peer,
                        session);
                long now = System.nanoTime();
                for (int i = 0; i < ROUNDS; i++) {
                    int _ = worker.round(now + i * 1000L, i * 100L);
                }
                ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
                long before = threads.getCurrentThreadAllocatedBytes();
                for (int i = 0; i < ROUNDS; i++) {
                    int _ = worker.round(now + ROUNDS * 1000L + i * 1000L,
                            (ROUNDS + i) * 100L); // another minute each 600 rounds
                }
                long allocated = threads.getCurrentThreadAllocatedBytes() - before;
                assertThat(io.sentToCore()).isEqualTo(2L * ROUNDS);
                assertThat(io.sentToAccess()).isEqualTo(4L * ROUNDS);
                UserPlaneCounters counters = worker.counters().snapshot(0);
                assertThat(counters.dropped(DropReason.POLICY_NETWORK)).isEqualTo(2L * ROUNDS);
                assertThat(counters.dropped(DropReason.IP_HEADER_LENGTH)).isEqualTo(2L * ROUNDS);
                assertThat(counters.dropped(DropReason.INTERNAL_ERROR)).isZero();
                assertThat(allocated).as("octets for %d packets", 8 * ROUNDS)
                        .isLessThan(4096);
            }
        }
    }
}
