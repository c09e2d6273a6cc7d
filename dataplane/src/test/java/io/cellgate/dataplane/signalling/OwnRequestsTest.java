package io.cellgate.dataplane.signalling;

import static org.assertj.core.api.Assertions.assertThat;

import io.cellgate.dataplane.gtpc.Gtp2Type;
import java.net.InetAddress;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class OwnRequestsTest {
    @Test
    void peerThatAnswersNothing_isTold_onlySoMuchAtATime() {
        List<byte[]> sent = new ArrayList<>();
        OwnRequests requests = new OwnRequests(new SecureRandom(),
                (datagram, _) -> sent.add(datagram), (_, _) -> {}, 1_000_000, 3, 2123);
        AtomicInteger unanswered = new AtomicInteger();
        OwnRequests.Outcome outcome = new OwnRequests.Outcome() {
            @Override
            public void answered(int cause) {}

            @Override
            public void unanswered() {
                unanswered.incrementAndGet();
            }
        };
        int beyond = 10;
        int asked = OwnRequests.MAX_WAITING + 512 + beyond;
        for (int i = 0; i < asked; i++) {
            requests.send(InetAddress.getLoopbackAddress(), GtpVersion.V2,
                    Gtp2Type.DELETE_BEARER_RESPONSE.code(), _ -> new byte[0], outcome, 0);
        }
        assertThat(sent).hasSize(512);
        assertThat(unanswered).hasValue(beyond);
    }
}
