package io.cellgate.policy;

/** The answers that an override rule gives. */
final class Answers {
    private Answers() {}

    /** Only digits and dots, or a colon: what cannot be a host's name (RFC 1123 §2.1). */
    static boolean looksLikeAddress(String text) {
        if (text.indexOf(':') >= 0) {
            return true;
        }
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if ((c < '0' || c > '9') && c != '.') {
                return false;
            }
        }
        return true;
    }
}
