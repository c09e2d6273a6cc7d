package io.cellgate.inventory.sim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cellgate.inventory.place.Place;
import io.cellgate.inventory.sim.ImeiLock.Mode;
import io.cellgate.inventory.sim.ImeiLock.Verdict;
import io.cellgate.policy.subject.Imei;
import io.cellgate.policy.subject.Plmn;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ImeiLockTest {
    private static final Imei MODEM = new Imei("352656001234567");
    private static final Imei SAME_WITH_SOFTWARE_VERSION = new Imei("3526560012345601");
    private static final Imei OTHER = new Imei("352656009999999");

    @Test
    void list_allowsItsModems_whateverTheirSoftware() {
        ImeiLock lock = new ImeiLock(Mode.LIST, List.of(MODEM), false);
        assertThat(lock.judge(SAME_WITH_SOFTWARE_VERSION, null)).isEqualTo(Verdict.ALLOWED);
        assertThat(lock.judge(OTHER, null)).isEqualTo(Verdict.REFUSED_OTHER);
        assertThat(lock.judge(null, null)).isEqualTo(Verdict.REFUSED_MISSING);
    }

    @Test
    void firstUse_allowsTheFirstModem_andThenNoOther() {
        ImeiLock lock = new ImeiLock(Mode.FIRST_USE, List.of(), true);
        assertThat(lock.judge(null, null)).isEqualTo(Verdict.ALLOWED);
        assertThat(lock.judge(MODEM, null)).isEqualTo(Verdict.ALLOWED_AS_FIRST);
        assertThat(lock.judge(SAME_WITH_SOFTWARE_VERSION, MODEM)).isEqualTo(Verdict.ALLOWED);
        assertThat(lock.judge(OTHER, MODEM)).isEqualTo(Verdict.REFUSED_OTHER);
        assertThat(ImeiLock.OFF.judge(OTHER, MODEM)).isEqualTo(Verdict.ALLOWED);
    }

    @Test
    void lock_isReadAsItIsWritten_andContradictionsAreRefused() {
        ImeiLock lock = new ImeiLock(Mode.LIST, List.of(MODEM, OTHER), true);
        assertThat(ImeiLock.read(ImeiLock.write(lock))).isEqualTo(lock);
        assertThatThrownBy(() -> new ImeiLock(Mode.LIST, List.of(), true))
                .hasMessageContaining("got 0 imeis with mode list, expected 1 to 100");
        assertThatThrownBy(() -> new ImeiLock(Mode.OFF, List.of(MODEM), true))
                .hasMessageContaining("expected none");
    }

    @Test
    void fence_isInsideByCountryOrNetwork_andUnknownOnlyWhereWhatIsMissingCouldMatch() {
        Fence fence = new Fence(Set.of("DE"), Set.of(Plmn.parse("20801")), false);
        assertThat(fence.judge(at("DE", null))).isEqualTo(Fence.Verdict.INSIDE);
        assertThat(fence.judge(at("FR", "20801"))).isEqualTo(Fence.Verdict.INSIDE);
        assertThat(fence.judge(at("FR", "20810"))).isEqualTo(Fence.Verdict.OUTSIDE);
        assertThat(fence.judge(at(null, null))).isEqualTo(Fence.Verdict.UNKNOWN);
        Fence countries = new Fence(Set.of("DE"), Set.of(), true);
        assertThat(countries.judge(at("FR", null))).isEqualTo(Fence.Verdict.OUTSIDE);
        assertThat(Fence.read(Fence.write(fence))).isEqualTo(fence);
        assertThatThrownBy(() -> new Fence(Set.of("Germany"), Set.of(), true))
                .hasMessageContaining("ISO 3166-1");
    }

    private static Place at(@Nullable String country, @Nullable String plmn) {
        return new Place(country, plmn == null ? null : Plmn.parse(plmn), null, null, null);
    }
}
