package io.cellgate.inventory.order;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class OrderStateTest {
    static Stream<Arguments> pairs() {
        return Arrays.stream(OrderState.values())
                .flatMap(state -> Arrays.stream(OrderAction.values())
                        .map(action -> Arguments.of(state, action)));
    }

    @ParameterizedTest
    @MethodSource("pairs")
    void action_leadsWhereTheTableSays_orNowhere(OrderState from, OrderAction action) {
        List<String> transitions = List.of("quoted CONFIRM confirmed",
                "confirmed ALLOCATE allocated", "allocated KIT kitting", "kitting SHIP shipped",
                "shipped RECEIVE received", "quoted CANCEL cancelled",
                "confirmed CANCEL cancelled", "allocated CANCEL cancelled",
                "kitting CANCEL cancelled");
        OrderState to = from.after(action);
        assertThat(to == null ? List.of() : List.of(from.text() + " " + action + " " + to.text()))
                .isEqualTo(transitions.stream()
                        .filter(line -> line.startsWith(from.text() + " " + action + " "))
                        .toList());
    }
}
