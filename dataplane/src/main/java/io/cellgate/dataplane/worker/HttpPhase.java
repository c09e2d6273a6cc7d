package io.cellgate.dataplane.worker;

import io.cellgate.dataplane.flow.FlowRecord;
import io.cellgate.dataplane.flow.TlsOffer;
import io.cellgate.dataplane.inspect.ClientHello;
import io.cellgate.dataplane.inspect.FirstBytes;
import io.cellgate.dataplane.inspect.HttpRequestHead;
import io.cellgate.dataplane.inspect.HttpResponses;
import io.cellgate.dataplane.inspect.Ja4;
import io.cellgate.policy.Decision;
import io.cellgate.policy.DomainName;
import io.cellgate.policy.Facts;
import io.cellgate.policy.Field;
import io.cellgate.policy.Phase;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.jspecify.annotations.Nullable;

/** The HTTP phase: facts of a request head or ClientHello on top of the flow's, and the policy's word on them. */
final class HttpPhase {
    private static final byte[] CONTENT_TYPE = "content-type".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] SCHEME = "http://".getBytes(StandardCharsets.US_ASCII);

    private final NetworkPhase network;
    private final FlowReports reports;
    private final Ja4 ja4 = new Ja4();
    private final DomainName host = DomainName.scratch();
    private final UnsafeBuffer url = new UnsafeBuffer(
            new byte[3 * HttpRequestHead.MAX_LENGTH + SCHEME.length]);

    HttpPhase(NetworkPhase network, FlowReports reports) {
        this.network = network;
        this.reports = reports;
    }

    /** The facts of what was judged last. */
    Facts facts() {
        return network.facts();
    }

    /** Judges a request. The host becomes the flow's server name. */
    Decision judgeRequest(DeviceSession session, int flow, FirstBytes reader) {
        network.gather(session, flow);
        Facts facts = network.facts();
        HttpRequestHead head = reader.http();
        DirectBuffer octets = reader.stream();
        facts.set(Field.HTTP_METHOD, octets, head.methodOffset(), head.methodLength());
        if (head.hostLength() > 0
                && host.fillFromText(octets, head.hostOffset(), head.hostLength())) {
            facts.setName(Field.HTTP_HOST, host);
            if (!host.equals(reports.serverName(flow))) {
                reports.serverName(flow, host.copy());
            }
        }
        facts.set(Field.HTTP_PATH, head.path(), 0, head.pathLength());
        if (head.queryLength() >= 0) {
            facts.set(Field.HTTP_QUERY, octets, head.queryOffset(), head.queryLength());
        }
        addUrl(facts, octets, head);
        addHeaders(facts, octets, head);
        if (head.contentLength() >= 0) {
            facts.set(Field.HTTP_CONTENT_LENGTH, head.contentLength());
        }
        int type = head.nextField(CONTENT_TYPE, 0);
        if (type >= 0) {
            facts.set(Field.HTTP_CONTENT_TYPE, octets, head.valueOffset(type),
                    head.valueLength(type));
        }
        return session.policy.decide(Phase.HTTP, facts);
    }

    private void addUrl(Facts facts, DirectBuffer octets, HttpRequestHead head) {
        url.putBytes(0, SCHEME);
        int at = SCHEME.length;
        url.putBytes(at, octets, head.hostOffset(), head.hostLength());
        at += head.hostLength();
        url.putBytes(at, head.path(), 0, head.pathLength());
        at += head.pathLength();
        if (head.queryLength() >= 0) {
            url.putByte(at++, (byte) '?');
            url.putBytes(at, octets, head.queryOffset(), head.queryLength());
            at += head.queryLength();
        }
        facts.set(Field.HTTP_URL, url, 0, at);
    }

    /** Each field line of a head that has been read without fault: name, colon, white space, value, CR LF. */
    private static void addHeaders(Facts facts, DirectBuffer octets, HttpRequestHead head) {
        int at = head.targetOffset() + head.targetLength();
        while (octets.getByte(at) != '\n') {
            at++;
        }
        at++;
        int last = head.length() - 2;
        while (at < last) {
            int colon = at;
            while (octets.getByte(colon) != ':') {
                colon++;
            }
            int value = colon + 1;
            while (octets.getByte(value) == ' ' || octets.getByte(value) == '\t') {
                value++;
            }
            int end = value;
            while (octets.getByte(end) != '\r') {
                end++;
            }
            int trimmed = end;
            while (trimmed > value && (octets.getByte(trimmed - 1) == ' '
                    || octets.getByte(trimmed - 1) == '\t')) {
                trimmed--;
            }
            facts.addHeader(octets, at, colon - at, value, trimmed - value);
            at = end + 2;
        }
    }

    /** Judges a TLS connection by its ClientHello. Its server name becomes the flow's. */
    Decision judgeHello(DeviceSession session, int flow, ClientHello hello) {
        network.gather(session, flow);
        Facts facts = network.facts();
        DirectBuffer message = hello.message();
        if (hello.sniLength() > 0
                && host.fillFromText(message, hello.sniOffset(), hello.sniLength())) {
            facts.setName(Field.TLS_SNI, host);
            reports.serverName(flow, host.copy());
        }
        List<String> alpn = new ArrayList<>();
        for (int name = hello.nextAlpn(0); name >= 0; name = hello.nextAlpn(name)) {
            alpn.add(message.getStringWithoutLengthAscii(name, hello.alpnLength(name)));
        }
        TlsOffer offer = new TlsOffer(hello.hasEch(), versionText(hello.highestVersion()), alpn,
                ja4.of(hello));
        reports.offer(flow, offer);
        add(offer, facts);
        return session.policy.decide(Phase.HTTP, facts);
    }

    /** Judges a response whose head was read, on top of the request that it answers. */
    Decision judgeResponse(DeviceSession session, int flow, FirstBytes request,
            HttpResponses response) {
        Decision _ = judgeRequest(session, flow, request);
        Facts facts = network.facts();
        facts.set(Field.HTTP_RESPONSE_STATUS, response.status());
        if (response.contentTypeLength() >= 0) {
            facts.set(Field.HTTP_RESPONSE_CONTENT_TYPE, response.contentType(), 0,
                    response.contentTypeLength());
        }
        return session.policy.decide(Phase.HTTP, facts);
    }

    /** Whether a rule asks for what servers answer: their side is read then. */
    static boolean asksForResponses(DeviceSession session) {
        return session.policy.enforces(Field.HTTP_RESPONSE_STATUS)
                || session.policy.enforces(Field.HTTP_RESPONSE_CONTENT_TYPE);
    }

    private static void add(TlsOffer offer, Facts facts) {
        facts.set(Field.TLS_ECH, offer.ech());
        facts.set(Field.TLS_JA4, offer.ja4());
        if (offer.version() != null) {
            facts.set(Field.TLS_VERSION, offer.version());
        }
        for (String name : offer.alpn()) {
            facts.addString(Field.TLS_ALPN, name);
        }
    }

    /** Judges a TLS connection again by what was kept of its ClientHello. */
    Decision judgeHelloAgain(DeviceSession session, int flow) {
        network.gather(session, flow);
        DomainName sni = reports.serverName(flow);
        if (sni != null) {
            network.facts().setName(Field.TLS_SNI, sni);
        }
        TlsOffer offer = reports.offer(flow);
        if (offer != null) {
            add(offer, network.facts());
        }
        return session.policy.decide(Phase.HTTP, network.facts());
    }

    private static @Nullable String versionText(int version) {
        return switch (version) {
            case 0x0301 -> "1.0";
            case 0x0302 -> "1.1";
            case 0x0303 -> "1.2";
            case 0x0304 -> "1.3";
            default -> null;
        };
    }

    /** Method and path of the request, for the log. */
    static String describe(FirstBytes reader) {
        HttpRequestHead head = reader.http();
        return reader.stream().getStringWithoutLengthAscii(head.methodOffset(),
                head.methodLength()) + " "
                + head.path().getStringWithoutLengthAscii(0,
                        Math.min(FlowRecord.MAX_PATH_OCTETS, head.pathLength()));
    }
}
