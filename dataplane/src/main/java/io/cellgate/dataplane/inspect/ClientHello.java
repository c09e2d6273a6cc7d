package io.cellgate.dataplane.inspect;

import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.jspecify.annotations.Nullable;

/**
 * A reader of the TLS ClientHello that begins a stream, RFC 8446 §4.1.2, across as many records and segments as it
 * was cut into.
 *
 * <pre>
 *   record      type(1)=22  version(2)=3.x  length(2)  fragment
 *   message     type(1)=1   length(3)       body, which may go on in the next record's fragment
 *   body        version(2) random(32) session_id&lt;1&gt; cipher_suites&lt;2&gt; compression&lt;1&gt; extensions&lt;2&gt;
 * </pre>
 *
 * <p>The fragments are put together in a buffer of the reader's own, {@link #message}; offsets are in it. The body is
 * looked at once it is whole: every length in it must fill exactly what surrounds it.
 */
public final class ClientHello {
    /** A message of more octets than this is a fault. */
    public static final int MAX_LENGTH = 16 * 1024;

    static final int RECORD_HANDSHAKE = 22;

    private static final int RECORD_HEADER = 5;
    private static final int MAX_FRAGMENT = 1 << 14;
    private static final int MESSAGE_HEADER = 4;
    private static final int TYPE_CLIENT_HELLO = 1;
    private static final int EXTENSION_SERVER_NAME = 0;
    private static final int EXTENSION_ALPN = 16;
    private static final int EXTENSION_SUPPORTED_VERSIONS = 43;
    private static final int EXTENSION_ENCRYPTED_CLIENT_HELLO = 0xfe0d;
    private static final int MAX_EXTENSIONS = 256;
    private static final int NAME_TYPE_HOST = 0;

    private final MutableDirectBuffer message;
    private Reading reading = Reading.NEED_MORE;
    private @Nullable StreamFault fault;
    /** Octets of the stream that were taken. */
    private int taken;
    private int fragmentRemaining;
    private int filled;
    private int sniOffset;
    private int sniLength;
    private int alpnOffset;
    private int alpnEnd;
    private int versionsOffset;
    private int versionsEnd;
    private int legacyVersion;
    private int suitesOffset;
    private int suitesEnd;
    private int extensionsOffset;
    private int extensionsEnd;
    private boolean ech;

    public ClientHello() {
        this(new UnsafeBuffer(new byte[MAX_LENGTH]));
    }

    /** @param scratch of at least {@link #MAX_LENGTH} octets, this reader's own between {@link #reset} and its last accessor */
    ClientHello(MutableDirectBuffer scratch) {
        message = scratch;
    }

    /** Forgets everything: the next octet read is the first of another stream. */
    public void reset() {
        reading = Reading.NEED_MORE;
        fault = null;
        taken = 0;
        fragmentRemaining = 0;
        filled = 0;
        sniOffset = 0;
        sniLength = 0;
        alpnOffset = 0;
        alpnEnd = 0;
        versionsOffset = 0;
        versionsEnd = 0;
        legacyVersion = 0;
        suitesOffset = 0;
        suitesEnd = 0;
        extensionsOffset = 0;
        extensionsEnd = 0;
        ech = false;
    }

    /**
     * Reads on.
     *
     * @param offset of the stream's first octet
     * @param length octets from there; the same as last time and more
     */
    public Reading read(DirectBuffer buffer, int offset, int length) {
        while (reading == Reading.NEED_MORE && taken < length) {
            if (fragmentRemaining > 0) {
                int part = Math.min(fragmentRemaining, length - taken);
                part = Math.min(part, wanted() - filled);
                message.putBytes(filled, buffer, offset + taken, part);
                filled += part;
                taken += part;
                fragmentRemaining -= part;
                advance();
            } else if (!recordHeader(buffer, offset, length)) {
                break;
            }
        }
        return reading;
    }

    /** Reads a record header if it is there whole; faults show at their first octet. */
    private boolean recordHeader(DirectBuffer buffer, int offset, int length) {
        int at = offset + taken;
        int there = length - taken;
        if (buffer.getByte(at) != RECORD_HANDSHAKE) {
            if (taken == 0) {
                reading = Reading.NOT_THIS_PROTOCOL;
            } else {
                fail(StreamFault.TLS_RECORD_TYPE);
            }
            return false;
        }
        if (there >= 2 && buffer.getByte(at + 1) != 3) {
            if (taken == 0) {
                reading = Reading.NOT_THIS_PROTOCOL;
            } else {
                fail(StreamFault.TLS_RECORD_VERSION);
            }
            return false;
        }
        if (there < RECORD_HEADER) {
            return false;
        }
        int octets = u16(buffer, at + 3);
        if (octets == 0 || octets > MAX_FRAGMENT) {
            fail(StreamFault.TLS_RECORD_LENGTH);
            return false;
        }
        fragmentRemaining = octets;
        taken += RECORD_HEADER;
        return true;
    }

    private int wanted() {
        return filled < MESSAGE_HEADER ? MESSAGE_HEADER : MESSAGE_HEADER + bodyLength();
    }

    private int bodyLength() {
        return u8(message, 1) << 16 | u16(message, 2);
    }

    private void advance() {
        if (message.getByte(0) != TYPE_CLIENT_HELLO) {
            fail(StreamFault.TLS_NOT_CLIENT_HELLO);
        } else if (filled >= MESSAGE_HEADER && bodyLength() > MAX_LENGTH - MESSAGE_HEADER) {
            fail(StreamFault.MESSAGE_TOO_LONG);
        } else if (filled >= MESSAGE_HEADER && filled == wanted()) {
            StreamFault inBody = body(MESSAGE_HEADER, filled);
            if (inBody == null) {
                reading = Reading.COMPLETE;
            } else {
                fail(inBody);
            }
        }
    }

    private void fail(StreamFault why) {
        reading = Reading.MALFORMED;
        fault = why;
    }

    private @Nullable StreamFault body(int start, int end) {
        int sessionId = start + 2 + 32;
        if (sessionId >= end) {
            return StreamFault.TLS_LENGTH;
        }
        legacyVersion = u16(message, start);
        int suites = sessionId + 1 + u8(message, sessionId);
        if (u8(message, sessionId) > 32 || suites + 2 > end) {
            return StreamFault.TLS_LENGTH;
        }
        int suitesLength = u16(message, suites);
        int compression = suites + 2 + suitesLength;
        if (suitesLength < 2 || suitesLength % 2 != 0 || compression >= end) {
            return StreamFault.TLS_LENGTH;
        }
        suitesOffset = suites + 2;
        suitesEnd = compression;
        int extensions = compression + 1 + u8(message, compression);
        if (u8(message, compression) == 0 || extensions > end) {
            return StreamFault.TLS_LENGTH;
        }
        if (extensions == end) {
            return null; // TLS 1.2 and before may have none, RFC 5246 §7.4.1.2
        }
        if (extensions + 2 > end || extensions + 2 + u16(message, extensions) != end) {
            return StreamFault.TLS_LENGTH;
        }
        extensionsOffset = extensions + 2;
        extensionsEnd = end;
        return extensions(extensionsOffset, end);
    }

    private @Nullable StreamFault extensions(int start, int end) {
        int at = start;
        int count = 0;
        while (at < end) {
            if (++count > MAX_EXTENSIONS) {
                return StreamFault.TLS_EXTENSION_COUNT;
            }
            if (at + 4 > end || at + 4 + u16(message, at + 2) > end) {
                return StreamFault.TLS_LENGTH;
            }
            int type = u16(message, at);
            for (int earlier = start; earlier < at; earlier += 4 + u16(message, earlier + 2)) {
                if (u16(message, earlier) == type) {
                    return StreamFault.TLS_DUPLICATE_EXTENSION;
                }
            }
            int data = at + 4;
            at = data + u16(message, at + 2);
            StreamFault inData = extension(type, data, at);
            if (inData != null) {
                return inData;
            }
        }
        return null;
    }

    private @Nullable StreamFault extension(int type, int start, int end) {
        return switch (type) {
            case EXTENSION_SERVER_NAME -> serverName(start, end);
            case EXTENSION_ALPN -> alpn(start, end);
            case EXTENSION_SUPPORTED_VERSIONS -> versions(start, end);
            case EXTENSION_ENCRYPTED_CLIENT_HELLO -> {
                ech = true;
                yield null;
            }
            default -> null;
        };
    }

    private @Nullable StreamFault serverName(int start, int end) {
        if (start + 5 > end || start + 2 + u16(message, start) != end
                || message.getByte(start + 2) != NAME_TYPE_HOST
                || start + 5 + u16(message, start + 3) != end) {
            return StreamFault.TLS_SERVER_NAME;
        }
        sniOffset = start + 5;
        sniLength = end - sniOffset;
        boolean wellFormed = sniLength > 0 && sniLength <= 255;
        for (int i = sniOffset; wellFormed && i < end; i++) {
            wellFormed = Ascii.isHost(message.getByte(i)) || message.getByte(i) == ':';
        }
        return wellFormed ? null : StreamFault.TLS_SERVER_NAME;
    }

    private @Nullable StreamFault alpn(int start, int end) {
        if (start + 4 > end || start + 2 + u16(message, start) != end) {
            return StreamFault.TLS_ALPN;
        }
        int at = start + 2;
        while (at < end) {
            int octets = u8(message, at);
            at += 1 + octets;
            if (octets == 0 || at > end) {
                return StreamFault.TLS_ALPN;
            }
        }
        alpnOffset = start + 2;
        alpnEnd = end;
        return null;
    }

    private @Nullable StreamFault versions(int start, int end) {
        if (start + 3 > end || start + 1 + u8(message, start) != end || (end - start) % 2 == 0) {
            return StreamFault.TLS_VERSIONS;
        }
        versionsOffset = start + 1;
        versionsEnd = end;
        return null;
    }

    /** Why it is {@link Reading#MALFORMED}; else null. */
    public @Nullable StreamFault fault() {
        return fault;
    }

    /** The handshake message, without record headers, from 0; what offsets are in. */
    public DirectBuffer message() {
        return message;
    }

    /** Octets of the message with its header. */
    public int messageLength() {
        return filled;
    }

    public int sniOffset() {
        return sniOffset;
    }

    /** 0 without a server_name extension. */
    public int sniLength() {
        return sniLength;
    }

    /**
     * Walks the protocols offered by ALPN.
     *
     * @param after 0 at first, then what was returned last
     * @return where the next name begins, its length in the octet before it; or -1: no more
     */
    public int nextAlpn(int after) {
        int at = after == 0 ? alpnOffset : after + u8(message, after - 1);
        return at < alpnEnd ? at + 1 : -1;
    }

    public int alpnLength(int nameOffset) {
        return u8(message, nameOffset - 1);
    }

    /** Whether a version is offered: 0x0303 is TLS 1.2, 0x0304 TLS 1.3. */
    public boolean offers(int version) {
        for (int at = versionsOffset; at < versionsEnd; at += 2) {
            if (u16(message, at) == version) {
                return true;
            }
        }
        return versionsEnd == 0 && version <= legacyVersion && version >= 0x0300;
    }

    /** The highest version offered that is one of TLS (GREASE is not, RFC 8701); 0 if none is. */
    public int highestVersion() {
        int highest = versionsEnd == 0 ? legacyVersion : 0;
        for (int at = versionsOffset; at < versionsEnd; at += 2) {
            int version = u16(message, at);
            if (version >>> 8 == 3 && version > highest) {
                highest = version;
            }
        }
        return highest;
    }

    /** Where the cipher suites begin, two octets each. */
    int suitesOffset() {
        return suitesOffset;
    }

    int suitesEnd() {
        return suitesEnd;
    }

    /** Where the extensions begin: type, length and data of each. */
    int extensionsOffset() {
        return extensionsOffset;
    }

    int extensionsEnd() {
        return extensionsEnd;
    }

    /** Whether it has an encrypted_client_hello extension, RFC 9849: the SNI seen may not be the server's name. */
    public boolean hasEch() {
        return ech;
    }

    private static int u8(DirectBuffer buffer, int at) {
        return buffer.getByte(at) & 0xff;
    }

    static int u16(DirectBuffer buffer, int at) {
        return u8(buffer, at) << 8 | u8(buffer, at + 1);
    }
}
