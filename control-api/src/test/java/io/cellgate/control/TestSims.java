package io.cellgate.control;

/** Numbers of SIMs for tests, of Germany's test network 262 99. */
final class TestSims {
    private TestSims() {}

    static String iccid(int number) {
        String body = "894999" + String.format("%012d", number);
        return body + luhn(body);
    }

    /** With a check digit that is not right. */
    static String wrongIccid(int number) {
        String right = iccid(number);
        int last = right.length() - 1;
        return right.substring(0, last) + (right.charAt(last) - '0' + 1) % 10;
    }

    static String imsi(int number) {
        return "26299" + String.format("%010d", number);
    }

    /** ISO/IEC 7812-1 Annex B. */
    private static int luhn(String digits) {
        int sum = 0;
        for (int i = 0; i < digits.length(); i++) {
            int digit = digits.charAt(digits.length() - 1 - i) - '0';
            int weighted = i % 2 == 0 ? 2 * digit : digit;
            sum += weighted > 9 ? weighted - 9 : weighted;
        }
        return (10 - sum % 10) % 10;
    }
}
