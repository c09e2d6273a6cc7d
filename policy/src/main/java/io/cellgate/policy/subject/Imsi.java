package io.cellgate.policy.subject;

/**
 * An International Mobile Subscriber Identity, TS 23.003 §2.2: MCC (3 digits), MNC (2 or 3), MSIN; 6 to 15
 * digits together. How many digits the MNC has is not in the IMSI itself; see {@link Plmn#isHomeOf}.
 */
public record Imsi(String digits) implements Comparable<Imsi> {
    public Imsi {
        Digits.require("imsi", digits, 6, 15);
    }

    @Override
    public int compareTo(Imsi other) {
        return digits.compareTo(other.digits);
    }

    @Override
    public String toString() {
        return digits;
    }
}
