package io.cellgate.dataplane.worker;

import static io.cellgate.dataplane.worker.UserPlaneTestBed.DEVICE;
import static io.cellgate.dataplane.worker.UserPlaneTestBed.REMOTE_TEID;
import static io.cellgate.dataplane.worker.UserPlaneTestBed.SERVER;
import static io.cellgate.dataplane.worker.UserPlaneTestBed.TEID;
import static io.cellgate.dataplane.worker.UserPlaneTestBed.allow;
import static org.assertj.core.api.Assertions.assertThat;

import io.cellgate.dataplane.packet.DropReason;
import io.cellgate.policy.subject.Imsi;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Three workers, each of which gets packets of sessions that are not its own. */
class WorkersTest {
    private static final int WORKERS = 3;

    private UserPlaneTestBed bed;

    @BeforeEach
    void start() throws Exception {
        bed = new UserPlaneTestBed(config -> config, WORKERS);
        bed.publish(allow("all", "net.protocol == \"udp\""));
    }

    @AfterEach
    void stop() {
        bed.close();
    }

    @Test
    void packets_findTheirSession_whicheverWorkerGetsThem() throws Exception {
        for (int owner = 0; owner < WORKERS; owner++) {
            int teid = TEID + owner;
            String device = "10.45.0." + (10 + owner);
            bed.install(bed.session(teid, REMOTE_TEID, device, null, bed.slot));
            for (int receiver = 0; receiver < WORKERS; receiver++) {
                byte[] up = Packets.udp(device, 4000, SERVER, 5000 + receiver);
                bed.fromCarrier(receiver, UserPlaneTestBed.gPdu(teid, up));
                assertThat(bed.atInternet()).isEqualTo(up);
                for (int other = 0; other < WORKERS; other++) {
                    byte[] down = Packets.udp(SERVER, 5000 + receiver, device, 4000);
                    bed.fromInternet(other, down);
                    assertThat(bed.atDevice()).isEqualTo(down);
                }
            }
        }
        assertThat(bed.userPlane.counters().packetsUp()).isEqualTo(WORKERS * WORKERS);
        assertThat(bed.userPlane.counters().packetsDown()).isEqualTo(WORKERS * WORKERS * WORKERS);
        assertThat(bed.userPlane.counters().sessions()).isEqualTo(WORKERS);
    }

    @Test
    void packetsOfASession_keepTheirOrder_throughAnotherWorker() throws Exception {
        bed.install();
        int receiver = (Colleagues.ownerOf(TEID, WORKERS) + 1) % WORKERS;
        int sent = 0;
        int got = 0;
        while (got < 2000) {
            while (sent < 2000 && sent - got < 50) {
                bed.fromCarrier(receiver, UserPlaneTestBed.gPdu(TEID, Packets.udp(DEVICE, 4000,
                        SERVER, 5000, ByteBuffer.allocate(4).putInt(sent++).array())));
            }
            byte[] packet = bed.atInternet();
            assertThat(packet).as("packet %d", got).isNotNull();
            assertThat(ByteBuffer.wrap(packet).getInt(28)).isEqualTo(got++);
        }
    }

    @Test
    void endedSessions_ofEachWorker_areForgottenByAll_andNoOthers() throws Exception {
        for (int owner = 0; owner <= WORKERS; owner++) {
            bed.install(bed.session(TEID + owner, REMOTE_TEID, "10.45.0." + (10 + owner), null,
                    bed.slot));
        }
        bed.remove(TEID, TEID + 1, TEID + 2);
        int dropped = 0;
        for (int owner = 0; owner < WORKERS; owner++) {
            for (int receiver = 0; receiver < WORKERS; receiver++) {
                bed.fromInternet(receiver, Packets.udp(SERVER, 5000, "10.45.0." + (10 + owner),
                        4000));
                assertThat(bed.dropped(DropReason.DESTINATION_UNKNOWN, ++dropped)).isTrue();
            }
        }
        String left = "10.45.0." + (10 + WORKERS);
        byte[] up = Packets.udp(left, 4000, SERVER, 5000);
        bed.fromCarrier(0, UserPlaneTestBed.gPdu(TEID + WORKERS, up));
        assertThat(bed.atInternet()).isEqualTo(up);
        assertThat(bed.userPlane.counters().sessions()).isEqualTo(1);
    }

    @Test
    void errorIndication_reachesTheSessionsWorker() throws Exception {
        bed.install();
        int receiver = (Colleagues.ownerOf(TEID, WORKERS) + 1) % WORKERS;
        byte[] address = bed.carrier.getLocalAddress().getAddress();
        byte[] elements = ByteBuffer.allocate(12).put((byte) 16).putInt(REMOTE_TEID)
                .put((byte) 133).putShort((short) 4).put(address).array();
        bed.fromCarrier(receiver,
                ByteBuffer.allocate(12 + 12).put((byte) 0x32).put((byte) 26)
                        .putShort((short) (4 + 12)).putInt(0).putInt(0).put(elements).array());
        assertThat(bed.errorIndications.poll(5, TimeUnit.SECONDS)).isEqualTo(TEID);
    }

    @Test
    void teids_areTakenForASim_soThatItsSessionsAreOfOneWorker() {
        Imsi imsi = new Imsi("262010123456789");
        int suitable = 0;
        for (int teid = 1; teid <= WORKERS * 100; teid++) {
            if (bed.userPlane.suits(imsi, teid)) {
                suitable++;
                assertThat(Colleagues.ownerOf(teid, WORKERS))
                        .isEqualTo(Colleagues.ownerOf(imsi, WORKERS));
            }
        }
        assertThat(suitable).isEqualTo(100);
    }
}
