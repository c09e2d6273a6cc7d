package io.cellgate.dataplane.worker;

import static org.assertj.core.api.Assertions.assertThat;

import io.cellgate.dataplane.flow.FlowLog;
import io.cellgate.dataplane.packet.IpPrefix;
import io.cellgate.dataplane.usage.UsageFeed;
import io.cellgate.policy.EffectivePolicy;
import io.cellgate.policy.PolicySlot;
import java.io.IOException;
import java.net.InetAddress;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Of SIMs that come and go nothing is kept for longer than it is needed. */
class MeteringTest {
    private static final InetAddress PEER = InetAddress.ofLiteral("127.0.0.1");
    /** Longer than an attach that is under way may take to ask the store. */
    private static final int LONG_SECONDS = 61;

    private final FlowLog log = new FlowLog(64, "test-flow-log", _ -> {});
    private final WorkerState state = new WorkerState(
            UserPlaneTestBed.small(UserPlaneConfig.of(List.of(PEER),
                    List.of(IpPrefix.parse("10.45.0.0/16")), List.of(), null, null, null)),
            new OnePacketIo(PEER), log, new UsageFeed(), new Colleagues(), 1, 0, 0);
    private final PolicySlot slot = new PolicySlot(EffectivePolicy.nothing(1));
    private int second;

    @AfterEach
    void close() {
        state.flows.close();
        state.sessions.close();
        log.close();
    }

    private DeviceSession begin(int teid) throws IOException {
        DeviceSession session = state.sessions.add(
                UserPlaneTestBed.session(teid, teid, PEER, "10.45.0." + teid, null, slot));
        state.metering.install(session);
        return session;
    }

    private void end(DeviceSession session) {
        state.metering.leave(session);
        state.sessions.remove(session);
    }

    private void pass(int seconds) {
        second += seconds;
        long nanos = TimeUnit.SECONDS.toNanos(second);
        state.time(nanos, TimeUnit.NANOSECONDS.toMillis(nanos));
        state.metering.reportDue();
    }

    @Test
    void meters_stayForAWhile_andAreForgotten_evenBehindASimThatComesAndGoes() throws IOException {
        end(begin(1));
        end(begin(2));
        while (second < LONG_SECONDS) {
            assertThat(state.metering.size()).as("%d s later", second).isEqualTo(2);
            pass(LONG_SECONDS / 7);
            end(begin(1));
        }
        assertThat(state.metering.size()).as("%d s later", second).isEqualTo(1);
        pass(LONG_SECONDS);
        assertThat(state.metering.size()).as("what ended last").isZero();
    }

    @Test
    void meterOfASimThatIsThere_staysAsLongAsThat() throws IOException {
        end(begin(1));
        DeviceSession session = begin(1);
        pass(LONG_SECONDS);
        pass(LONG_SECONDS);
        assertThat(state.metering.size()).isEqualTo(1);
        end(session);
        pass(LONG_SECONDS);
        assertThat(state.metering.size()).isZero();
    }
}
