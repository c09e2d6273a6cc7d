package io.cellgate.dataplane.inspect;

import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;
import org.jspecify.annotations.Nullable;

/**
 * What a request asks for, in one of the four forms of RFC 9112 §3.2: its authority, its path in normal form and its
 * query. Offsets count from the head's first octet.
 *
 * <pre>
 *   /v1/t?unit=7                      origin form
 *   http://api.example.com/v1/t       absolute form, with an authority
 *   api.example.com:443               of CONNECT
 *   *                                 of OPTIONS
 * </pre>
 */
final class RequestTarget {
    private static final byte[] HTTP_SCHEME = Ascii.bytes("http://");
    private static final byte[] HTTPS_SCHEME = Ascii.bytes("https://");

    private final MutableDirectBuffer path;
    private final Authority authority = new Authority();
    private int pathLength;
    private int queryOffset;
    private int queryLength = -1;

    /** @param scratch takes the path */
    RequestTarget(MutableDirectBuffer scratch) {
        path = scratch;
    }

    void reset() {
        authority.reset();
        pathLength = 0;
        queryOffset = 0;
        queryLength = -1;
    }

    /** Reads the target from start to end, which is not empty. Returns what is wrong with it, or null. */
    @Nullable
    StreamFault read(DirectBuffer head, int base, int start, int end, boolean ofConnect,
            boolean ofOptions) {
        byte first = head.getByte(base + start);
        if (ofConnect) {
            return authority.read(head, base, start, end) && authority.port() >= 0
                    ? null
                    : StreamFault.HTTP_TARGET;
        }
        if (first == '/') {
            return pathAndQuery(head, base, start, end);
        }
        if (first == '*' && end - start == 1 && ofOptions) {
            path.putByte(0, (byte) '*');
            pathLength = 1;
            return null;
        }
        return absolute(head, base, start, end);
    }

    private @Nullable StreamFault absolute(DirectBuffer head, int base, int start, int end) {
        int scheme = startsWith(head, base + start, end - start, HTTP_SCHEME)
                ? HTTP_SCHEME.length
                : startsWith(head, base + start, end - start, HTTPS_SCHEME)
                        ? HTTPS_SCHEME.length
                        : 0;
        if (scheme == 0) {
            return StreamFault.HTTP_TARGET;
        }
        int from = start + scheme;
        int after = from;
        while (after < end && head.getByte(base + after) != '/'
                && head.getByte(base + after) != '?') {
            after++;
        }
        return authority.read(head, base, from, after)
                ? pathAndQuery(head, base, after, end)
                : StreamFault.HTTP_HOST_SYNTAX;
    }

    private static boolean startsWith(DirectBuffer head, int at, int length, byte[] scheme) {
        return length >= scheme.length && Ascii.equalsIgnoreCase(head, at, scheme.length, scheme);
    }

    private @Nullable StreamFault pathAndQuery(DirectBuffer head, int base, int start, int end) {
        int question = start;
        while (question < end && head.getByte(base + question) != '?') {
            question++;
        }
        if (question < end) {
            queryOffset = question + 1;
            queryLength = end - queryOffset;
            StreamFault inQuery = HttpPath.query(head, base + queryOffset, queryLength);
            if (inQuery != null) {
                return inQuery;
            }
        }
        if (question == start) { // http://host?query
            path.putByte(0, (byte) '/');
            pathLength = 1;
            return null;
        }
        pathLength = HttpPath.normalise(head, base + start, question - start, path);
        return pathLength < 0 ? StreamFault.HTTP_PATH_AMBIGUOUS : null;
    }

    /** Read where the target names one. */
    Authority authority() {
        return authority;
    }

    DirectBuffer path() {
        return path;
    }

    int pathLength() {
        return pathLength;
    }

    int queryOffset() {
        return queryOffset;
    }

    /** -1 without a question mark. */
    int queryLength() {
        return queryLength;
    }
}
