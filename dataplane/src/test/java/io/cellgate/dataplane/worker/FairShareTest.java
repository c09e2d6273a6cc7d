package io.cellgate.dataplane.worker;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class FairShareTest {
    private static final int ALL = 65_536;

    /** How many of all are left when so many SIMs have taken in turn whatever they get. */
    private static int left(int sims) {
        int[] has = new int[sims];
        int free = ALL;
        boolean taken = true;
        while (taken) {
            taken = false;
            for (int i = 0; i < sims; i++) {
                if (FairShare.grants(has[i], free, ALL)) {
                    has[i]++;
                    free--;
                    taken = true;
                }
            }
        }
        return free;
    }

    @Test
    void simsThatTakeAllTheyGet_leaveOthersTheirShare() {
        assertThat(left(1)).isGreaterThan(ALL * 93 / 100);
        assertThat(left(16)).isGreaterThan(ALL * 49 / 100);
        assertThat(left(64)).isGreaterThan(ALL * 19 / 100);
        assertThat(left(1000)).isGreaterThan(ALL / 100);
        int left = left(64);
        int one = 0;
        while (FairShare.grants(one, left - one, ALL)) {
            one++;
        }
        assertThat(one).as("for one more SIM beside 64 that took what they got")
                .isGreaterThan(600);
    }

    @Test
    void nobodyGetsMoreThanTheLimit_norWhatIsNotThere() {
        assertThat(FairShare.grants(5, 1000, 5)).isFalse();
        assertThat(FairShare.grants(4, 1000, 5)).isTrue();
        assertThat(FairShare.grants(0, 1, 5)).as("the last one").isTrue();
        assertThat(FairShare.grants(0, 0, 5)).isFalse();
    }
}
