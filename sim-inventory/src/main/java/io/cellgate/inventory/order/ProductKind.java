package io.cellgate.inventory.order;

import java.util.Locale;

/** What a product's SIM is made as. */
public enum ProductKind {
    /** A plastic card in any of its sizes. */
    CARD,
    /** A chip to be soldered, ETSI TS 102 671. */
    MFF2,
    /** A profile to download, GSMA SGP.22. */
    ESIM;

    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** @throws IllegalArgumentException if it names no kind */
    public static ProductKind parse(String text) {
        return valueOf(text.toUpperCase(Locale.ROOT));
    }
}
