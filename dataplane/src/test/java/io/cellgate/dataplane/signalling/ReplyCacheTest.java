package io.cellgate.dataplane.signalling;

import static org.assertj.core.api.Assertions.assertThat;

import io.cellgate.dataplane.signalling.ReplyCache.Found;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ReplyCacheTest {
    private static final int KEEP = 1000;
    private final ReplyCache cache = new ReplyCache(1000, KEEP);

    private static long key(int sequence) {
        return ReplyCache.key(GtpVersion.V2, 2123, sequence, 32);
    }

    private static byte[] reply(int sequence) {
        byte[] reply = new byte[1 + sequence % 700];
        Arrays.fill(reply, (byte) sequence);
        return reply;
    }

    @Test
    void request_isNew_thenInProgress_thenAnsweredWithTheSameOctets_ts29274_7_6() {
        assertThat(cache.begin(key(7), 0)).isEqualTo(Found.NEW);
        assertThat(cache.begin(key(7), 1)).isEqualTo(Found.IN_PROGRESS);
        cache.answered(key(7), reply(7), 2);
        assertThat(cache.begin(key(7), 3)).isEqualTo(Found.ANSWERED);
        assertThat(cache.reply(key(7))).isEqualTo(reply(7));
        assertThat(cache.begin(ReplyCache.key(GtpVersion.V2, 2124, 7, 32), 3))
                .isEqualTo(Found.NEW);
        assertThat(cache.begin(ReplyCache.key(GtpVersion.V2, 2123, 7, 36), 3))
                .isEqualTo(Found.NEW);
        assertThat(cache.begin(key(7), KEEP)).isEqualTo(Found.NEW);
    }

    @Test
    void droppedRequest_isLookedAtAnew() {
        assertThat(cache.begin(key(1), 0)).isEqualTo(Found.NEW);
        cache.forget(key(1));
        assertThat(cache.begin(key(1), 1)).isEqualTo(Found.NEW);
        cache.answered(key(1), reply(1), 2);
        cache.expire(KEEP);
        assertThat(cache.begin(key(1), KEEP)).isEqualTo(Found.ANSWERED);
    }

    @Test
    void pastTheBound_theOldestGoes() {
        for (int i = 0; i <= 1000; i++) {
            assertThat(cache.begin(key(i), 0)).isEqualTo(Found.NEW);
            cache.answered(key(i), reply(i), 0);
        }
        assertThat(cache.size()).isEqualTo(1000);
        assertThat(cache.begin(key(1), 1)).isEqualTo(Found.ANSWERED);
        assertThat(cache.begin(key(0), 1)).isEqualTo(Found.NEW);
    }

    /** Against a plain map, over requests that come, are answered late or never, come again and expire. */
    @Test
    void anySequenceOfRequests_isRememberedAsAMapWould() {
        long seed = Long.getLong("cellgate.seed", System.nanoTime());
        Random random = new Random(seed);
        ReplyCache many = new ReplyCache(100_000, KEEP);
        Map<Integer, Long> expiry = new HashMap<>();
        Map<Integer, byte[]> answered = new HashMap<>();
        long now = Long.MAX_VALUE - 50_000; // nanoseconds may run over
        for (int step = 0; step < 200_000; step++) {
            now += random.nextInt(2);
            int sequence = random.nextInt(3000);
            Long expires = expiry.get(sequence);
            boolean kept = expires != null && now - expires < 0;
            Found expected = !kept
                    ? Found.NEW
                    : answered.containsKey(sequence) ? Found.ANSWERED : Found.IN_PROGRESS;
            assertThat(many.begin(key(sequence), now)).as("seed %d, step %d", seed, step)
                    .isEqualTo(expected);
            switch (expected) {
                case NEW -> {
                    expiry.put(sequence, now + KEEP);
                    answered.remove(sequence);
                }
                case IN_PROGRESS -> {
                    byte[] reply = reply(random.nextInt(3000));
                    many.answered(key(sequence), reply, now);
                    answered.put(sequence, reply);
                }
                case ANSWERED -> assertThat(many.reply(key(sequence)))
                        .as("seed %d, step %d", seed, step).isEqualTo(answered.get(sequence));
            }
            if (step % 100 == 0) {
                many.expire(now);
            }
        }
    }
}
