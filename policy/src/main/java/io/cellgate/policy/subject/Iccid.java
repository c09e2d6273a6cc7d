package io.cellgate.policy.subject;

/**
 * The number of a SIM card, ITU-T E.118: 18 to 20 digits starting with 89, the last one a Luhn check digit
 * where there are 19 or 20 of them. Some manufacturers leave the check digit out (18 or 19 digits); such a
 * number is taken as it is when it is 18 digits long.
 */
public record Iccid(String digits) implements Comparable<Iccid> {
    public Iccid {
        Digits.require("iccid", digits, 18, 20);
        if (!digits.startsWith("89")) {
            throw new IllegalArgumentException(
                    "iccid: got \"" + digits + "\", expected it to start with 89 (ITU-T E.118)");
        }
        if (digits.length() > 18) {
            int expected = Digits.luhnCheckDigit(digits.substring(0, digits.length() - 1));
            if (digits.charAt(digits.length() - 1) - '0' != expected) {
                throw new IllegalArgumentException("iccid: got \"" + digits
                        + "\", expected check digit " + expected + " at its end (Luhn)");
            }
        }
    }

    /** The card whose number begins with these digits and ends with their check digit. */
    public static Iccid checked(String digits) {
        return new Iccid(digits + Digits.luhnCheckDigit(digits));
    }

    @Override
    public int compareTo(Iccid other) {
        return digits.compareTo(other.digits);
    }

    @Override
    public String toString() {
        return digits;
    }
}
