package io.cellgate.dataplane.worker;

import static io.cellgate.dataplane.worker.UserPlaneTestBed.DEVICE;
import static io.cellgate.dataplane.worker.UserPlaneTestBed.SERVER;
import static io.cellgate.dataplane.worker.UserPlaneTestBed.TEID;
import static io.cellgate.dataplane.worker.UserPlaneTestBed.allow;
import static org.assertj.core.api.Assertions.assertThat;

import io.cellgate.dataplane.flow.FlowLog;
import io.cellgate.dataplane.io.LoopPacketIo;
import io.cellgate.dataplane.packet.DropReason;
import io.cellgate.dataplane.packet.IpAddresses;
import io.cellgate.dataplane.packet.IpPrefix;
import io.cellgate.policy.CompiledPolicy;
import io.cellgate.dataplane.usage.UsageFeed;
import java.net.InetAddress;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.jspecify.annotations.Nullable;

/** What a session's quarantine and the time of day do to its flows. */
class SessionModesTest {
    private UserPlaneTestBed bed;

    @BeforeEach
    void start() throws Exception {
        bed = new UserPlaneTestBed();
    }

    @AfterEach
    void stop() {
        bed.close();
    }

    @Test
    void quarantinedSession_isUnderTheNamedPolicy_andUnderItsOwnAgainAfterwards()
            throws Exception {
        CompiledPolicy repair = bed.compiled("repair", allow("help", "net.dst.port == 2"));
        bed.publish(policy -> policy.withQuarantines(List.of(repair)),
                bed.compiled("own", allow("work", "net.dst.port == 1")));
        bed.install(bed.session(null, "repair"));
        byte[] work = Packets.udp(DEVICE, 4000, SERVER, 1);
        byte[] help = Packets.udp(DEVICE, 4000, SERVER, 2);
        bed.fromDevice(work);
        assertThat(bed.dropped(DropReason.POLICY_NETWORK, 1)).isTrue();
        bed.fromDevice(help);
        assertThat(bed.atInternet()).isEqualTo(help);
        bed.install(bed.session(null, null));
        bed.fromDevice(help);
        assertThat(bed.dropped(DropReason.POLICY_NETWORK, 2)).isTrue();
        bed.fromDevice(work);
        assertThat(bed.atInternet()).isEqualTo(work);
    }

    @Test
    void quarantineOfAnUnknownName_reachesNothing() throws Exception {
        bed.publish(allow("work", "net.dst.port == 1"));
        bed.install(bed.session(null, "nowhere"));
        bed.fromDevice(Packets.udp(DEVICE, 4000, SERVER, 1));
        assertThat(bed.dropped(DropReason.POLICY_NETWORK, 1)).isTrue();
    }

    /** Sends one packet of one flow at each of these times; tells how often it was forwarded after each. */
    private long[] forwarded(@Nullable ZoneOffset zone, String... times) throws Exception {
        InetAddress peer = bed.carrier.getLocalAddress();
        byte[][] uplink = {UserPlaneTestBed.gPdu(TEID, Packets.udp(DEVICE, 4000, SERVER, 5000))};
        LoopPacketIo io = new LoopPacketIo(uplink, new byte[0][], IpAddresses.lo(peer),
                uplink.length);
        UserPlaneConfig config = UserPlaneConfig.of(List.of(peer),
                List.of(IpPrefix.parse("10.45.0.0/16")), List.of(), null, null, null);
        long[] sent = new long[times.length];
        try (FlowLog log = new FlowLog(64, "test-flow-log", _ -> {})) {
            Worker worker = UserPlaneTestBed.worker(config, io, log, new UsageFeed(), peer,
                    bed.session(zone, null));
            long nanos = System.nanoTime();
            for (int i = 0; i < times.length; i++) {
                int _ = worker.round(nanos + i * 1_000_000L,
                        Instant.parse("2030-01-07T" + times[i] + "Z").toEpochMilli());
                sent[i] = io.sentToCore();
            }
        }
        return sent;
    }

    @Test
    void flow_isDecidedAgain_whenTheMinuteOfATimeRuleComesAndGoes() throws Exception {
        bed.publish(allow("night", "time.utc in {22:00..23:00}"));
        assertThat(forwarded(null, "21:59:59", "22:00:00", "22:30:00", "23:00:30", "23:01:00"))
                .containsExactly(0, 1, 2, 2, 2);
    }

    @Test
    void localTime_isThatOfTheDevicesZone_andUnknownWithoutOne() throws Exception {
        bed.publish(allow("night", "time.local in {22:00..23:00}"));
        assertThat(forwarded(ZoneOffset.ofHours(2), "19:59:59", "20:00:00", "22:00:00"))
                .containsExactly(0, 1, 1);
        assertThat(forwarded(null, "20:00:00", "22:00:00")).containsExactly(0, 0);
    }

    @Test
    void weekday_isTheDevices() throws Exception {
        bed.publish(allow("tuesday", "time.weekday == 2")); // 2030-01-07 is a Monday
        assertThat(forwarded(null, "23:30:00")).containsExactly(0);
        assertThat(forwarded(ZoneOffset.ofHours(2), "23:30:00")).containsExactly(1);
    }
}
