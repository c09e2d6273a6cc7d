package io.cellgate.inventory.sim;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.EnumSource;

class SimStateTest {
    /** Every transition there is; all others there are not. */
    private static final List<String> TRANSITIONS = List.of(
            "inventory ALLOCATE allocated", "allocated RELEASE inventory",
            "allocated DELIVER ready", "ready ACTIVATE active", "active SUSPEND suspended",
            "suspended RESUME active", "active DEACTIVATE deactivated",
            "suspended DEACTIVATE deactivated", "deactivated TERMINATE terminated");

    static Stream<Arguments> pairs() {
        return Arrays.stream(SimState.values()).flatMap(state -> Arrays.stream(SimAction.values())
                .map(action -> Arguments.of(state, action)));
    }

    @ParameterizedTest
    @MethodSource("pairs")
    void action_leadsWhereTheTableSays_orNowhere(SimState from, SimAction action) {
        SimState to = from.after(action);
        List<String> expected = TRANSITIONS.stream()
                .filter(line -> line.startsWith(from.text() + " " + action + " ")).toList();
        assertThat(to == null ? List.of() : List.of(from.text() + " " + action + " " + to.text()))
                .isEqualTo(expected);
        if (to != null) {
            assertThat(to).isEqualTo(action.goal());
        }
    }

    @ParameterizedTest
    @EnumSource
    void state_isReadAsItIsWritten(SimState state) {
        assertThat(SimState.parse(state.text())).isEqualTo(state);
    }
}
