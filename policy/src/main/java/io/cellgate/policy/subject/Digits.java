package io.cellgate.policy.subject;

/** Checks shared by the identifiers that are strings of decimal digits. */
final class Digits {
    private Digits() {}

    static String require(String what, String value, int minLength, int maxLength) {
        boolean ok = value.length() >= minLength && value.length() <= maxLength;
        for (int i = 0; ok && i < value.length(); i++) {
            ok = value.charAt(i) >= '0' && value.charAt(i) <= '9';
        }
        if (!ok) {
            String expected = minLength == maxLength
                    ? minLength + " digits"
                    : minLength + " to " + maxLength + " digits";
            throw new IllegalArgumentException(
                    what + ": got \"" + value + "\", expected " + expected);
        }
        return value;
    }

    /** The check digit that ISO/IEC 7812-1 annex B (Luhn) appends to these digits. */
    static int luhnCheckDigit(CharSequence digits) {
        int sum = 0;
        for (int i = 0; i < digits.length(); i++) {
            int d = digits.charAt(digits.length() - 1 - i) - '0';
            int weighted = i % 2 == 0 ? 2 * d : d;
            sum += weighted / 10 + weighted % 10;
        }
        return (10 - sum % 10) % 10;
    }
}
