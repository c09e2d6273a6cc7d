package io.cellgate.policy.subject;

/** A mobile network: its country code (MCC, 3 digits) and network code (MNC, 2 or 3), TS 23.003 §12.1. */
public record Plmn(String mcc, String mnc) {
    public Plmn {
        Digits.require("mcc", mcc, 3, 3);
        Digits.require("mnc", mnc, 2, 3);
    }

    /** Reads {@code "26201"} or {@code "310410"}: three digits of MCC, the rest is the MNC. */
    public static Plmn parse(String digits) {
        Digits.require("plmn", digits, 5, 6);
        return new Plmn(digits.substring(0, 3), digits.substring(3));
    }

    /** Whether this network issued the SIM: its MCC and MNC are the IMSI's first digits. */
    public boolean isHomeOf(Imsi imsi) {
        return imsi.digits().startsWith(mcc) && imsi.digits().startsWith(mnc, 3);
    }

    @Override
    public String toString() {
        return mcc + mnc;
    }
}
