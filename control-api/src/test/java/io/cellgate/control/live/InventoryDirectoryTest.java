package io.cellgate.control.live;

import static org.assertj.core.api.Assertions.assertThat;

import io.cellgate.inventory.sim.Fence;
import io.cellgate.policy.subject.Plmn;
import java.util.Set;
import org.junit.jupiter.api.Test;

class InventoryDirectoryTest {
    @Test
    void placesOfAFence_areOneList_withoutThoseThatItDoesNotName() {
        assertThat(InventoryDirectory.places(new Fence(Set.of("DE", "AT"), Set.of(), false)))
                .hasToString("one of [AT, DE]");
        assertThat(InventoryDirectory
                .places(new Fence(Set.of("DE"), Set.of(Plmn.parse("23201")), false)))
                .hasToString("one of [DE, " + Plmn.parse("23201") + "]");
    }
}
