package io.cellgate.dataplane.flow;

import static org.assertj.core.api.Assertions.assertThat;

import io.cellgate.dataplane.peer.Carrier;
import io.cellgate.dataplane.session.AttachRequest;
import io.cellgate.dataplane.session.PdnType;
import io.cellgate.dataplane.session.Subscriber;
import io.cellgate.dataplane.session.UserLocation;
import io.cellgate.dataplane.session.UserPlaneSession;
import io.cellgate.policy.EffectivePolicy;
import io.cellgate.policy.PolicySlot;
import io.cellgate.policy.subject.Iccid;
import io.cellgate.policy.subject.Imsi;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

class FlowLogTest {
    private static final Imsi IMSI = new Imsi("262010123456789");
    private static final UserPlaneSession WHOSE = new UserPlaneSession(7, 8,
            InetAddress.getLoopbackAddress(), 0,
            (Inet4Address) InetAddress.ofLiteral("10.45.0.7"), null,
            new Subscriber(new Iccid("894450010219830482"), IMSI, null, "acc", null, "active",
                    Map.of(), new PolicySlot(EffectivePolicy.nothing(1)), null, null),
            new AttachRequest(new Carrier(0, "car", "Alpha", Set.of(), Set.of()), IMSI, null,
                    "iot", null, PdnType.IPV4, UserLocation.UNKNOWN),
            null, null);

    private static boolean write(FlowLog log, int port) {
        FlowLog.Entry entry = log.claim();
        if (entry == null) {
            return false;
        }
        entry.session = WHOSE;
        entry.deviceLo = 0xffff_0a2d_0007L;
        entry.remoteLo = 0xffff_c633_6401L;
        entry.remotePort = port;
        log.publish();
        return true;
    }

    @Test
    void recordsArriveInOrder_andThoseLeftAreHandedOverAtTheEnd() {
        List<Integer> ports = new CopyOnWriteArrayList<>();
        FlowLog log = new FlowLog(64, "test-flow-log", flow -> ports.add(flow.remotePort()));
        for (int port = 1; port <= 50; port++) {
            assertThat(write(log, port)).isTrue();
        }
        log.close();
        assertThat(ports).hasSize(50).isSorted();
        assertThat(log.lost()).isZero();
    }

    @Test
    void whenTheListenerIsBehind_recordsAreLostAndCounted_andTheWriterNeverWaits()
            throws Exception {
        CountDownLatch go = new CountDownLatch(1);
        List<Integer> ports = new CopyOnWriteArrayList<>();
        FlowLog log = new FlowLog(16, "test-flow-log", flow -> {
            try {
                go.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            ports.add(flow.remotePort());
        });
        int written = 0;
        for (int port = 1; port <= 100; port++) {
            written += write(log, port) ? 1 : 0;
        }
        assertThat(written).isBetween(16, 17);
        assertThat(log.lost()).isEqualTo(100 - written);
        go.countDown();
        log.close();
        assertThat(ports).hasSize(written);
    }

    @Test
    void listenerThatThrows_doesNotEndTheLog() {
        List<Integer> ports = new CopyOnWriteArrayList<>();
        FlowLog log = new FlowLog(16, "test-flow-log", flow -> {
            ports.add(flow.remotePort());
            throw new IllegalStateException("a listener's fault");
        });
        assertThat(write(log, 1)).isTrue();
        assertThat(write(log, 2)).isTrue();
        log.close();
        assertThat(ports).containsExactly(1, 2);
    }
}
