package io.cellgate.dataplane.inspect;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import org.agrona.DirectBuffer;

/**
 * The JA4 fingerprint of a ClientHello (FoxIO, JA4: TLS Client Fingerprinting): what the client's software offers, in
 * an order that does not depend on how it shuffles.
 *
 * <pre>
 *   t13d1516h2_8daaf6152771_e5627efa2ab1
 *   |||| | |   |            cipher suites aside: the extensions, sorted, without server_name and ALPN, and behind _ the
 *   |||| | |   |            signature algorithms as offered; the first 12 digits of the SHA-256 of their hexadecimal text
 *   |||| | |   cipher suites, sorted, likewise
 *   |||| | first and last character of the first ALPN name, 00 without
 *   |||| number of cipher suites, of extensions
 *   ||| d: there is a server name, i: there is none
 *   | highest version
 *   over TCP
 * </pre>
 *
 * <p>GREASE values (RFC 8701) do not count. One thread.
 */
public final class Ja4 {
    private static final int SERVER_NAME = 0;
    private static final int SIGNATURE_ALGORITHMS = 13;
    private static final int ALPN = 16;
    private static final int HASH_DIGITS = 12;
    private static final String NOTHING = "000000000000";

    private final MessageDigest sha256;
    private final int[] values = new int[ClientHello.MAX_LENGTH / 2];
    private int count;

    public Ja4() {
        try {
            sha256 = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("each Java platform has SHA-256", impossible);
        }
    }

    /** Of a hello that was read without fault. */
    public String of(ClientHello hello) {
        DirectBuffer message = hello.message();
        StringBuilder text = new StringBuilder(36).append('t').append(version(hello))
                .append(hello.sniLength() > 0 ? 'd' : 'i');
        count = 0;
        for (int at = hello.suitesOffset(); at < hello.suitesEnd(); at += 2) {
            add(ClientHello.u16(message, at));
        }
        appendCount(text, count);
        String suites = sortedText();
        int extensions = 0;
        int algorithms = 0;
        count = 0;
        for (int at = hello.extensionsOffset(); at < hello.extensionsEnd(); at += 4
                + ClientHello.u16(message, at + 2)) {
            int type = ClientHello.u16(message, at);
            extensions += isGrease(type) ? 0 : 1;
            if (type == SIGNATURE_ALGORITHMS) {
                algorithms = at;
            }
            if (type != SERVER_NAME && type != ALPN) {
                add(type);
            }
        }
        appendCount(text, extensions);
        appendAlpn(text, hello, message);
        String offered = sortedText();
        count = 0;
        if (algorithms > 0) {
            int end = algorithms + 4 + ClientHello.u16(message, algorithms + 2);
            for (int at = algorithms + 6; at + 1 < end; at += 2) {
                add(ClientHello.u16(message, at));
            }
        }
        String behind = count == 0 ? "" : "_" + hexText();
        return text.append('_').append(hash(suites)).append('_')
                .append(offered.isEmpty() ? NOTHING : hash(offered + behind)).toString();
    }

    private static String version(ClientHello hello) {
        return switch (hello.highestVersion()) {
            case 0x0304 -> "13";
            case 0x0303 -> "12";
            case 0x0302 -> "11";
            case 0x0301 -> "10";
            case 0x0300 -> "s3";
            default -> "00";
        };
    }

    private static boolean isGrease(int value) {
        return (value & 0x0f0f) == 0x0a0a && value >>> 8 == (value & 0xff);
    }

    private void add(int value) {
        if (!isGrease(value) && count < values.length) {
            values[count++] = value;
        }
    }

    private static void appendCount(StringBuilder text, int number) {
        int shown = Math.min(number, 99);
        text.append((char) ('0' + shown / 10)).append((char) ('0' + shown % 10));
    }

    private static void appendAlpn(StringBuilder text, ClientHello hello, DirectBuffer message) {
        int name = hello.nextAlpn(0);
        if (name < 0) {
            text.append("00");
            return;
        }
        byte first = message.getByte(name);
        byte last = message.getByte(name + hello.alpnLength(name) - 1);
        if (isAlphanumeric(first) && isAlphanumeric(last)) {
            text.append((char) first).append((char) last);
        } else {
            text.append(Character.forDigit(first >> 4 & 15, 16))
                    .append(Character.forDigit(last & 15, 16));
        }
    }

    private static boolean isAlphanumeric(byte octet) {
        byte letter = Ascii.lower(octet);
        return Ascii.isDigit(octet) || (letter >= 'a' && letter <= 'z');
    }

    private String sortedText() {
        Arrays.sort(values, 0, count);
        return hexText();
    }

    private String hexText() {
        StringBuilder text = new StringBuilder(5 * count);
        for (int i = 0; i < count; i++) {
            text.append(i == 0 ? "" : ",");
            for (int shift = 12; shift >= 0; shift -= 4) {
                text.append(Character.forDigit(values[i] >> shift & 15, 16));
            }
        }
        return text.toString();
    }

    private String hash(String text) {
        return text.isEmpty()
                ? NOTHING
                : HexFormat.of().formatHex(sha256.digest(text.getBytes(StandardCharsets.US_ASCII)))
                        .substring(0, HASH_DIGITS);
    }
}
