package io.cellgate.dataplane.session;

import org.jspecify.annotations.Nullable;

/** A radio access technology by its code on the wire, TS 29.274 §8.17 (TS 29.060 §7.7.50 shares 1 to 6). */
public enum Rat {
    UTRAN(1, "utran"),
    GERAN(2, "geran"),
    WLAN(3, "wlan"),
    GAN(4, "gan"),
    HSPA_EVOLUTION(5, "hspa"),
    EUTRAN(6, "eutran"),
    VIRTUAL(7, "virtual"),
    NB_IOT(8, "nb-iot"),
    LTE_M(9, "lte-m"),
    NR(10, "nr");

    private static final Rat[] BY_CODE = values();

    private final int code;
    private final String text;

    Rat(int code, String text) {
        this.code = code;
        this.text = text;
    }

    /** The technology of this code, or null for one that the standard reserves. */
    public static @Nullable Rat ofCode(int code) {
        return code >= 1 && code <= BY_CODE.length ? BY_CODE[code - 1] : null;
    }

    public int code() {
        return code;
    }

    /** How policies and the API write it. */
    public String text() {
        return text;
    }
}
