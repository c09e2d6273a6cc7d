package io.cellgate.dataplane.inspect;

import static org.assertj.core.api.Assertions.assertThat;

import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** RFC 9112 §2 to §6, and the tricks by which a request is one thing to us and another to a server. */
class HttpRequestHeadTest {
    private static final String HOST = "Host: a.example\r\n";

    private static String read(String stream) {
        return Streams.sameHoweverCut(Streams.octets(stream), Streams::describeHttp);
    }

    private static String get(String fields) {
        return read("GET /x HTTP/1.1\r\n" + fields + "\r\n");
    }

    private static String malformed(StreamFault fault) {
        return "MALFORMED " + fault;
    }

    @Test
    void request_isReadIntoItsParts() {
        assertThat(read("POST /v1/telemetry?unit=7&x=%2F HTTP/1.1\r\nHost: Api.Example.com:8080\r\n"
                + "Content-Length: 5\r\n\r\nhello"))
                .isEqualTo("HTTP_REQUEST POST host=Api.Example.com port=8080 path=/v1/telemetry"
                        + " query=unit=7&x=%2F length=5 head=91");
    }

    @Test
    void emptyLineBeforeARequest_isForgivenOnce() {
        assertThat(read("\r\nGET / HTTP/1.1\r\n" + HOST + "\r\n")).startsWith("HTTP_REQUEST GET ");
        assertThat(read("\r\n\r\nGET / HTTP/1.1\r\n" + HOST + "\r\n"))
                .isEqualTo(malformed(StreamFault.HTTP_EMPTY_LINES));
    }

    @Test
    void absoluteForm_givesTheHost() {
        assertThat(read("GET http://a.example:81/p?q HTTP/1.1\r\nHost: A.example:81\r\n\r\n"))
                .startsWith("HTTP_REQUEST GET host=a.example port=81 path=/p query=q");
        assertThat(read("GET http://a.example?q HTTP/1.1\r\n" + HOST + "\r\n"))
                .startsWith("HTTP_REQUEST GET host=a.example port=-1 path=/ query=q");
    }

    @Test
    void absoluteForm_withAnotherHostField_isMalformed() {
        assertThat(read("GET http://allowed.example/ HTTP/1.1\r\nHost: forbidden.example\r\n\r\n"))
                .isEqualTo(malformed(StreamFault.HTTP_HOST_MISMATCH));
    }

    @Test
    void connect_namesItsTunnelsEnd() {
        assertThat(read("CONNECT a.example:443 HTTP/1.1\r\nHost: a.example:443\r\n\r\n"))
                .startsWith("HTTP_REQUEST CONNECT host=a.example port=443 path= ");
        assertThat(read("CONNECT /x HTTP/1.1\r\n" + HOST + "\r\n"))
                .isEqualTo(malformed(StreamFault.HTTP_TARGET));
    }

    @Test
    void asterisk_isForOptionsOnly() {
        assertThat(read("OPTIONS * HTTP/1.1\r\n" + HOST + "\r\n")).contains(" path=* ");
        assertThat(read("GET * HTTP/1.1\r\n" + HOST + "\r\n"))
                .isEqualTo(malformed(StreamFault.HTTP_TARGET));
    }

    @ParameterizedTest
    @ValueSource(strings = {"ftp://a.example/", "x", "a.example:80", "/a#b", "/a?b#c", "/\u00e4?x"})
    void target_inNoneOfTheForms_isMalformed(String target) {
        assertThat(read("GET " + target + " HTTP/1.1\r\n" + HOST + "\r\n")).startsWith("MALFORMED");
    }

    @Test
    void ipv6Host_isReadWithoutItsBrackets() {
        assertThat(get("Host: [2001:db8::1]:8080\r\n")).contains("host=2001:db8::1 port=8080");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a.example, b.example", "a.example/x", "u@a.example",
            "a.example:99999",
            "a.example:8x", "[::1", "[::1]x", "a%2eexample", "a example", ":80"})
    void host_thatIsNotOneHost_isMalformed(String host) {
        assertThat(get("Host: " + host + "\r\n"))
                .isEqualTo(malformed(StreamFault.HTTP_HOST_SYNTAX));
    }

    @Test
    void host_missingOrTwice_isMalformed_butHttp10NeedsNone() {
        assertThat(get("Accept: */*\r\n")).isEqualTo(malformed(StreamFault.HTTP_HOST_COUNT));
        assertThat(get(HOST + "host: b.example\r\n"))
                .isEqualTo(malformed(StreamFault.HTTP_HOST_COUNT));
        assertThat(get(HOST + HOST)).isEqualTo(malformed(StreamFault.HTTP_HOST_COUNT));
        assertThat(read("GET / HTTP/1.0\r\n\r\n")).startsWith("HTTP_REQUEST GET host= port=-1");
    }

    @Test
    void contentLengthAndTransferEncoding_together_areMalformed() {
        assertThat(get(HOST + "Content-Length: 4\r\nTransfer-Encoding: chunked\r\n"))
                .isEqualTo(malformed(StreamFault.HTTP_LENGTH_CONFLICT));
        assertThat(get(HOST + "Transfer-Encoding: chunked\r\nContent-Length: 4\r\n"))
                .isEqualTo(malformed(StreamFault.HTTP_LENGTH_CONFLICT));
    }

    @ParameterizedTest
    @ValueSource(strings = {"4, 4", "+4", "-4", "0x4", "4 4", "", "4;", "9999999999999999999"})
    void contentLength_thatIsNotOneNumber_isMalformed(String length) {
        assertThat(get(HOST + "Content-Length: " + length + "\r\n"))
                .isEqualTo(malformed(StreamFault.HTTP_CONTENT_LENGTH));
    }

    @Test
    void contentLength_twice_isMalformed_evenIfEqual() {
        assertThat(get(HOST + "Content-Length: 4\r\nContent-length: 4\r\n"))
                .isEqualTo(malformed(StreamFault.HTTP_CONTENT_LENGTH));
    }

    @ParameterizedTest
    @ValueSource(strings = {"xchunked", "chunked, identity", "identity", "gzip, chunked",
            "chunked;q=1",
            "\u000bchunked", "\"chunked\"", ""})
    void transferEncoding_otherThanChunked_isMalformed(String encoding) {
        assertThat(get(HOST + "Transfer-Encoding: " + encoding + "\r\n")).startsWith("MALFORMED");
    }

    @Test
    void transferEncoding_twice_orInHttp10_isMalformed() {
        assertThat(get(HOST + "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n"))
                .isEqualTo(malformed(StreamFault.HTTP_TRANSFER_ENCODING));
        assertThat(read("POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n"))
                .isEqualTo(malformed(StreamFault.HTTP_TRANSFER_ENCODING));
        assertThat(get(HOST + "Transfer-Encoding: CHUNKED\t\r\n")).contains(" chunked ");
    }

    @Test
    void spaceBeforeTheColon_isMalformed() {
        assertThat(get("Host : a.example\r\n")).isEqualTo(malformed(StreamFault.HTTP_FIELD_NAME));
        assertThat(get(HOST + "Transfer-Encoding\t: chunked\r\n"))
                .isEqualTo(malformed(StreamFault.HTTP_FIELD_NAME));
    }

    @ParameterizedTest
    @ValueSource(strings = {": x", "x", "a b: x", "a(b: x", "\u00e4: x"})
    void fieldName_thatIsNoToken_isMalformed(String line) {
        assertThat(get(HOST + line + "\r\n")).isEqualTo(malformed(StreamFault.HTTP_FIELD_NAME));
    }

    @Test
    void foldedLine_isMalformed_alsoAsTheFirst() {
        assertThat(get(HOST + "X: a\r\n b\r\n")).isEqualTo(malformed(StreamFault.HTTP_FOLDED_LINE));
        assertThat(get(" " + HOST)).isEqualTo(malformed(StreamFault.HTTP_FOLDED_LINE));
        assertThat(get("\t" + HOST)).isEqualTo(malformed(StreamFault.HTTP_FOLDED_LINE));
    }

    @Test
    void bareCarriageReturnAndLineFeed_areMalformed() {
        assertThat(get("X: a\rHost: b\r\n")).isEqualTo(malformed(StreamFault.HTTP_BARE_CR));
        assertThat(get("X: a\nHost: b\r\n")).isEqualTo(malformed(StreamFault.HTTP_BARE_LF));
        assertThat(read("GET / HTTP/1.1\n" + HOST + "\r\n"))
                .isEqualTo(malformed(StreamFault.HTTP_BARE_LF));
        assertThat(get(HOST + "\r")).isEqualTo(malformed(StreamFault.HTTP_BARE_CR));
    }

    @Test
    void controlCharacters_areMalformed() {
        assertThat(get("X: a\0b\r\n")).isEqualTo(malformed(StreamFault.HTTP_CONTROL_CHARACTER));
        assertThat(read("GET /\0 HTTP/1.1\r\n"))
                .isEqualTo(malformed(StreamFault.HTTP_CONTROL_CHARACTER));
        assertThat(get("X: caf\u00e9\r\n" + HOST)).startsWith("HTTP_REQUEST");
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET /forbidden\r\n", "get /forbidden\r\n", "GET /x HTTP/2.0\r\n",
            "GET /x http/1.1\r\n", "GET /x HTTP/1.10\r\n", "GET /x HTTP/1.1 \r\n",
            "GET  /x HTTP/1.1\r\n",
            "GET /x y HTTP/1.1\r\n", "GET\t/x HTTP/1.1\r\n", "GET /x\tHTTP/1.1\r\n",
            " GET /x HTTP/1.1\r\n",
            "\n\n\nGET / HTTP/1.1\r\n", "FOO  /x HTTP/1.1\r\n", "GET /x\n"})
    void requestLine_thatAServerMightForgive_isNotLetThrough(String line) {
        assertThat(read(line + HOST + "\r\n")).satisfiesAnyOf(
                result -> assertThat(result).startsWith("MALFORMED"),
                result -> assertThat(line).as("no server takes white space before a method")
                        .startsWith(" "));
    }

    @ParameterizedTest
    @ValueSource(strings = {"EHLO mail.example\r\n", "NICK x\r\nUSER x 0 * :x\r\n",
            "OPTIONS rtsp://a.example/ RTSP/1.0\r\n", "OPTIONS sip:a@b SIP/2.0\r\n",
            "SSH-2.0-x\r\n",
            "NICK x\n", "\u0010\u000e\0\u0004MQTT", "PING \0\0", "\u0016\u0002xxx"})
    void otherProtocols_areSo(String stream) {
        assertThat(read(stream)).isEqualTo("OTHER ");
    }

    @Test
    void head_ofMoreThan16KiB_isMalformed_andOneOfThatManyIsRead() {
        String start = "GET / HTTP/1.1\r\n" + HOST + "X: ";
        int room = HttpRequestHead.MAX_LENGTH - start.length() - 4;
        FirstBytes first = new FirstBytes();
        assertThat(Streams.add(first, Streams.octets(start + "a".repeat(room) + "\r\n\r\n")))
                .isEqualTo(FirstBytes.Result.HTTP_REQUEST);
        first.reset();
        assertThat(Streams.add(first, Streams.octets(start + "a".repeat(room + 1) + "\r\n\r\n")))
                .isEqualTo(FirstBytes.Result.MALFORMED);
        assertThat(first.fault()).isEqualTo(StreamFault.MESSAGE_TOO_LONG);
    }

    @Test
    void fields_areFoundByName_allOfThem() {
        byte[] stream = Streams.octets("GET / HTTP/1.1\r\n" + HOST
                + "X-A: 1\r\nx-b:\r\nX-a:\t 2 3 \r\n\r\nX-A: body");
        HttpRequestHead head = new HttpRequestHead();
        UnsafeBuffer buffer = new UnsafeBuffer(stream);
        assertThat(head.read(buffer, 0, stream.length)).isEqualTo(Reading.COMPLETE);
        byte[] name = Streams.octets("x-a");
        int first = head.nextField(name, 0);
        assertThat(Streams.text(buffer, head.valueOffset(first), head.valueLength(first)))
                .isEqualTo("1");
        int second = head.nextField(name, first);
        assertThat(Streams.text(buffer, head.valueOffset(second), head.valueLength(second)))
                .isEqualTo("2 3");
        assertThat(head.nextField(name, second)).isEqualTo(-1);
        int empty = head.nextField(Streams.octets("x-b"), 0);
        assertThat(head.valueLength(empty)).isZero();
        assertThat(head.nextField(Streams.octets("x-c"), 0)).isEqualTo(-1);
    }

    @ParameterizedTest
    @CsvSource({"/,/", "/v1/../admin,/admin", "/v1/%2e%2e/admin,/admin", "/v1/%2E./admin,/admin",
            "/v1/./%61,/v1/a", "//v1///x,/v1/x", "/v1/x/..,/v1/", "/v1/.,/v1/", "/v1/,/v1/",
            "/a..b/,/a..b/",
            "/...,/...", "/%7euser,/~user", "/a%3fb,/a%3Fb", "/%252e%252e/x,/%252e%252e/x", "/A,/A",
            "/a;b=1/c,/a;b=1/c", "/.a,/.a"})
    void path_isNormalised(String sent, String path) {
        assertThat(read("GET " + sent + " HTTP/1.1\r\n" + HOST + "\r\n"))
                .contains(" path=" + path + " ");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/..", "/../admin", "/v1/../../admin", "/v1%2Fadmin", "/v1/..%2fadmin",
            "/v1%5c..%5cadmin", "/v1\\..\\admin", "/a%00b", "/a%0d%0ab", "/a%", "/a%2", "/a%zz",
            "/v1//../admin",
            "//../admin", "/v1/..;/admin", "/v1/.;x/a", "/a\"b", "/a|b"})
    void path_thatServersUnderstandDifferently_isMalformed(String sent) {
        assertThat(read("GET " + sent + " HTTP/1.1\r\n" + HOST + "\r\n"))
                .isEqualTo(malformed(StreamFault.HTTP_PATH_AMBIGUOUS));
    }
}
