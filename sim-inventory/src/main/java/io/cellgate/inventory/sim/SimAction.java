package io.cellgate.inventory.sim;

import java.util.Arrays;
import java.util.stream.Collectors;

/** What moves a SIM from state to state. The first three come with its order, the others are its owner's to ask. */
public enum SimAction {
    ALLOCATE("allocated"),
    RELEASE("released"),
    DELIVER("delivered"),
    ACTIVATE("activated"),
    SUSPEND("suspended"),
    RESUME("resumed"),
    DEACTIVATE("deactivated"),
    TERMINATE("terminated");

    private final String past;

    SimAction(String past) {
        this.past = past;
    }

    /** Whether it is an owner's to ask, and not a step of an order. */
    public boolean isOwners() {
        return compareTo(ACTIVATE) >= 0;
    }

    /** The kind of the event that tells of it. */
    public String event() {
        return "sim." + past;
    }

    /** The states that it starts from, for people. */
    String from() {
        return Arrays.stream(SimState.values()).filter(state -> state.after(this) != null)
                .map(SimState::text).collect(Collectors.joining(" or "));
    }

    /** Where it leads, whatever it starts from. */
    public SimState goal() {
        return switch (this) {
            case ALLOCATE -> SimState.ALLOCATED;
            case RELEASE -> SimState.INVENTORY;
            case DELIVER -> SimState.READY;
            case ACTIVATE, RESUME -> SimState.ACTIVE;
            case SUSPEND -> SimState.SUSPENDED;
            case DEACTIVATE -> SimState.DEACTIVATED;
            case TERMINATE -> SimState.TERMINATED;
        };
    }
}
