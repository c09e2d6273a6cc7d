package io.cellgate.inventory.sim;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Where a SIM is in its life.
 *
 * <pre>
 *   inventory ──allocate──► allocated ──deliver──► ready ──activate──► active ⇄ suspended
 *       ▲                       │                                        │ suspend/resume │
 *       └───────release─────────┘                                        └──deactivate──┬─┘
 *                                          terminated ◄──terminate── deactivated ◄──────┘
 * </pre>
 */
public enum SimState {
    /** In our stock: of no account. */
    INVENTORY,
    /** Set aside for an order. */
    ALLOCATED,
    /** With the customer, not yet in service. */
    READY,
    /** In service. */
    ACTIVE,
    /** Out of service for a while. */
    SUSPENDED,
    /** Out of service for good. */
    DEACTIVATED,
    /** Gone for good: its record remains. */
    TERMINATED;

    /** Where an action leads from here, or null if there is no such transition. This is the only table of them. */
    public @Nullable SimState after(SimAction action) {
        return switch (this) {
            case INVENTORY -> action == SimAction.ALLOCATE ? ALLOCATED : null;
            case ALLOCATED -> switch (action) {
                case RELEASE -> INVENTORY;
                case DELIVER -> READY;
                case ALLOCATE, ACTIVATE, SUSPEND, RESUME, DEACTIVATE, TERMINATE -> null;
            };
            case READY -> action == SimAction.ACTIVATE ? ACTIVE : null;
            case ACTIVE -> switch (action) {
                case SUSPEND -> SUSPENDED;
                case DEACTIVATE -> DEACTIVATED;
                case ALLOCATE, RELEASE, DELIVER, ACTIVATE, RESUME, TERMINATE -> null;
            };
            case SUSPENDED -> switch (action) {
                case RESUME -> ACTIVE;
                case DEACTIVATE -> DEACTIVATED;
                case ALLOCATE, RELEASE, DELIVER, ACTIVATE, SUSPEND, TERMINATE -> null;
            };
            case DEACTIVATED -> action == SimAction.TERMINATE ? TERMINATED : null;
            case TERMINATED -> null;
        };
    }

    /** How the API, events and {@code sim.status} write it. */
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** @throws IllegalArgumentException if it names no state */
    public static SimState parse(String text) {
        SimState state = valueOf(text.toUpperCase(Locale.ROOT));
        if (!state.text().equals(text)) {
            throw new IllegalArgumentException(
                    "state: got \"" + text + "\", expected small letters");
        }
        return state;
    }
}
