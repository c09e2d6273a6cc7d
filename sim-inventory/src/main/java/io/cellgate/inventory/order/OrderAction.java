package io.cellgate.inventory.order;

/** What moves an order on. The customer confirms, receives and cancels; the operator does the rest. */
public enum OrderAction {
    CONFIRM, ALLOCATE, KIT, SHIP, RECEIVE, CANCEL;

    /** Whether the customer may ask it, and not the operator alone. */
    public boolean isCustomers() {
        return this == CONFIRM || this == RECEIVE || this == CANCEL;
    }

    /** Where it leads. */
    OrderState goal() {
        return switch (this) {
            case CONFIRM -> OrderState.CONFIRMED;
            case ALLOCATE -> OrderState.ALLOCATED;
            case KIT -> OrderState.KITTING;
            case SHIP -> OrderState.SHIPPED;
            case RECEIVE -> OrderState.RECEIVED;
            case CANCEL -> OrderState.CANCELLED;
        };
    }
}
