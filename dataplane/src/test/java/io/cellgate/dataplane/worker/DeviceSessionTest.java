package io.cellgate.dataplane.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cellgate.dataplane.session.Allowance;
import io.cellgate.policy.EffectivePolicy;
import io.cellgate.policy.Facts;
import io.cellgate.policy.PolicySlot;
import io.cellgate.policy.SessionPolicy;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.net.InetAddress;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

class DeviceSessionTest {
    private static final long MINUTE = 1;
    private static final int SECOND = 1;

    @Test
    void whatCannotFollowAPublication_hasNoVerdictOfBeforeItCount_andFollowsAsSoonAsItCan()
            throws IOException {
        PolicySlot slot = new PolicySlot(EffectivePolicy.nothing(1));
        AtomicBoolean faulty = new AtomicBoolean(true);
        try (Arena memory = Arena.ofConfined()) {
            DeviceSession session = new DeviceSession(0, new SessionRecords(memory, 1),
                    UserPlaneTestBed.session(UserPlaneTestBed.TEID, UserPlaneTestBed.REMOTE_TEID,
                            InetAddress.ofLiteral("127.0.0.1"), UserPlaneTestBed.DEVICE, null,
                            slot));
            session.meter = new SimMeter(1, Allowance.UNLIMITED, 1, 1, _ -> {});
            session.policy = new SessionPolicy(slot, () -> {
                if (faulty.get()) {
                    throw new IllegalStateException("no facts");
                }
                return Facts.forSession();
            });
            int before = session.currentEpoch(MINUTE, SECOND);
            assertThat(session.currentEpoch(MINUTE, SECOND)).as("nothing is published")
                    .isEqualTo(before);

            slot.publish(EffectivePolicy.of(2, null, UserPlaneTestBed.compiled("test", 2,
                    UserPlaneTestBed.allow("web",
                            "session.rat == \"lte-m\" and net.dst.port == 443"))));
            for (int packet = 0; packet < 2; packet++) {
                assertThatThrownBy(() -> session.currentEpoch(MINUTE, SECOND))
                        .hasMessage("no facts");
                assertThat(session.epoch()).isNotEqualTo(before);
            }

            faulty.set(false);
            int after = session.currentEpoch(MINUTE, SECOND);
            assertThat(after).isNotEqualTo(before);
            assertThat(session.currentEpoch(MINUTE, SECOND)).as("it has followed")
                    .isEqualTo(after);
        }
    }
}
