package io.cellgate.dataplane.worker;

import static io.cellgate.dataplane.worker.UserPlaneTestBed.DEVICE;
import static io.cellgate.dataplane.worker.UserPlaneTestBed.REMOTE_TEID;
import static io.cellgate.dataplane.worker.UserPlaneTestBed.SERVER;
import static io.cellgate.dataplane.worker.UserPlaneTestBed.TEID;
import static io.cellgate.dataplane.worker.UserPlaneTestBed.allow;
import static org.assertj.core.api.Assertions.assertThat;

import io.cellgate.dataplane.packet.DropReason;
import io.cellgate.dataplane.session.UserPlaneSession;
import org.junit.jupiter.api.Test;

/** What a device that cannot be reached is sent. */
class HeldDownlinkTest {
    @Test
    void suspendedDevice_isSentNothing_andItsFlowsGoOnWhenItIsBack_29_274_7_4() throws Exception {
        try (UserPlaneTestBed bed = new UserPlaneTestBed()) {
            bed.publish(allow("work", "net.dst.port == 1"));
            UserPlaneSession session = bed.session(TEID, REMOTE_TEID, DEVICE, null, bed.slot);
            bed.install(session);
            byte[] question = Packets.udp(DEVICE, 4000, SERVER, 1);
            byte[] answer = Packets.udp(SERVER, 1, DEVICE, 4000);
            bed.fromDevice(question);
            assertThat(bed.atInternet()).isEqualTo(question);
            bed.install(new UserPlaneSession(TEID, session.access(), session.carrierIndex(),
                    session.ipv4(), null, session.subscriber(),
                    session.request(), null, null, true));
            bed.fromInternet(answer);
            assertThat(bed.dropped(DropReason.DOWNLINK_HELD, 1)).isTrue();
            assertThat(bed.nothingAtCarrier()).isTrue();
            bed.install(session);
            bed.fromInternet(answer);
            assertThat(bed.atDevice()).isEqualTo(answer);
        }
    }
}
