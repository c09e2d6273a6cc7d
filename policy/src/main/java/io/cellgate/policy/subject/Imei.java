package io.cellgate.policy.subject;

import org.jspecify.annotations.Nullable;

/**
 * The identity of a modem, TS 23.003 §6.2: TAC (8 digits), serial number (6), then nothing, a check or spare
 * digit (IMEI, 15) or a two-digit software version (IMEISV, 16). Two of them name the same modem when their
 * first 14 digits agree: the rest changes with the software or with who reports it.
 */
public record Imei(String digits) {
    public Imei {
        Digits.require("imei", digits, 14, 16);
    }

    public boolean isSameModemAs(Imei other) {
        return digits.regionMatches(0, other.digits, 0, 14);
    }

    /** The Type Allocation Code: maker and model. */
    public String tac() {
        return digits.substring(0, 8);
    }

    /** TAC and serial number: the part that names the modem. */
    public String modem() {
        return digits.substring(0, 14);
    }

    /** The 15-digit form with its check digit computed, TS 23.003 Annex B. */
    public String withCheckDigit() {
        return modem() + Digits.luhnCheckDigit(modem());
    }

    /** The software version, or null where the modem's network did not send it. */
    public @Nullable String softwareVersion() {
        return digits.length() == 16 ? digits.substring(14) : null;
    }

    @Override
    public String toString() {
        return digits;
    }
}
