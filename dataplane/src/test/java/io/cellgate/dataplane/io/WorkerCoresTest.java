package io.cellgate.dataplane.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.BitSet;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class WorkerCoresTest {
    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"1|1", "3,2|3 2", "2-5|2 3 4 5", "0,4-5,2|0 4 5 2",
            "2-8:2|2 4 6 8", "7-7|7"})
    void lists_areReadInTheirOrder(String list, String cores) {
        assertThat(WorkerCores.parse(list).cores()).map(String::valueOf)
                .containsExactly(cores.split(" "));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ",", "1,", "1-", "-1", "5-2", "1-4:0", "1:2", " 1", "a", "0x1",
            "10000", "1;2"})
    void whatIsNoList_isRefused(String list) {
        assertThatThrownBy(() -> WorkerCores.parse(list))
                .isInstanceOf(IllegalArgumentException.class).hasMessage("got \"" + list
                        + "\", expected a list of cores such as 1 or 2,3 or 2-5 or 2-8:2");
    }

    @Test
    void aCoreTwice_isRefused() {
        assertThatThrownBy(() -> WorkerCores.parse("1-3,2"))
                .hasMessage("got core 2 twice in \"1-3,2\", expected each core once");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
            "1|2|got 1 core for 2 workers, expected one for each",
            "1,2|1|got 2 cores for 1 worker, expected one for each",
            "4|1|got core 4, expected one of those that this process may use: 0-3,6",
            "0-3,6|5|got all cores that this process may use: 0-3,6, expected one at least to be left for its other threads"})
    void coresThatCannotBeHad_areRefused(String list, int workers, String why) {
        assertThatThrownBy(() -> WorkerCores.parse(list).check(workers, machine()))
                .isInstanceOf(IllegalArgumentException.class).hasMessage(why);
    }

    @Test
    void coresThatCanBeHad_andNoneAskedFor_areFine() {
        WorkerCores.parse("6,1-3").check(4, machine());
        WorkerCores.NONE.check(7);
    }

    private static BitSet machine() {
        return BitSet.valueOf(new long[]{0b100_1111});
    }

    /** As where the core is taken from the machine after it was checked. */
    @Test
    void aWorkerThatCannotHaveItsCore_doesNotStart() throws Exception {
        AtomicBoolean worked = new AtomicBoolean();
        try (ReservedCores cores = ReservedCores.of(List.of(8191))) {
            assertThatThrownBy(() -> cores.start(0, "worker", () -> worked.set(true)))
                    .isInstanceOf(IOException.class)
                    .hasMessage("the thread worker cannot have core 8191:"
                            + " sched_setaffinity to {8191}: errno 22");
        }
        assertThat(worked).isFalse();
    }
}
