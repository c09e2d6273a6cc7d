package io.cellgate.inventory.batch;

import io.cellgate.inventory.esim.ActivationCode;
import io.cellgate.inventory.vault.SimSecret;
import io.cellgate.policy.subject.Iccid;
import io.cellgate.policy.subject.Imsi;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One line of a manufacturer's file, read. */
sealed interface SimLine {
    long line();

    /** A SIM. */
    record Read(long line, Iccid iccid, Imsi imsi, @Nullable String msisdn,
            @Nullable SimSecret secret, @Nullable ActivationCode code) implements SimLine {}

    /** Not a SIM, and why. */
    record Unreadable(long line, @Nullable String iccid, String detail) implements SimLine {}

    /** Checks a line's values by their names. A value that a column is not for may be a key: it is never repeated. */
    static SimLine of(long line, Map<String, String> values, boolean isEsim) {
        String iccid = values.getOrDefault("iccid", "");
        String shown = isDigits(iccid, 18, 20) ? iccid : null;
        if (shown == null) {
            return new Unreadable(line, null,
                    "iccid: " + got(iccid) + ", expected 18 to 20 digits");
        }
        String imsi = values.getOrDefault("imsi", "");
        if (!isDigits(imsi, 6, 15)) {
            return new Unreadable(line, shown, "imsi: " + got(imsi) + ", expected 6 to 15 digits");
        }
        String msisdn = values.getOrDefault("msisdn", "");
        if (msisdn.startsWith("+")) {
            msisdn = msisdn.substring(1);
        }
        if (!msisdn.isEmpty() && !isDigits(msisdn, 5, 15)) {
            return new Unreadable(line, shown, "msisdn: " + got(msisdn)
                    + ", expected 5 to 15 digits (E.164) or nothing");
        }
        String ki = values.getOrDefault("ki", "");
        String opc = values.getOrDefault("opc", "");
        if (ki.isEmpty() != opc.isEmpty()) {
            return new Unreadable(line, shown, (ki.isEmpty() ? "ki" : "opc")
                    + ": got nothing, expected ki and opc, or neither");
        }
        String code = values.getOrDefault("activation_code", "");
        if (code.isEmpty() == isEsim) {
            return new Unreadable(line, shown, "activation_code: got "
                    + (isEsim ? "nothing, expected one" : "one, expected none")
                    + (isEsim ? " of each eSIM profile" : ", as the batch is of no eSIM product"));
        }
        try {
            return new Read(line, new Iccid(iccid), new Imsi(imsi),
                    msisdn.isEmpty() ? null : msisdn,
                    ki.isEmpty()
                            ? null
                            : SimSecret.ofHex(ki.toUpperCase(Locale.ROOT),
                                    opc.toUpperCase(Locale.ROOT)),
                    isEsim ? ActivationCode.parse(code) : null);
        } catch (IllegalArgumentException e) {
            return new Unreadable(line, shown, String.valueOf(e.getMessage()));
        }
    }

    private static boolean isDigits(String value, int min, int max) {
        boolean digits = value.length() >= min && value.length() <= max;
        for (int i = 0; digits && i < value.length(); i++) {
            digits = value.charAt(i) >= '0' && value.charAt(i) <= '9';
        }
        return digits;
    }

    private static String got(String value) {
        if (value.isEmpty()) {
            return "got nothing";
        }
        return isDigits(value, 1, 20)
                ? "got \"" + value + "\""
                : "got " + value.length()
                        + " characters";
    }
}
