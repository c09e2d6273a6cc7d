package io.cellgate.inventory.order;

import java.util.Locale;

/** What a product's SIM is made as. */
public enum ProductKind {
    /** A plastic card in any of its sizes. */
    CARD,
    /** A chip to be soldered, ETSI TS 102 671. */
    MFF2;

    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }
}
