package io.cellgate.dataplane.signalling;

import static org.assertj.core.api.Assertions.assertThat;

import io.cellgate.dataplane.gtpc.Gtp2Type;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class OwnRequestsTest {
    private static final InetAddress PEER = InetAddress.getLoopbackAddress();

    private final List<byte[]> sent = new ArrayList<>();
    private final OwnRequests requests = new OwnRequests(new SecureRandom(),
            (datagram, _) -> sent.add(datagram), (_, _) -> {}, 1_000_000, 3, 2123);
    private final AtomicInteger unanswered = new AtomicInteger();
    private final OwnRequests.Outcome outcome = new OwnRequests.Outcome() {
        @Override
        public void answered(int cause) {}

        @Override
        public void unanswered() {
            unanswered.incrementAndGet();
        }
    };

    @Test
    void peerThatAnswersNothing_isTold_onlySoMuchAtATime_butIsAskedWhetherItIsThere() {
        int beyond = 10;
        int asked = OwnRequests.MAX_WAITING + 512 + beyond;
        for (int i = 0; i < asked; i++) {
            requests.send(PEER, GtpVersion.V2, Gtp2Type.DELETE_BEARER_RESPONSE.code(),
                    _ -> new byte[0], outcome, 0);
        }
        assertThat(sent).hasSize(512);
        assertThat(unanswered).hasValue(beyond);
        requests.sendAhead(PEER, GtpVersion.V2, Gtp2Type.ECHO_RESPONSE.code(), _ -> new byte[1],
                outcome, 0);
        assertThat(sent).hasSize(513).last().isEqualTo(new byte[1]);
        assertThat(unanswered).hasValue(beyond);
    }

    @Test
    void numberOfAPeersCommand_isNotTakenForARequestOfOurs_29_274_7_6() {
        AtomicInteger number = new AtomicInteger();
        Runnable ask = () -> requests.send(PEER, GtpVersion.V2,
                Gtp2Type.DELETE_BEARER_RESPONSE.code(), sequence -> {
                    number.set(sequence);
                    return new byte[0];
                }, outcome, 0);
        ask.run();
        int commands = number.get() + 1 & 0x7f_ffff;
        assertThat(requests.expect(new InetSocketAddress(PEER, 2123), commands,
                Gtp2Type.UPDATE_BEARER_RESPONSE.code(), new byte[0], outcome, 0)).isTrue();
        ask.run();
        assertThat(number).hasValue(commands + 1 & 0x7f_ffff);
        assertThat(requests.underWay()).isEqualTo(3);
    }
}
