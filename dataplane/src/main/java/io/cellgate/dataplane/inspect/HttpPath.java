package io.cellgate.dataplane.inspect;

import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;
import org.jspecify.annotations.Nullable;

/**
 * What {@code http.path} means: the path of a request target in one form, so that a rule on it cannot be passed by
 * writing the path differently.
 *
 * <ul>
 * <li>Percent-encoded unreserved characters are decoded, {@code %7E} to {@code ~} (RFC 3986 §6.2.2.2); other
 * encodings stay, with upper-case digits (§6.2.2.1). They are decoded once: {@code %252e} stays {@code %252e}.
 * <li>{@code .} and {@code ..} segments are removed (§5.2.4, §6.2.2.3), encoded ones too, since they are decoded first.
 * <li>Slashes that follow each other count as one, as the usual servers count them.
 * <li>Letters keep their case; the query is not part of it.
 * </ul>
 *
 * <p>What servers understand differently is a fault: an encoded slash, backslash or control character; characters
 * that RFC 3986 §3.3 does not allow in a path; a {@code ..} that climbs over the root or follows an empty segment
 * ({@code /a//../b} is {@code /a/b} to RFC 3986 and {@code /b} to a server that merges slashes first); a dot segment
 * with parameters ({@code /a/..;x/b}, which Java servers take as {@code ..}).
 *
 * <pre>
 *   /v1/../admin        /admin           /v1/%2e%2e/admin    /admin
 *   /v1/./%61           /v1/a            /v1%2Fadmin         fault
 *   //v1///x            /v1/x            /v1//../admin       fault
 * </pre>
 */
final class HttpPath {
    private HttpPath() {}

    /** Writes the normal form to {@code out} from 0; @return its length, at most {@code length}; or -1: ambiguous */
    static int normalise(DirectBuffer in, int offset, int length, MutableDirectBuffer out) {
        int end = offset + length;
        int written = 0;
        boolean emptySegment = false;
        int at = offset;
        while (at < end) {
            at++; // the slash
            int segment = written + 1;
            out.putByte(written, (byte) '/');
            int to = segment;
            while (at < end && in.getByte(at) != '/') {
                byte octet = in.getByte(at);
                if (octet == '%') {
                    int decoded = decode(in, at, end);
                    if (decoded < 0) {
                        return -1;
                    }
                    if (Ascii.isUnreserved((byte) decoded)) {
                        out.putByte(to++, (byte) decoded);
                    } else {
                        out.putByte(to++, (byte) '%');
                        out.putByte(to++, upper(in.getByte(at + 1)));
                        out.putByte(to++, upper(in.getByte(at + 2)));
                    }
                    at += 3;
                } else if (Ascii.isPath(octet)) {
                    out.putByte(to++, octet);
                    at++;
                } else {
                    return -1;
                }
            }
            int dots = dots(out, segment, to);
            if (dots < 0) {
                return -1;
            }
            boolean last = at == end;
            if (to == segment && !last) {
                emptySegment = true; // written stays: the next slash takes this one's place
            } else if (dots == 0) {
                written = to;
            } else {
                if (dots == 2) {
                    if (written == 0 || emptySegment) {
                        return -1;
                    }
                    do {
                        written--;
                    } while (out.getByte(written) != '/');
                }
                if (last) {
                    out.putByte(written++, (byte) '/');
                }
            }
        }
        return written;
    }

    /** 1 or 2 if the segment is that many dots, 0 if it is another, -1 if it is dots with parameters. */
    private static int dots(DirectBuffer path, int from, int to) {
        int at = from;
        while (at < to && path.getByte(at) == '.') {
            at++;
        }
        int dots = at - from;
        if (dots == 0 || dots > 2) {
            return 0;
        }
        return at == to ? dots : path.getByte(at) == ';' ? -1 : 0;
    }

    private static int decode(DirectBuffer in, int at, int end) {
        if (end - at < 3) {
            return -1;
        }
        int high = Ascii.hex(in.getByte(at + 1));
        int low = Ascii.hex(in.getByte(at + 2));
        if (high < 0 || low < 0) {
            return -1;
        }
        int octet = high << 4 | low;
        return octet == '/' || octet == '\\' || Ascii.isControl((byte) octet) ? -1 : octet;
    }

    private static byte upper(byte hexDigit) {
        return hexDigit >= 'a' ? (byte) (hexDigit - ('a' - 'A')) : hexDigit;
    }

    /** Whether a query has only visible US-ASCII and no fragment; it is not normalised. */
    static @Nullable StreamFault query(DirectBuffer in, int offset, int length) {
        for (int i = 0; i < length; i++) {
            byte octet = in.getByte(offset + i);
            if (octet <= 0x20 || octet == 0x7f || octet == '#') {
                return StreamFault.HTTP_TARGET;
            }
        }
        return null;
    }
}
