package io.cellgate.dataplane.inspect;

import java.util.Locale;

/** What is wrong with a stream's first bytes. The peer is not told which: the worker resets the flow. */
public enum StreamFault {
    /** A request head, or a ClientHello, of more than 16 KiB. Our bound; RFC 9112 §3 and §5 leave it to the reader. */
    MESSAGE_TOO_LONG,

    // A request head

    /** A line that ends in LF alone. RFC 9112 §2.2 lets a reader take it; readers differ. */
    HTTP_BARE_LF,
    /** A CR that no LF follows, RFC 9112 §2.2. */
    HTTP_BARE_CR,
    /** More than the one empty line before a request that RFC 9112 §2.2 forgives. */
    HTTP_EMPTY_LINES,
    /** A control character, RFC 9110 §5.5. */
    HTTP_CONTROL_CHARACTER,
    /** A request line that is not {@code method SP request-target SP HTTP-version}, RFC 9112 §3. */
    HTTP_REQUEST_LINE,
    /** No version, as in HTTP/0.9, or none of HTTP/1.x, RFC 9112 §2.3. */
    HTTP_VERSION,
    /** A request target in none of the four forms, or in one that is not for this method, RFC 9112 §3.2. */
    HTTP_TARGET,
    /** After a request of a kept connection, something that is no request, RFC 9112 §9.3. */
    HTTP_NOT_A_REQUEST,
    /** A path that servers may understand differently; see {@link HttpPath}. */
    HTTP_PATH_AMBIGUOUS,
    /** A line that continues the one before (obs-fold), RFC 9112 §5.2. */
    HTTP_FOLDED_LINE,
    /** A field name that is no token, or white space before its colon, RFC 9112 §5.1. */
    HTTP_FIELD_NAME,
    /** No Host in HTTP/1.1, or more than one, RFC 9112 §3.2. */
    HTTP_HOST_COUNT,
    /** A Host or authority that is not {@code host [":" port]}, RFC 9110 §4.2.1 and §4.2.4. */
    HTTP_HOST_SYNTAX,
    /** A Host that is not the absolute target's: RFC 9112 §3.2.2 says which counts, servers differ. */
    HTTP_HOST_MISMATCH,
    /** A Content-Length that is not one decimal number, or is there twice, RFC 9112 §6.3. */
    HTTP_CONTENT_LENGTH,
    /** A Transfer-Encoding other than one {@code chunked}, or in HTTP/1.0, RFC 9112 §6.1. */
    HTTP_TRANSFER_ENCODING,
    /** Both Content-Length and Transfer-Encoding, RFC 9112 §6.1 and §11.2. */
    HTTP_LENGTH_CONFLICT,

    // A chunked body

    /** A chunk that does not begin with 1 to 15 hexadecimal digits, RFC 9112 §7.1. */
    HTTP_CHUNK_SIZE,
    /** A chunk extension with a control character, or of more than 256 octets, RFC 9112 §7.1.1. */
    HTTP_CHUNK_EXTENSION,
    /** Chunk data that CR LF does not follow, RFC 9112 §7.1. */
    HTTP_CHUNK_END,
    /** A trailer section with a control character, or of more than 4 KiB, RFC 9112 §7.1.2. */
    HTTP_TRAILER,

    // A ClientHello

    /** A record that is no handshake before the ClientHello is whole, RFC 8446 §5.1. */
    TLS_RECORD_TYPE,
    /** A record whose legacy version is not 3.x, RFC 8446 §5.1. */
    TLS_RECORD_VERSION,
    /** A record of no octets, or of more than 2^14, RFC 8446 §5.1. */
    TLS_RECORD_LENGTH,
    /** A first handshake message that is no ClientHello, RFC 8446 §4. */
    TLS_NOT_CLIENT_HELLO,
    /** A length in the ClientHello that its surroundings do not have room for, RFC 8446 §3.4 and §4.1.2. */
    TLS_LENGTH,
    /** An extension that is there twice, RFC 8446 §4.2. */
    TLS_DUPLICATE_EXTENSION,
    /** More than 256 extensions. Our bound: they are compared with each other. */
    TLS_EXTENSION_COUNT,
    /** A server_name extension that is not one host name, RFC 6066 §3. */
    TLS_SERVER_NAME,
    /** An ALPN extension that is not a list of names, RFC 7301 §3.1. */
    TLS_ALPN,
    /** A supported_versions extension that is not a list of versions, RFC 8446 §4.2.1. */
    TLS_VERSIONS;

    private final String text = name().toLowerCase(Locale.ROOT);

    /** How logs and counters write it. */
    public String text() {
        return text;
    }
}
