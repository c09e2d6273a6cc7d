package io.cellgate.policy;

/** Comparisons of texts that may be strings or reusable buffers; none allocates. */
final class Texts {
    private Texts() {}

    static boolean equal(CharSequence text, String expected) {
        return text instanceof String string
                ? string.equals(expected)
                : expected.contentEquals(text);
    }

    static boolean equalsIgnoringCase(CharSequence text, String lowerCase) {
        int length = text.length();
        if (length != lowerCase.length()) {
            return false;
        }
        for (int i = 0; i < length; i++) {
            char c = text.charAt(i);
            if ((c >= 'A' && c <= 'Z' ? (char) (c + 32) : c) != lowerCase.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    static boolean regionMatches(CharSequence text, int offset, String part) {
        if (offset < 0 || text.length() - offset < part.length()) {
            return false;
        }
        if (text instanceof String string) {
            return string.startsWith(part, offset);
        }
        for (int i = 0; i < part.length(); i++) {
            if (text.charAt(offset + i) != part.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    static boolean contains(CharSequence text, String part) {
        if (text instanceof String string) {
            return string.contains(part);
        }
        int last = text.length() - part.length();
        for (int i = 0; i <= last; i++) {
            if (regionMatches(text, i, part)) {
                return true;
            }
        }
        return false;
    }

    /** What {@link String#hashCode} would be. */
    static int hash(CharSequence text) {
        if (text instanceof String string) {
            return string.hashCode();
        }
        int hash = 0;
        for (int i = 0; i < text.length(); i++) {
            hash = 31 * hash + text.charAt(i);
        }
        return hash;
    }
}
