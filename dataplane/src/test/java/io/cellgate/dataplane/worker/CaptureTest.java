package io.cellgate.dataplane.worker;

import static io.cellgate.dataplane.worker.UserPlaneTestBed.DEVICE;
import static io.cellgate.dataplane.worker.UserPlaneTestBed.REMOTE_TEID;
import static io.cellgate.dataplane.worker.UserPlaneTestBed.SERVER;
import static io.cellgate.dataplane.worker.UserPlaneTestBed.TEID;
import static io.cellgate.dataplane.worker.UserPlaneTestBed.allow;
import static org.assertj.core.api.Assertions.assertThat;

import io.cellgate.dataplane.capture.PacketCapture;
import io.cellgate.dataplane.capture.PacketCapture.Layer;
import io.cellgate.dataplane.capture.PacketCapture.State;
import io.cellgate.dataplane.packet.DropReason;
import io.cellgate.policy.subject.Imsi;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Captures of one SIM, read by tshark. */
class CaptureTest {
    private static final Imsi SIM = new Imsi("262010123456789");
    private static final PacketCapture.Limits MUCH = new PacketCapture.Limits(1 << 20, 1000,
            Duration.ofMinutes(1));

    @TempDir
    Path folder;

    private UserPlaneTestBed bed;
    private int captures;

    @BeforeEach
    void start() throws Exception {
        Assumptions.assumeTrue(Files.exists(Path.of("/usr/bin/tshark")), "missing: tshark");
        bed = new UserPlaneTestBed();
        bed.publish(allow("udp", "net.dst.port == 5000"));
        bed.install();
    }

    @AfterEach
    void stop() {
        if (bed != null) {
            bed.close();
        }
    }

    private PacketCapture capture(Layer layer, PacketCapture.Limits limits) throws Exception {
        PacketCapture capture = new PacketCapture(folder.resolve(++captures + ".pcapng"), layer,
                limits,
                InetAddress.ofLiteral("192.0.2.1"));
        bed.userPlane.capture(SIM, capture).toCompletableFuture().get(5, TimeUnit.SECONDS);
        return capture;
    }

    private static List<String> read(PacketCapture capture, String... fields) throws Exception {
        List<String> command = new ArrayList<>(List.of("tshark", "-n", "-r",
                capture.file().toString(), "-o", "udp.check_checksum:TRUE", "-T", "fields", "-E",
                "occurrence=a"));
        for (String field : fields) {
            command.add("-e");
            command.add(field);
        }
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.DISCARD).start();
        String output = new String(process.getInputStream().readAllBytes(),
                StandardCharsets.UTF_8);
        assertThat(process.waitFor()).isZero();
        return output.lines().toList();
    }

    @Test
    void innerPackets_areThoseOfTheDevice_blockedOnesToo_untilItEnds() throws Exception {
        PacketCapture capture = capture(Layer.INNER, MUCH);
        bed.fromDevice(Packets.udp(DEVICE, 4000, SERVER, 5000));
        assertThat(bed.atInternet()).isNotNull();
        bed.fromInternet(Packets.udp(SERVER, 5000, DEVICE, 4000));
        assertThat(bed.atDevice()).isNotNull();
        bed.fromDevice(Packets.udp(DEVICE, 4000, SERVER, 5001));
        assertThat(bed.dropped(DropReason.POLICY_NETWORK, 1))
                .isTrue();
        capture.close();
        bed.fromDevice(Packets.udp(DEVICE, 4000, SERVER, 5000));
        assertThat(bed.atInternet()).as("after the end").isNotNull();
        assertThat(capture.state()).isEqualTo(State.STOPPED);
        assertThat(read(capture, "ip.src", "udp.srcport", "ip.dst", "udp.dstport",
                "frame.packet_flags_direction")).containsExactly(
                        DEVICE + "\t4000\t" + SERVER + "\t5000\t0x00000001",
                        SERVER + "\t5000\t" + DEVICE + "\t4000\t0x00000002",
                        DEVICE + "\t4000\t" + SERVER + "\t5001\t0x00000001");
        assertThat(capture.packets()).isEqualTo(3);
        assertThat(capture.octets()).isEqualTo(Files.size(capture.file()));
        assertThat(capture.lost()).isZero();
    }

    @Test
    void outerPackets_areTheDatagramsInTheirTunnels() throws Exception {
        PacketCapture capture = capture(Layer.OUTER, MUCH);
        bed.fromDevice(Packets.udp(DEVICE, 4000, SERVER, 5000));
        assertThat(bed.atInternet()).isNotNull();
        bed.fromInternet(Packets.udp(SERVER, 5000, DEVICE, 4000));
        assertThat(bed.atDevice()).isNotNull();
        capture.close();
        String peer = bed.carrier.getLocalAddress().getHostAddress();
        assertThat(read(capture, "gtp.teid", "ip.src", "ip.dst", "udp.checksum.status"))
                .containsExactly(
                        "0x%08x\t%s,%s\t192.0.2.1,%s\t".formatted(TEID, peer, DEVICE, SERVER)
                                + "1,1",
                        "0x%08x\t192.0.2.1,%s\t%s,%s\t".formatted(REMOTE_TEID, SERVER, peer,
                                DEVICE) + "1,1");
    }

    @Test
    void capture_goesOnInTheSimsNextSession_andEndsAtItsLimit() throws Exception {
        PacketCapture capture = capture(Layer.INNER,
                new PacketCapture.Limits(1 << 20, 2, Duration.ofMinutes(1)));
        bed.remove(TEID);
        bed.install();
        for (int i = 0; i < 4; i++) {
            bed.fromDevice(Packets.udp(DEVICE, 4000, SERVER, 5000));
            assertThat(bed.atInternet()).isNotNull();
        }
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
        while (capture.state() == State.RUNNING && System.nanoTime() < deadline) {
            Thread.sleep(5);
        }
        assertThat(capture.state()).isEqualTo(State.COMPLETE);
        assertThat(read(capture, "ip.src")).hasSize(2);
    }

    /** The worker forgets those that are over once a second, and not who came after them. */
    @Test
    void captureThatFollowsAnother_ofTheSim_hasAllPackets() throws Exception {
        PacketCapture former = capture(Layer.INNER, MUCH);
        former.close();
        assertThat(former.isOver()).isTrue();
        PacketCapture capture = capture(Layer.INNER, MUCH);
        long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(1500);
        int sent = 0;
        for (; System.nanoTime() < end; sent++) {
            bed.fromDevice(Packets.udp(DEVICE, 4000, SERVER, 5000));
            assertThat(bed.atInternet()).isNotNull();
            Thread.sleep(20);
        }
        capture.close();
        assertThat(former.packets()).isZero();
        assertThat(capture.packets()).isEqualTo(sent);
        assertThat(capture.lost()).isZero();
    }

    @Test
    void capture_neverGrowsBeyondItsOctets() throws Exception {
        PacketCapture capture = capture(Layer.INNER,
                new PacketCapture.Limits(4096, 1000, Duration.ofMinutes(1)));
        for (int i = 0; i < 10; i++) {
            bed.fromDevice(Packets.udp(DEVICE, 4000, SERVER, 5000, new byte[1000]));
            assertThat(bed.atInternet()).isNotNull();
        }
        capture.close();
        assertThat(Files.size(capture.file())).isBetween(2000L, 4096L);
        assertThat(read(capture, "ip.src")).hasSize(3);
    }
}
