package io.cellgate.control.live;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class RecordRingTest {
    @Test
    void latestRecords_areKept_theOthersCounted() {
        RecordRing<String> ring = new RecordRing<>(4);
        for (int i = 1; i <= 6; i++) {
            ring.add("r" + i);
        }
        assertThat(ring.latest(_ -> true, Long.MAX_VALUE, 10))
                .extracting(RecordRing.Numbered::record).containsExactly("r6", "r5", "r4", "r3");
        assertThat(ring.latest(_ -> true, 5, 1)).extracting(RecordRing.Numbered::record)
                .containsExactly("r4");
        assertThat(ring.latest(record -> record.equals("r2"), Long.MAX_VALUE, 10)).isEmpty();
        assertThat(ring.added()).isEqualTo(6);
        assertThat(ring.overwritten()).isEqualTo(2);
    }
}
