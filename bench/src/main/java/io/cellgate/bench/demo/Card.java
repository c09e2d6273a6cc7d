package io.cellgate.bench.demo;

/** A SIM card of the demo and the modem that it belongs into. */
public record Card(String name, String iccid, String imsi, String msisdn, String imei) {
    private static final String ISSUER = "894921000000000";
    private static final String HOME = "26201";

    /** The nth card, with the check digits that ITU-T E.118 and TS 23.003 Annex B ask for. */
    public static Card number(String name, int n) {
        String account = ISSUER + "%03d".formatted(n);
        String modem = "35349006%06d".formatted(9_000 + n);
        return new Card(name, account + checkDigit(account), HOME + "%010d".formatted(7_000 + n),
                "49151%07d".formatted(n), modem + checkDigit(modem));
    }

    /** ISO/IEC 7812-1 Annex B. */
    private static int checkDigit(String digits) {
        int sum = 0;
        for (int i = 0; i < digits.length(); i++) {
            int digit = digits.charAt(digits.length() - 1 - i) - '0';
            int doubled = i % 2 == 0 ? 2 * digit : digit;
            sum += doubled / 10 + doubled % 10;
        }
        return (10 - sum % 10) % 10;
    }
}
