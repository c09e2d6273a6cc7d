package io.cellgate.policy.subject;

/**
 * The number of an eUICC: 32 digits of which the last two are check digits, so that the whole as a number leaves 1 when
 * it is divided by 97 (ISO/IEC 7064 MOD 97-10; SGP.02 §2.2.2 and Annex J, SGP.29). It need not begin with 89.
 */
public record Eid(String digits) {
    private static final int LENGTH = 32;
    private static final int MODULUS = 97;

    public Eid {
        Digits.require("eid", digits, LENGTH, LENGTH);
        if (remainder(digits) != 1) {
            String body = digits.substring(0, LENGTH - 2);
            throw new IllegalArgumentException(
                    "eid: got \"" + digits + "\", expected check digits "
                            + String.format("%02d", MODULUS + 1 - remainder(body + "00"))
                            + " at its end (MOD 97-10)");
        }
    }

    private static int remainder(String digits) {
        int remainder = 0;
        for (int i = 0; i < digits.length(); i++) {
            remainder = (remainder * 10 + digits.charAt(i) - '0') % MODULUS;
        }
        return remainder;
    }

    @Override
    public String toString() {
        return digits;
    }
}
