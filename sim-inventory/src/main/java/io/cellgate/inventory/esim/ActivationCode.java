package io.cellgate.inventory.esim;

import java.util.Locale;
import java.util.regex.Pattern;

/**
 * What a device is told to download a profile, SGP.22 §4.1:
 *
 * <pre>
 *   LPA:1$smdp.example.com$04386-AGYFT-A74Y8-3F815[$1.3.6.1.4.1.31746[$1]]
 *       │  SM-DP+ address   matching ID              SM-DP+ OID       a confirmation code is needed
 *       format
 * </pre>
 *
 * Whoever has it can have the profile, so it is a secret, and says nothing of itself in any text form but {@link #text}.
 */
public final class ActivationCode {
    private static final int MAX_CHARS = 255;
    private static final String EXPECTED = "LPA:1$ADDRESS$MATCHING-ID, and maybe $OID and $1 (SGP.22 §4.1)";
    private static final Pattern FORM = Pattern.compile("LPA:1\\$"
            + "(?=[^$]{1,253}\\$)[A-Z0-9]([A-Z0-9-]{0,61}[A-Z0-9])?(\\.[A-Z0-9]([A-Z0-9-]{0,61}[A-Z0-9])?)+"
            + "\\$[A-Z0-9-]{1,255}(\\$([0-2](\\.(0|[1-9][0-9]*))+)?(\\$1?)?)?");

    private final String text;

    private ActivationCode(String text) {
        this.text = text;
    }

    /**
     * Reads one; the address may be in small letters.
     *
     * @throws IllegalArgumentException without the value in its message
     */
    public static ActivationCode parse(String text) {
        if (text.length() > MAX_CHARS) {
            throw new IllegalArgumentException("activation_code: got " + text.length()
                    + " characters, expected at most " + MAX_CHARS);
        }
        int address = text.indexOf('$');
        int matching = text.indexOf('$', address + 1);
        if (address < 0 || matching < 0 || !FORM.matcher(text.substring(0, address)
                + text.substring(address, matching).toUpperCase(Locale.ROOT)
                + text.substring(matching)).matches()) {
            throw new IllegalArgumentException("activation_code: got " + text.length()
                    + " characters that are not so, expected " + EXPECTED);
        }
        return new ActivationCode(text);
    }

    /** The whole of it, as a QR code holds it. */
    public String text() {
        return text;
    }

    /** Where the profile is downloaded from. */
    public String smdpAddress() {
        return text.split("\\$", -1)[1];
    }

    /** Whether the user is asked for a code that comes by another way. */
    public boolean needsConfirmationCode() {
        return text.endsWith("$1") && text.split("\\$", -1).length == 5;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof ActivationCode code && text.equals(code.text);
    }

    @Override
    public int hashCode() {
        return text.hashCode();
    }

    @Override
    public String toString() {
        return "ActivationCode[" + smdpAddress() + "]";
    }
}
