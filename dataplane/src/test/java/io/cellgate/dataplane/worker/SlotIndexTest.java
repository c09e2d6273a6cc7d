package io.cellgate.dataplane.worker;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;

class SlotIndexTest {
    @Test
    void index_agreesWithAMap_asItGrowsAndShrinks() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        SlotIndex index = new SlotIndex(Arena.ofAuto(), 100_000);
        Map<Long, Deque<Integer>> expected = new HashMap<>();
        Map<Integer, Long> keys = new HashMap<>();
        for (int step = 0; step < 60_000; step++) {
            int slot = random.nextInt(20_000);
            Long key = keys.remove(slot);
            if (key != null) {
                index.remove(key, slot);
                Objects.requireNonNull(expected.get(key)).remove(slot);
            } else {
                long fresh = random.nextInt(15_000) * 0x1_0000_0001L;
                index.put(fresh, slot);
                keys.put(slot, fresh);
                expected.computeIfAbsent(fresh, _ -> new ArrayDeque<>()).addFirst(slot);
            }
        }
        for (var each : expected.entrySet()) {
            Deque<Integer> found = new ArrayDeque<>();
            for (int slot = index.first(each.getKey()); slot != SlotIndex.NONE; slot = index
                    .next(each.getKey(), slot)) {
                found.add(slot);
            }
            assertThat(found)
                    .as("seed %d, key %d, the one put last first", seed, each.getKey())
                    .containsExactlyElementsOf(each.getValue());
        }
        assertThat(index.first(-1)).isEqualTo(SlotIndex.NONE);
    }
}
