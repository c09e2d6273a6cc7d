package io.cellgate.dataplane.inspect;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Captured connections, read as tshark reads them. */
class CaptureTest {
    private static final String DEFAULT = "tcp.port==1,data";

    /** What a stream's client sent, as far as the capture has it without a gap, and what tshark says of it. */
    private static final class Stream {
        final FirstBytes first = new FirstBytes();
        FirstBytes.Result result = FirstBytes.Result.NEED_MORE;
        String client = "";
        long nextSequence = -1;
        boolean gap;
        String expected = "";
    }

    @ParameterizedTest
    @CsvSource({"ndpi-http.pcapng," + DEFAULT + ",1,0",
            "ndpi-http-lines-split.pcap," + DEFAULT + ",1,0",
            "ndpi-http_ipv6.pcap," + DEFAULT + ",0,3",
            "ndpi-tls_2_reasms.pcapng," + DEFAULT + ",0,1",
            "ndpi-tls_ech.pcapng," + DEFAULT + ",0,1",
            "ndpi-tls_port_80.pcapng,tcp.port==80,tls,0,1",
            "ndpi-tls_verylong_certificate.pcap," + DEFAULT + ",0,1",
            "ndpi-dns_dot.pcap," + DEFAULT + ",0,1",
            "ndpi-doh.pcapng," + DEFAULT + ",0,1"})
    void capture_isReadAsTsharkReadsIt(String capture, String port, String protocol, int requests,
            int hellos) {
        Map<String, Stream> streams = streams(Captures.file(capture), port + "," + protocol);
        int http = 0;
        int tls = 0;
        for (Stream stream : streams.values()) {
            String got = switch (stream.result) {
                case HTTP_REQUEST -> {
                    HttpRequestHead head = stream.first.http();
                    yield Streams
                            .text(stream.first.stream(), head.methodOffset(), head.methodLength())
                            + " "
                            + Streams.text(stream.first.stream(), head.targetOffset(),
                                    head.targetLength())
                            + " "
                            + Streams.text(stream.first.stream(), head.hostOffset(),
                                    head.hostLength());
                }
                case TLS_CLIENT_HELLO -> Streams.describeTls(stream.first);
                case NEED_MORE -> stream.gap ? "" : "unfinished";
                case OTHER, HTTP2 -> "";
                case MALFORMED -> String.valueOf(stream.first.fault());
            };
            assertThat(got).as(stream.client).isEqualTo(stream.expected);
            http += stream.result == FirstBytes.Result.HTTP_REQUEST ? 1 : 0;
            tls += stream.result == FirstBytes.Result.TLS_CLIENT_HELLO ? 1 : 0;
        }
        assertThat(http).as("requests").isGreaterThanOrEqualTo(requests);
        assertThat(tls).as("ClientHellos").isGreaterThanOrEqualTo(hellos);
    }

    @ParameterizedTest
    @CsvSource({"ndpi-mqtt.pcap,OTHER", "ndpi-telnet.pcap,OTHER", "ndpi-modbus.pcap,OTHER",
            "ndpi-http2.pcapng,HTTP2"})
    void otherProtocols_areSo(String capture, FirstBytes.Result expected) {
        Map<String, Stream> streams = streams(Captures.file(capture), "tcp.port==1,data");
        assertThat(streams.values()).isNotEmpty()
                .allSatisfy(stream -> assertThat(stream.result).isEqualTo(expected));
    }

    @ParameterizedTest
    @CsvSource("ndpi-tls_missing_ch_frag.pcap")
    void hello_ofWhichASegmentIsMissing_needsMore(String capture) {
        assertThat(streams(Captures.file(capture), "tcp.port==1,data").values()).singleElement()
                .satisfies(
                        stream -> assertThat(stream.result).isEqualTo(FirstBytes.Result.NEED_MORE));
    }

    private static Map<String, Stream> streams(Path capture, String decodeAs) {
        List<String[]> rows = Captures.tshark(capture, decodeAs, "tcp.len>0", "tcp.stream",
                "tcp.srcport",
                "tcp.seq", "tcp.payload", "http.request.method", "http.request.uri", "http.host",
                "tls.handshake.type", "tls.handshake.extensions_server_name",
                "tls.handshake.extensions_alpn_str", "tls.handshake.extensions.supported_version",
                "tls.handshake.extension.type", "tls.handshake.version");
        Map<String, Stream> streams = new LinkedHashMap<>();
        for (String[] row : rows) {
            Stream stream = streams.computeIfAbsent(row[0], id -> new Stream());
            if (stream.client.isEmpty()) {
                stream.client = row[1];
                stream.nextSequence = Long.parseLong(row[2]);
            }
            if (!row[1].equals(stream.client)) {
                continue;
            }
            if (stream.expected.isEmpty() && !row[4].isEmpty()) {
                stream.expected = row[4] + " " + row[5] + " " + row[6].replaceFirst(":\\d+$", "");
            } else if (stream.expected.isEmpty() && row[7].equals("1")) {
                stream.expected = "sni=" + row[8] + " alpn=" + row[9] + " version=0x"
                        + Integer.toHexString(highest(row[10].isEmpty() ? row[12] : row[10]))
                        + " ech="
                        + List.of(row[11].split(",", -1)).contains("65037");
            }
            add(stream, row);
        }
        return streams;
    }

    private static int highest(String versions) {
        int highest = 0;
        for (String version : versions.split(",", -1)) {
            int value = Integer.decode(version);
            highest = value >>> 8 == 3 ? Math.max(highest, value) : highest;
        }
        return highest;
    }

    private static void add(Stream stream, String[] row) {
        byte[] payload = HexFormat.of().parseHex(row[3]);
        stream.gap |= Long.parseLong(row[2]) > stream.nextSequence;
        if (Long.parseLong(row[2]) == stream.nextSequence) {
            stream.nextSequence += payload.length;
            if (!stream.gap && stream.result == FirstBytes.Result.NEED_MORE) {
                stream.result = stream.first.add(new UnsafeBuffer(payload), 0, payload.length);
            }
        }
    }
}
