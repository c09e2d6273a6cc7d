package io.cellgate.dataplane.worker;

import static io.cellgate.dataplane.worker.UserPlaneTestBed.DEVICE;
import static io.cellgate.dataplane.worker.UserPlaneTestBed.OTHER_DEVICE;
import static io.cellgate.dataplane.worker.UserPlaneTestBed.SERVER;
import static io.cellgate.dataplane.worker.UserPlaneTestBed.TEID;
import static io.cellgate.dataplane.worker.UserPlaneTestBed.allow;
import static io.cellgate.dataplane.worker.UserPlaneTestBed.allowDns;
import static io.cellgate.dataplane.worker.UserPlaneTestBed.rule;
import static org.assertj.core.api.Assertions.assertThat;

import io.cellgate.dataplane.flow.FlowLog;
import io.cellgate.dataplane.io.LoopPacketIo;
import io.cellgate.dataplane.packet.DropReason;
import io.cellgate.dataplane.packet.IpAddresses;
import io.cellgate.dataplane.packet.IpPrefix;
import io.cellgate.dataplane.session.Allowance;
import io.cellgate.dataplane.session.UserPlaneSession;
import io.cellgate.dataplane.usage.UsageFeed;
import io.cellgate.dataplane.usage.UsageRecord;
import io.cellgate.dataplane.usage.UsageReporter;
import io.cellgate.policy.Action;
import io.cellgate.policy.Phase;
import io.cellgate.policy.subject.Quota;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.jspecify.annotations.Nullable;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Record;
import org.xbill.DNS.Type;

/** What SIMs use: counted and held to to the octet, over real sockets; periods and rates with a clock of the test's. */
class QuotaTest {
    private static final byte[] UP = udp(DEVICE, 4000, SERVER, 5000);
    private static final byte[] DOWN = udp(SERVER, 5000, DEVICE, 4000);

    private static final int SECOND_TEID = TEID + 1;

    private UserPlaneTestBed bed;

    @BeforeEach
    void start() throws Exception {
        bed = new UserPlaneTestBed();
        bed.publish(allow("all", "net.protocol == \"udp\""));
    }

    @AfterEach
    void stop() {
        bed.close();
    }

    private static byte[] udp(String src, int srcPort, String dst, int dstPort) {
        try {
            return Packets.udp(src, srcPort, dst, dstPort);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Allowance ofDay(long bytes) {
        return new Allowance(Quota.block(bytes, null), 0, 0, 0);
    }

    private static long today() {
        return TimeUnit.MILLISECONDS.toDays(System.currentTimeMillis());
    }

    private static long bytes(Collection<UsageRecord> records) {
        return records.stream().mapToLong(each -> each.bytesUp() + each.bytesDown()).sum();
    }

    @Test
    void packetThatWouldExceed_isNotForwarded_andUsageIsToTheOctet() throws Exception {
        bed.install(bed.session(ofDay(UP.length + DOWN.length + UP.length + DOWN.length - 1)));
        bed.fromDevice(UP);
        assertThat(bed.atInternet()).isEqualTo(UP);
        bed.fromInternet(DOWN);
        assertThat(bed.atDevice()).isEqualTo(DOWN);
        bed.fromDevice(UP);
        assertThat(bed.atInternet()).isEqualTo(UP);
        bed.fromInternet(DOWN); // one octet too many
        assertThat(bed.dropped(DropReason.QUOTA_EXCEEDED, 1)).isTrue();
        assertThat(bed.nothingAtCarrier()).isTrue();
        bed.fromDevice(Packets.udp(DEVICE, 4000, SERVER, 5001));
        assertThat(bed.dropped(DropReason.QUOTA_EXCEEDED, 2)).isTrue();
        assertThat(bed.nothingAtInternet()).isTrue();
        bed.userPlane.close();
        assertThat(bytes(bed.used)).isEqualTo(2L * UP.length + DOWN.length);
        assertThat(bed.used.stream().mapToLong(UsageRecord::packetsUp).sum()).isEqualTo(2);
        assertThat(bed.used.stream().mapToLong(UsageRecord::packetsDown).sum()).isEqualTo(1);
        assertThat(bed.used.stream().filter(UsageRecord::quotaExceeded)).hasSize(1);
        assertThat(bed.used).allSatisfy(each -> {
            assertThat(each.carrier()).isEqualTo("acme");
            assertThat(each.subscriber().account()).isEqualTo("acc");
        });
    }

    @Test
    void raisedQuota_letsTrafficGoOn_andALoweredOneStopsIt() throws Exception {
        bed.install(bed.session(ofDay(UP.length)));
        bed.fromDevice(UP);
        assertThat(bed.atInternet()).isEqualTo(UP);
        bed.fromDevice(UP);
        assertThat(bed.dropped(DropReason.QUOTA_EXCEEDED, 1)).isTrue();
        bed.install(bed.session(ofDay(10L * UP.length)));
        bed.fromDevice(UP);
        assertThat(bed.atInternet()).isEqualTo(UP);
        bed.install(bed.session(ofDay(UP.length)));
        bed.fromDevice(UP);
        assertThat(bed.dropped(DropReason.QUOTA_EXCEEDED, 2)).isTrue();
        bed.install(bed.session(Allowance.UNLIMITED));
        bed.fromDevice(UP);
        assertThat(bed.atInternet()).isEqualTo(UP);
    }

    /** A SIM without a quota is not looked at for a packet: what it used then must not be forgotten. */
    @Test
    void quotaThatComesLater_countsWhatAllSessionsOfTheSimUsedBefore() throws Exception {
        bed.install();
        bed.install(secondSession(Allowance.UNLIMITED));
        byte[] other = Packets.udp(OTHER_DEVICE, 4000, SERVER, 5000);
        bed.fromDevice(UP);
        assertThat(bed.atInternet()).isEqualTo(UP);
        bed.fromDevice(SECOND_TEID, other);
        assertThat(bed.atInternet()).isEqualTo(other);
        bed.install(secondSession(ofDay(3L * UP.length)));
        bed.fromDevice(UP); // of the other session, which holds to it as well
        assertThat(bed.atInternet()).isEqualTo(UP);
        bed.fromDevice(SECOND_TEID, other);
        assertThat(bed.dropped(DropReason.QUOTA_EXCEEDED, 1)).isTrue();
        bed.fromDevice(UP);
        assertThat(bed.dropped(DropReason.QUOTA_EXCEEDED, 2)).isTrue();
        bed.remove(TEID);
        bed.fromDevice(SECOND_TEID, other);
        assertThat(bed.dropped(DropReason.QUOTA_EXCEEDED, 3)).isTrue();
        bed.install(secondSession(Allowance.UNLIMITED));
        bed.fromDevice(SECOND_TEID, other);
        assertThat(bed.atInternet()).isEqualTo(other);
        bed.userPlane.close();
        assertThat(bytes(bed.used)).isEqualTo(4L * UP.length);
    }

    /** Another session of the same SIM. */
    private UserPlaneSession secondSession(Allowance allowance) throws IOException {
        UserPlaneSession first = bed.session(allowance);
        return new UserPlaneSession(SECOND_TEID, 2, bed.carrier.getLocalAddress(),
                first.carrierIndex(), (Inet4Address) InetAddress.ofLiteral(OTHER_DEVICE), null,
                first.subscriber(), first.request(), null, null);
    }

    @Test
    void ruleThatAsksForUsage_countsWhatWasUsedBeforeItWasPublished() throws Exception {
        bed.install();
        byte[] packet = Packets.udp(DEVICE, 4000, SERVER, 5000, new byte[6000]);
        bed.fromDevice(packet);
        assertThat(bed.atInternet()).isEqualTo(packet);
        bed.fromDevice(packet);
        assertThat(bed.atInternet()).isEqualTo(packet);
        bed.publish(rule("much", Phase.NETWORK, Action.BLOCK, "usage.bytes_day > 10000"),
                allow("all", "net.protocol == \"udp\""));
        bed.fromDevice(packet);
        assertThat(bed.dropped(DropReason.POLICY_NETWORK, 1)).isTrue();
    }

    @Test
    void usageOfADayThatIsOver_isNotOfTheNewOne_whenAQuotaComesThen() throws Exception {
        long noon = Instant.parse("2030-01-30T12:00:00Z").toEpochMilli();
        int day = (int) TimeUnit.MILLISECONDS.toDays(noon);
        SessionRecords records = new SessionRecords(Arena.ofAuto(), 2);
        DeviceSession late = new DeviceSession(0, records, bed.session(Allowance.UNLIMITED));
        DeviceSession early = new DeviceSession(1, records, bed.session(Allowance.UNLIMITED));
        SimMeter meter = new SimMeter(1, Allowance.UNLIMITED, day, SimMeter.monthOf(day),
                _ -> {});
        meter.join(late);
        meter.join(early);
        records.hour(0, 24 * day + 23);
        boolean _ = records.countUp(0, 100);
        records.hour(1, 24 * (day + 1));
        boolean _ = records.countDown(1, 7);
        meter.take(early);
        assertThat(meter.bytesDay).isEqualTo(7);
        meter.take(late);
        assertThat(meter.bytesDay).as("of the new day").isEqualTo(7);
        assertThat(meter.bytesMonth).isEqualTo(107);
        records.hour(1, 24 * (day + 2)); // February
        boolean _ = records.countDown(1, 5);
        boolean _ = records.countUp(0, 50);
        meter.quota(Quota.block(1000L, null));
        meter.watch();
        assertThat(late.isWatched && early.isWatched).isTrue();
        assertThat(meter.bytesDay).isEqualTo(5);
        assertThat(meter.bytesMonth).isEqualTo(5);
        meter.leave(early);
        meter.quota(null);
        meter.watch();
        assertThat(late.isWatched || early.isWatched).isFalse();
    }

    @Test
    void whatWasUsedBefore_counts_butNotThatOfAnotherDay() throws Exception {
        Quota quota = Quota.block(1000L, null);
        bed.install(bed.session(new Allowance(quota, today(), 1000 - UP.length + 1, 0)));
        bed.fromDevice(UP);
        assertThat(bed.dropped(DropReason.QUOTA_EXCEEDED, 1)).isTrue();
        bed.close();
        start();
        bed.install(bed.session(new Allowance(quota, today() - 1, 1000 - UP.length + 1, 0)));
        bed.fromDevice(UP);
        assertThat(bed.atInternet()).isEqualTo(UP);
    }

    @Test
    void countersGoOn_acrossAnotherAttach_whateverTheStoreSaysMeanwhile() throws Exception {
        bed.install(bed.session(ofDay(2L * UP.length)));
        bed.fromDevice(UP);
        assertThat(bed.atInternet()).isEqualTo(UP);
        bed.remove(TEID);
        bed.install(bed.session(ofDay(2L * UP.length))); // says that nothing was used
        bed.fromDevice(UP);
        assertThat(bed.atInternet()).isEqualTo(UP);
        bed.fromDevice(UP);
        assertThat(bed.dropped(DropReason.QUOTA_EXCEEDED, 1)).isTrue();
        bed.userPlane.close();
        assertThat(bytes(bed.used)).isEqualTo(2L * UP.length);
    }

    @Test
    void dnsCounts_andIsNoWayAroundAQuota() throws Exception {
        bed.publish(allowDns("none", "dns.name == \"example.com\""));
        byte[] query = Message.newQuery(Record.newRecord(Name.fromString("other.example."),
                Type.A, DClass.IN)).toWire();
        byte[] packet = Packets.udp(DEVICE, 4000, SERVER, 53, query);
        bed.install();
        bed.fromDevice(packet);
        byte[] reply = bed.atDevice();
        assertThat(reply).isNotNull();
        bed.install(bed.session(ofDay(2L * packet.length + reply.length - 1)));
        bed.fromDevice(packet);
        assertThat(bed.dropped(DropReason.QUOTA_EXCEEDED, 1)).isTrue();
        bed.userPlane.close();
        assertThat(bytes(bed.used)).isEqualTo((long) packet.length + reply.length);
    }

    @Test
    void ruleThatAsksForUsage_takesEffectInAnEstablishedFlow_withinAStep() throws Exception {
        bed.publish(rule("much", Phase.NETWORK, Action.BLOCK, "usage.bytes_day > 10000"),
                allow("all", "net.protocol == \"udp\""));
        bed.install();
        byte[] packet = Packets.udp(DEVICE, 4000, SERVER, 5000, new byte[1000]);
        int forwarded = 0;
        bed.fromDevice(packet);
        while (bed.atInternet() != null) {
            forwarded++;
            bed.fromDevice(packet);
            if (bed.userPlane.counters().dropped(DropReason.POLICY_NETWORK) > 0) {
                break;
            }
        }
        int least = 10_000 / packet.length + 1;
        assertThat(forwarded).isBetween(least,
                least + DeviceSession.USAGE_STEP_OCTETS / packet.length + 1);
        assertThat(bed.dropped(DropReason.POLICY_NETWORK, 1)).isTrue();
    }

    @Test
    void ruleThatAsksForUsage_blocksUntilTheDayIsOver() throws Exception {
        bed.publish(rule("much", Phase.NETWORK, Action.BLOCK, "usage.bytes_day > " + UP.length),
                allow("all", "net.protocol == \"udp\""));
        assertThat(forwarded(bed.session(Allowance.UNLIMITED), new byte[][]{gPdu(UP)}, null, 1000,
                "2030-01-30T12:00:00Z", "2030-01-30T12:00:01Z", "2030-01-30T12:00:02Z",
                "2030-01-30T12:00:03Z", "2030-01-31T00:00:00Z")).containsExactly(1, 2, 2, 2, 3);
    }

    @Test
    void ruleThatAsksForFlows_blocksThoseBeyond() throws Exception {
        bed.publish(rule("scan", Phase.NETWORK, Action.BLOCK, "usage.flows_minute > 3"),
                allow("all", "net.protocol == \"udp\""));
        List<Integer> ports = List.of(1, 2, 3, 4, 5);
        byte[][] uplink = ports.stream()
                .map(port -> gPdu(udp(DEVICE, 4000, SERVER, 5000 + port)))
                .toArray(byte[][]::new);
        assertThat(forwarded(bed.session(Allowance.UNLIMITED), uplink, null, 0,
                "2030-01-31T12:00:00Z")).containsExactly(3);
        // the next minute's first packets begin no flows: those there are judged again
        assertThat(forwarded(bed.session(Allowance.UNLIMITED), uplink, null, 1000,
                "2030-01-31T12:00:00Z", "2030-01-31T12:01:00Z")).containsExactly(3, 8);
    }

    @Test
    void anotherDay_andAnotherMonth_beginAnew() throws Exception {
        byte[][] uplink = {gPdu(UP), gPdu(UP)};
        UserPlaneSession day = bed.session(ofDay(3L * UP.length));
        assertThat(forwarded(day, uplink, null, 0, "2030-01-30T12:00:00Z",
                "2030-01-30T23:59:59Z", "2030-01-31T00:00:00Z")).containsExactly(2, 3, 5);
        UserPlaneSession month = bed
                .session(new Allowance(Quota.block(null, 3L * UP.length), 0, 0, 0));
        assertThat(forwarded(month, uplink, null, 0, "2030-01-30T12:00:00Z",
                "2030-01-31T00:00:00Z", "2030-02-01T00:00:00Z")).containsExactly(2, 3, 5);
    }

    @Test
    void throttledSim_goesOnAtItsRate_andIsCounted() throws Exception {
        byte[][] uplink = new byte[20][];
        Arrays.fill(uplink, gPdu(Packets.udp(DEVICE, 4000, SERVER, 5000,
                new byte[1000 - 28])));
        UserPlaneSession slow = bed
                .session(new Allowance(new Quota(5000L, null, 80_000), 0, 0, 0));
        List<UsageRecord> used = new ArrayList<>();
        // 5 within the quota, then what may be saved up, 10 000 octets, then 5000 in half a second
        assertThat(forwarded(slow, uplink, used, 500, "2030-01-30T12:00:00Z",
                "2030-01-30T12:00:00Z", "2030-01-30T12:00:00Z")).containsExactly(15, 20, 25);
        assertThat(bytes(used)).isEqualTo(25_000);
        assertThat(used.stream().filter(UsageRecord::quotaExceeded)).hasSize(1);
    }

    @Test
    void usage_isOfTheHourInWhichItWasForwarded() throws Exception {
        List<UsageRecord> used = new ArrayList<>();
        byte[][] uplink = {gPdu(UP)};
        int[] _ = forwarded(bed.session(Allowance.UNLIMITED), uplink, used, 0,
                "2030-01-30T11:59:59Z", "2030-01-30T12:00:00Z", "2030-01-30T12:00:01Z");
        long noon = Instant.parse("2030-01-30T12:00:00Z").getEpochSecond() / 3600;
        assertThat(used).extracting(UsageRecord::hour).containsExactly(noon - 1, noon);
        assertThat(used).extracting(UsageRecord::bytesUp).containsExactly((long) UP.length,
                2L * UP.length);
    }

    private static byte[] gPdu(byte[] packet) {
        return UserPlaneTestBed.gPdu(TEID, packet);
    }

    /** Gives a worker all of these at each of these times, so far apart; how many it had forwarded after each. */
    private int[] forwarded(UserPlaneSession session, byte[][] uplink,
            @Nullable List<UsageRecord> used, long millisApart, String... times) throws Exception {
        InetAddress peer = bed.carrier.getLocalAddress();
        LoopPacketIo io = new LoopPacketIo(uplink, new byte[0][], IpAddresses.lo(peer),
                uplink.length);
        UserPlaneConfig config = UserPlaneConfig.of(List.of(peer),
                List.of(IpPrefix.parse("10.45.0.0/16")), List.of(), null, null, null);
        int[] sent = new int[times.length];
        UsageFeed feed = new UsageFeed();
        try (FlowLog log = new FlowLog(64, "test-flow-log", _ -> {});
                UsageReporter _ = new UsageReporter(List.of(feed), records -> {
                    if (used != null) {
                        used.addAll(records);
                    }
                })) {
            Worker worker = UserPlaneTestBed.worker(config, io, log, feed, peer, session);
            long nanos = System.nanoTime();
            for (int i = 0; i < times.length; i++) {
                int _ = worker.round(
                        nanos + TimeUnit.MILLISECONDS.toNanos((1 + millisApart) * i),
                        Instant.parse(times[i]).toEpochMilli());
                sent[i] = (int) io.sentToCore();
            }
            worker.stop();
            worker.run();
        }
        return sent;
    }
}
