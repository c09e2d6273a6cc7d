package io.cellgate.inventory.order;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** How far an order is: quoted → confirmed → allocated → kitting → shipped → received, or cancelled before shipped. */
public enum OrderState {
    /** We said what it costs; the price holds for a while. */
    QUOTED,
    /** The customer wants it at that price. */
    CONFIRMED,
    /** Its SIMs are set aside. */
    ALLOCATED,
    /** Its SIMs are being packed. */
    KITTING,
    /** On its way. */
    SHIPPED,
    /** With the customer: its SIMs are ready. */
    RECEIVED,
    /** Called off; its SIMs went back into stock. */
    CANCELLED;

    /** Where an action leads from here, or null if there is no such transition. This is the only table of them. */
    public @Nullable OrderState after(OrderAction action) {
        return switch (action) {
            case CONFIRM -> this == QUOTED ? CONFIRMED : null;
            case ALLOCATE -> this == CONFIRMED ? ALLOCATED : null;
            case KIT -> this == ALLOCATED ? KITTING : null;
            case SHIP -> this == KITTING ? SHIPPED : null;
            case RECEIVE -> this == SHIPPED ? RECEIVED : null;
            case CANCEL -> compareTo(SHIPPED) < 0 ? CANCELLED : null;
        };
    }

    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** @throws IllegalArgumentException if it names no state */
    public static OrderState parse(String text) {
        OrderState state = valueOf(text.toUpperCase(Locale.ROOT));
        if (!state.text().equals(text)) {
            throw new IllegalArgumentException(
                    "state: got \"" + text + "\", expected small letters");
        }
        return state;
    }
}
