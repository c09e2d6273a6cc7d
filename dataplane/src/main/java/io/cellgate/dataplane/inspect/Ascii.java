package io.cellgate.dataplane.inspect;

import java.nio.charset.StandardCharsets;
import org.agrona.DirectBuffer;

/** The character classes of RFC 9110 and RFC 3986, and comparison of octets with lower-case text. */
final class Ascii {
    private static final byte TOKEN = 1;
    private static final byte UNRESERVED = 2;
    private static final byte PATH = 4;
    private static final byte HOST = 8;
    private static final byte[] CLASSES = new byte[128];

    static {
        mark("!#$%&'*+-.^_`|~", TOKEN); // RFC 9110 §5.6.2
        mark("-._~", (byte) (UNRESERVED | PATH)); // RFC 3986 §2.3
        mark("!$&'()*+,;=:@/", PATH); // RFC 3986 §3.3, percent apart
        mark("-._", HOST); // what of RFC 3986 §3.2.2 a DNS name or an IPv4 address may have
        for (char c = 0; c < CLASSES.length; c++) {
            if ((c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z')) {
                CLASSES[c] = TOKEN | UNRESERVED | PATH | HOST;
            }
        }
    }

    private Ascii() {}

    private static void mark(String characters, byte classes) {
        for (byte octet : bytes(characters)) {
            CLASSES[octet] |= classes;
        }
    }

    static byte[] bytes(String ascii) {
        return ascii.getBytes(StandardCharsets.US_ASCII);
    }

    static boolean isToken(byte octet) {
        return is(octet, TOKEN);
    }

    static boolean isUnreserved(byte octet) {
        return is(octet, UNRESERVED);
    }

    static boolean isPath(byte octet) {
        return is(octet, PATH);
    }

    static boolean isHost(byte octet) {
        return is(octet, HOST);
    }

    private static boolean is(byte octet, byte classes) {
        return octet >= 0 && (CLASSES[octet] & classes) != 0;
    }

    /** C0 controls and DEL; not obs-text. */
    static boolean isControl(byte octet) {
        return (octet >= 0 && octet < 0x20) || octet == 0x7f;
    }

    static boolean isDigit(byte octet) {
        return octet >= '0' && octet <= '9';
    }

    static byte lower(byte octet) {
        return octet >= 'A' && octet <= 'Z' ? (byte) (octet + ('a' - 'A')) : octet;
    }

    /** The value of a hexadecimal digit, or -1. */
    static int hex(byte octet) {
        if (isDigit(octet)) {
            return octet - '0';
        }
        byte letter = lower(octet);
        return letter >= 'a' && letter <= 'f' ? letter - 'a' + 10 : -1;
    }

    static boolean equalsIgnoreCase(DirectBuffer buffer, int offset, int length, byte[] lower) {
        if (length != lower.length) {
            return false;
        }
        for (int i = 0; i < length; i++) {
            if (lower(buffer.getByte(offset + i)) != lower[i]) {
                return false;
            }
        }
        return true;
    }

    static boolean equals(DirectBuffer buffer, int offset, int length, byte[] exactly) {
        if (length != exactly.length) {
            return false;
        }
        for (int i = 0; i < length; i++) {
            if (buffer.getByte(offset + i) != exactly[i]) {
                return false;
            }
        }
        return true;
    }

    static boolean equalsIgnoreCase(DirectBuffer buffer, int a, int b, int length) {
        for (int i = 0; i < length; i++) {
            if (lower(buffer.getByte(a + i)) != lower(buffer.getByte(b + i))) {
                return false;
            }
        }
        return true;
    }
}
