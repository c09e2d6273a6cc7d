package io.cellgate.dataplane.inspect;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** RFC 8446 §4.1.2 and §5.1, RFC 6066 §3, on what OpenSSL sends. */
class ClientHelloTest {
    private static byte[] hello = {};

    @BeforeAll
    static void askOpenssl() throws Exception {
        hello = openssl("-servername", "api.example.com", "-alpn", "h2,http/1.1");
    }

    /** The first record that {@code openssl s_client} sends. */
    static byte[] openssl(String... options) throws Exception {
        Captures.require("openssl");
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            server.setSoTimeout(10_000);
            List<String> command = new ArrayList<>(List.of("openssl", "s_client", "-connect",
                    "127.0.0.1:" + server.getLocalPort()));
            command.addAll(List.of(options));
            Process client = new ProcessBuilder(command).redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD).start();
            try (Socket socket = server.accept(); InputStream in = socket.getInputStream()) {
                byte[] header = in.readNBytes(5);
                byte[] fragment = in.readNBytes(ByteBuffer.wrap(header).getShort(3) & 0xffff);
                return ByteBuffer.allocate(5 + fragment.length).put(header).put(fragment).array();
            } finally {
                client.destroy();
                assertThat(client.waitFor(10, TimeUnit.SECONDS)).isTrue();
            }
        }
    }

    private static String read(byte[] stream) {
        return Streams.sameHoweverCut(stream, Streams::describeTls);
    }

    /** The same message in records of this many octets. */
    private static byte[] inRecordsOf(byte[] stream, int octets) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (int at = 5; at < stream.length; at += octets) {
            int length = Math.min(octets, stream.length - at);
            out.writeBytes(new byte[]{22, 3, 1, (byte) (length >> 8), (byte) length});
            out.write(stream, at, length);
        }
        return out.toByteArray();
    }

    /** The message with its extensions replaced, and the lengths around them set right. */
    private static byte[] withExtensions(String hex) {
        byte[] extensions = HexFormat.of().parseHex(hex.replace(" ", ""));
        int at = 5 + 4 + 34;
        at += 1 + hello[at];
        at += 2 + (hello[at] & 0xff) * 256 + (hello[at + 1] & 0xff);
        at += 1 + hello[at];
        ByteBuffer out = ByteBuffer.allocate(at + 2 + extensions.length).put(hello, 0, at)
                .putShort((short) extensions.length).put(extensions);
        out.putShort(3, (short) (out.capacity() - 5)).putShort(7, (short) (out.capacity() - 9));
        return out.array();
    }

    @Test
    void hello_ofOpenssl_isRead_whereverItIsCut() {
        assertThat(read(hello)).isEqualTo(
                "TLS_CLIENT_HELLO sni=api.example.com alpn=h2,http/1.1 version=0x304 ech=false");
    }

    @Test
    void hello_ofOldVersionsAndWithoutName_isRead() throws Exception {
        assertThat(read(openssl("-noservername", "-tls1_2")))
                .isEqualTo("TLS_CLIENT_HELLO sni= alpn= version=0x303 ech=false");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 50, 100})
    void hello_overManyRecords_isTheSame(int octets) {
        assertThat(read(inRecordsOf(hello, octets))).isEqualTo(read(hello));
    }

    @Test
    void hello_isNotReadFromOtherRecordsBetween() {
        byte[] parts = inRecordsOf(hello, 100);
        byte[] alert = {21, 3, 1, 0, 2, 1, 0};
        byte[] stream = ByteBuffer.allocate(parts.length + 7).put(parts, 0, 105).put(alert)
                .put(parts, 105, parts.length - 105).array();
        assertThat(read(stream)).isEqualTo("MALFORMED TLS_RECORD_TYPE");
    }

    @Test
    void record_withoutOctets_orWithTooMany_isMalformed() {
        assertThat(read(new byte[]{22, 3, 1, 0, 0})).isEqualTo("MALFORMED TLS_RECORD_LENGTH");
        assertThat(read(new byte[]{22, 3, 1, 0x40, 1})).isEqualTo("MALFORMED TLS_RECORD_LENGTH");
    }

    @Test
    void otherHandshakeMessages_areNotAHello() {
        byte[] other = hello.clone();
        other[5] = 2;
        assertThat(read(other)).isEqualTo("MALFORMED TLS_NOT_CLIENT_HELLO");
    }

    @Test
    void message_ofMoreThan16KiB_isMalformed_atOnce() {
        assertThat(read(new byte[]{22, 3, 1, 0x40, 0, 1, 0, 0x40, 0}))
                .isEqualTo("MALFORMED MESSAGE_TOO_LONG");
    }

    @Test
    void lengths_thatDoNotFit_areMalformed() {
        for (int at = 9 + 34; at < hello.length; at++) {
            byte[] damaged = hello.clone();
            damaged[at] = (byte) 0xff;
            FirstBytes first = new FirstBytes();
            assertThat(Streams.add(first, damaged)).isIn(FirstBytes.Result.TLS_CLIENT_HELLO,
                    FirstBytes.Result.MALFORMED);
        }
        byte[] sessionId = hello.clone();
        sessionId[9 + 34] = 33;
        assertThat(read(sessionId)).isEqualTo("MALFORMED TLS_LENGTH");
        assertThat(read(withExtensions("0010 0005 0003 02 6832 00")))
                .isEqualTo("MALFORMED TLS_LENGTH");
    }

    @Test
    void serverName_isOneHostName() {
        assertThat(read(withExtensions("0000 0008 0006 00 0003 612e62")))
                .isEqualTo("TLS_CLIENT_HELLO sni=a.b alpn= version=0x303 ech=false");
        assertThat(read(withExtensions("0000 000b 0009 00 0001 61 00 0002 6262")))
                .isEqualTo("MALFORMED TLS_SERVER_NAME");
        assertThat(read(withExtensions("0000 0005 0003 00 0000")))
                .isEqualTo("MALFORMED TLS_SERVER_NAME");
        assertThat(read(withExtensions("0000 0008 0006 00 0003 610062")))
                .isEqualTo("MALFORMED TLS_SERVER_NAME");
        assertThat(read(withExtensions("0000 0006 0004 01 0001 61")))
                .isEqualTo("MALFORMED TLS_SERVER_NAME");
        assertThat(read(withExtensions("0000 0000"))).isEqualTo("MALFORMED TLS_SERVER_NAME");
    }

    @Test
    void extension_twice_isMalformed() {
        assertThat(read(withExtensions("0000 0006 0004 00 0001 61 0000 0006 0004 00 0001 62")))
                .isEqualTo("MALFORMED TLS_DUPLICATE_EXTENSION");
    }

    @Test
    void extensions_areCounted() {
        StringBuilder many = new StringBuilder();
        for (int i = 0; i < 257; i++) {
            many.append(String.format("%04x0000", 0x1000 + i));
        }
        FirstBytes first = new FirstBytes();
        assertThat(Streams.add(first, withExtensions(many.toString())))
                .isEqualTo(FirstBytes.Result.MALFORMED);
        assertThat(first.fault()).isEqualTo(StreamFault.TLS_EXTENSION_COUNT);
    }

    @Test
    void alpnAndVersions_areLists() {
        assertThat(read(withExtensions("0010 0005 0003 02 6832")))
                .isEqualTo("TLS_CLIENT_HELLO sni= alpn=h2 version=0x303 ech=false");
        assertThat(read(withExtensions("0010 0003 0001 00"))).isEqualTo("MALFORMED TLS_ALPN");
        assertThat(read(withExtensions("0010 0005 0003 03 6832"))).isEqualTo("MALFORMED TLS_ALPN");
        assertThat(read(withExtensions("002b 0004 03 030403"))).isEqualTo("MALFORMED TLS_VERSIONS");
        assertThat(read(withExtensions("002b 0007 06 7a7a 0304 0303"))).contains(" version=0x304 ");
        assertThat(read(withExtensions("fe0d 0001 00"))).endsWith("ech=true");
    }

    @Test
    void whatFollowsTheHello_isNotLookedAt() {
        byte[] more = Arrays.copyOf(hello, hello.length + 100);
        assertThat(read(more)).isEqualTo(read(hello));
    }
}
