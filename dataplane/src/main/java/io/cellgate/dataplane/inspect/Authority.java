package io.cellgate.dataplane.inspect;

import org.agrona.DirectBuffer;

/** {@code host [":" port]}, as offsets from the head's first octet. */
final class Authority {
    private int offset;
    private int length;
    private int port;

    /** Without the brackets of an IPv6 address. */
    int offset() {
        return offset;
    }

    int length() {
        return length;
    }

    /** -1 if none is named. */
    int port() {
        return port;
    }

    void reset() {
        offset = 0;
        length = 0;
        port = -1;
    }

    boolean isRead() {
        return length > 0;
    }

    /** @return false if that is none */
    boolean read(DirectBuffer head, int base, int start, int end) {
        int at = start;
        if (at < end && head.getByte(base + at) == '[') {
            offset = ++at;
            while (at < end && isIpv6(head.getByte(base + at))) {
                at++;
            }
            length = at - offset;
            if (at == end || head.getByte(base + at) != ']') {
                return false;
            }
            at++;
        } else {
            offset = start;
            while (at < end && Ascii.isHost(head.getByte(base + at))) {
                at++;
            }
            length = at - start;
        }
        return length > 0 && (at == end || readPort(head, base, at, end));
    }

    private static boolean isIpv6(byte octet) {
        return octet == ':' || octet == '.' || Ascii.hex(octet) >= 0;
    }

    private boolean readPort(DirectBuffer head, int base, int colon, int end) {
        if (head.getByte(base + colon) != ':' || end - colon > 6) {
            return false;
        }
        int number = 0;
        for (int i = colon + 1; i < end; i++) {
            byte octet = head.getByte(base + i);
            if (!Ascii.isDigit(octet)) {
                return false;
            }
            number = number * 10 + (octet - '0');
        }
        port = end - colon == 1 ? -1 : number; // "host:" is allowed, RFC 3986 §3.2.3
        return number <= 0xffff;
    }

    boolean isSame(DirectBuffer head, int base, Authority other) {
        return length == other.length && port == other.port
                && Ascii.equalsIgnoreCase(head, base + offset, base + other.offset, length);
    }
}
