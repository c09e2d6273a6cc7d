package io.cellgate.dataplane.gtpc;

import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * An Access Point Name, TS 23.003 §9.1: labels with their lengths before them, like a DNS name without its root.
 * The network identifier may be followed by the operator identifier {@code mncXXX.mccXXX.gprs}.
 */
final class ApnLabels {
    private static final Pattern OPERATOR = Pattern.compile("\\.mnc\\d{2,3}\\.mcc\\d{3}\\.gprs$");

    private ApnLabels() {}

    /** The network identifier in lower case, or null where the octets are no APN. */
    static @Nullable String networkIdentifier(Octets octets) {
        if (octets.length() == 0 || octets.length() > 100) {
            return null;
        }
        StringBuilder name = new StringBuilder(octets.length());
        int at = 0;
        while (at < octets.length()) {
            int labelLength = octets.u8(at++);
            if (labelLength == 0 || labelLength > 63 || labelLength > octets.length() - at) {
                return null;
            }
            if (!name.isEmpty()) {
                name.append('.');
            }
            for (int end = at + labelLength; at < end; at++) {
                int c = octets.u8(at);
                if (!isNameCharacter(c)) {
                    return null;
                }
                name.append((char) c);
            }
        }
        return OPERATOR.matcher(name.toString().toLowerCase(Locale.ROOT)).replaceFirst("");
    }

    private static boolean isNameCharacter(int c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9')
                || c == '-' || c == '_' || c == '*';
    }

    static byte[] octets(String apn) {
        OctetWriter out = new OctetWriter();
        for (String label : apn.split("\\.", -1)) {
            byte[] ascii = label.getBytes(StandardCharsets.US_ASCII);
            out.u8(ascii.length).octets(ascii);
        }
        return out.toArray();
    }
}
