package io.cellgate.dataplane.worker;

import static io.cellgate.dataplane.worker.UserPlaneTestBed.DEVICE;
import static io.cellgate.dataplane.worker.UserPlaneTestBed.SERVER;
import static io.cellgate.dataplane.worker.UserPlaneTestBed.allow;
import static io.cellgate.dataplane.worker.UserPlaneTestBed.allowHttp;
import static org.assertj.core.api.Assertions.assertThat;

import io.cellgate.dataplane.packet.DropReason;
import io.cellgate.dataplane.packet.IpPrefix;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Packets in parts: each part decided by what stood in the first. */
class FragmentsTest {
    private static final int PART = 1200;

    private UserPlaneTestBed bed;

    @BeforeEach
    void start() throws Exception {
        bed = new UserPlaneTestBed();
        bed.publish(allow("coap", "net.dst.port == 5000"));
        bed.install();
    }

    @AfterEach
    void stop() {
        bed.close();
    }

    private static byte[] up(int port) throws Exception {
        return Packets.udp(DEVICE, 4000, SERVER, port, new byte[3000]);
    }

    private static byte[] down(int port) throws Exception {
        return Packets.udp(SERVER, port, DEVICE, 4000, new byte[3000]);
    }

    /** The packet, IPv4 without options, in parts. */
    private static List<byte[]> parts(byte[] packet, int identification) {
        List<byte[]> parts = new ArrayList<>();
        for (int at = 20; at < packet.length; at += PART) {
            byte[] part = Arrays.copyOf(packet, 20 + Math.min(PART, packet.length - at));
            System.arraycopy(packet, at, part, 20, part.length - 20);
            int more = at + PART < packet.length ? 0x2000 : 0;
            ByteBuffer.wrap(part).putShort(2, (short) part.length)
                    .putShort(4, (short) identification)
                    .putShort(6, (short) (more | (at - 20) >> 3));
            parts.add(part);
        }
        return parts;
    }

    @Test
    void parts_goTheWayOfTheFirst_inBothDirections() throws Exception {
        for (byte[] part : parts(up(5000), 7)) {
            bed.fromDevice(part);
            assertThat(bed.atInternet()).isEqualTo(part);
        }
        for (byte[] part : parts(down(5000), 7)) {
            bed.fromInternet(part);
            assertThat(bed.atDevice()).isEqualTo(part);
        }
        SessionUsage usage = bed.userPlane.usage(UserPlaneTestBed.TEID).toCompletableFuture()
                .get(5, TimeUnit.SECONDS);
        assertThat(usage.bytesUp()).isEqualTo(3 * 20 + 3008);
        assertThat(usage.flows()).isEqualTo(1);
    }

    @Test
    void parts_areBlockedWithTheFirst_andWithoutIt() throws Exception {
        for (byte[] part : parts(up(5001), 7)) {
            bed.fromDevice(part);
        }
        assertThat(bed.dropped(DropReason.POLICY_NETWORK, 3)).isTrue();
        List<byte[]> others = parts(up(5000), 8);
        bed.fromDevice(others.get(1));
        bed.fromDevice(others.get(2));
        assertThat(bed.dropped(DropReason.IP_FRAGMENT, 2)).isTrue();
        bed.fromInternet(parts(down(5000), 9).get(1));
        assertThat(bed.dropped(DropReason.IP_FRAGMENT, 3)).isTrue();
        assertThat(bed.nothingAtInternet()).isTrue();
        assertThat(bed.nothingAtCarrier()).isTrue();
    }

    @Test
    void partThatOverlapsTheFirst_isDropped_asIsASecondFirst() throws Exception {
        List<byte[]> parts = parts(up(5000), 7);
        bed.fromDevice(parts.get(0));
        assertThat(bed.atInternet()).isEqualTo(parts.get(0));
        byte[] overlapping = parts.get(1).clone();
        ByteBuffer.wrap(overlapping).putShort(6, (short) (0x2000 | 1));
        bed.fromDevice(overlapping);
        assertThat(bed.dropped(DropReason.IP_FRAGMENT, 1)).isTrue();
        bed.fromDevice(parts.get(0));
        assertThat(bed.dropped(DropReason.IP_FRAGMENT, 2)).isTrue();
    }

    @Test
    void floodOfFirstParts_costsAnotherSessionNothing() throws Exception {
        bed.install(bed.session(5, UserPlaneTestBed.REMOTE_TEID, "10.45.0.9", null, bed.slot));
        List<byte[]> parts = parts(up(5000), 7);
        bed.fromDevice(parts.get(0));
        assertThat(bed.atInternet()).isNotNull();
        byte[] other = Packets.udp("10.45.0.9", 4000, SERVER, 5000, new byte[3000]);
        for (int i = 0; i < 50; i++) {
            bed.fromDevice(5, parts(other, i).get(0));
            assertThat(bed.atInternet()).isNotNull();
        }
        bed.fromDevice(parts.get(1));
        assertThat(bed.atInternet()).isEqualTo(parts.get(1));
    }

    @Test
    void partsOfWhatIsRead_areDropped() throws Exception {
        bed.publish(allow("web", "net.dst.port == 80"),
                allowHttp("get", "http.method == \"GET\""));
        byte[] syn = Packets.tcp(DEVICE, 4000, SERVER, 80, 1, 0, "S", new byte[3000]);
        bed.fromDevice(parts(syn, 7).get(0));
        assertThat(bed.dropped(DropReason.IP_FRAGMENT, 1)).isTrue();
        bed.fromDevice(parts(Packets.udp(DEVICE, 4000, SERVER, 53, new byte[3000]), 8).get(0));
        assertThat(bed.dropped(DropReason.IP_FRAGMENT, 2)).isTrue();
    }

    @Test
    void addressThatTheHostGetsLater_isOutOfReachFromThenOn() throws Exception {
        byte[] packet = Packets.udp(DEVICE, 4000, SERVER, 5000);
        bed.fromDevice(packet);
        assertThat(bed.atInternet()).isEqualTo(packet);
        bed.userPlane.protect(List.of(IpPrefix.parse(SERVER + "/32"))).toCompletableFuture()
                .get(5, TimeUnit.SECONDS);
        bed.fromDevice(packet);
        assertThat(bed.dropped(DropReason.INFRASTRUCTURE, 1)).isTrue();
        bed.userPlane.protect(List.of()).toCompletableFuture().get(5, TimeUnit.SECONDS);
        bed.fromDevice(packet);
        assertThat(bed.atInternet()).isEqualTo(packet);
    }
}
