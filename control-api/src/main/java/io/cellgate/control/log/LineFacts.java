package io.cellgate.control.log;

import io.cellgate.control.log.LogEntry.Traffic;
import io.cellgate.dataplane.flow.FlowRecord;
import io.cellgate.dataplane.session.GatewayFacts;
import io.cellgate.dataplane.session.SessionFacts;
import io.cellgate.policy.DomainName;
import io.cellgate.policy.Facts;
import io.cellgate.policy.Field;
import io.cellgate.policy.Phase;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.time.ZoneOffset;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What was known when a line of a log was decided, so that it can be decided again.
 *
 * @param phase      which phase decided it
 * @param facts      the session's and those of the query, flow or request in one bag
 * @param unrecorded facts that may have been known then, and that the log does not keep
 * @param quarantine the policy that the session was under instead of its owner's, or null
 */
public record LineFacts(Phase phase, Facts facts, Set<Field> unrecorded,
        @Nullable String quarantine) {
    private static final String TLS = "tls";
    /** What a line of each phase has columns for. */
    private static final Set<Field> IN_LINE = EnumSet.of(Field.DNS_NAME, Field.DNS_DOMAIN,
            Field.DNS_TYPE, Field.NET_DIRECTION, Field.NET_SRC_PORT, Field.NET_DST_PORT,
            Field.NET_DST_IP, Field.NET_DST_DOMAIN, Field.NET_DST_KIND, Field.NET_PROTOCOL,
            Field.HTTP_METHOD, Field.HTTP_HOST, Field.HTTP_PATH, Field.TLS_SNI, Field.TLS_ALPN,
            Field.TLS_VERSION, Field.TLS_ECH, Field.TIME_UTC, Field.TIME_LOCAL,
            Field.TIME_WEEKDAY);

    public LineFacts {
        unrecorded = Set.copyOf(unrecorded);
    }

    static boolean isTls(@Nullable String detail) {
        return TLS.equals(detail);
    }

    /** Of a line of flows or queries; null of one that was not decided itself: a trial's, an end's. */
    public static @Nullable LineFacts of(LogKind kind, LogEntry line) {
        Traffic traffic = line.traffic();
        Phase phase = switch (kind) {
            case DNS_QUERIES -> Phase.DNS;
            case FLOWS -> switch (line.event()) {
                case "verdict" -> Phase.NETWORK;
                case "request" -> Phase.HTTP;
                default -> null;
            };
            case SIGNALLING -> null;
        };
        if (phase == null || traffic == null) {
            return null;
        }
        Facts facts = new Facts();
        Set<Field> unrecorded = EnumSet.noneOf(Field.class);
        JsonObject session = json(line.session());
        JsonObject more = json(line.facts());
        read(session, facts);
        read(more, facts);
        String zone = session.getString(RecordedFacts.TIME_ZONE);
        SessionFacts.addTime(facts, line.atMillis(), zone == null ? null : ZoneOffset.of(zone));
        if (phase == Phase.DNS) {
            query(line, facts);
        } else {
            boolean bound = !more.getBoolean(RecordedFacts.NOT_BOUND, false);
            flow(line, traffic, bound, facts);
            if (line.names().size() > FlowRecord.MAX_NAMES) {
                unrecorded.add(Field.NET_DST_DOMAIN);
            }
        }
        if (phase == Phase.HTTP && !isTls(line.detail())) {
            request(line.detail(), facts, unrecorded);
        }
        boolean atlas = session.getBoolean(RecordedFacts.ATLAS, false);
        boolean told = more.getBoolean(RecordedFacts.NO_APPLICATION, false) || !traffic.upward();
        for (Field field : Field.values()) {
            boolean ofPhase = field.phase() == phase
                    || phase == Phase.HTTP && field.phase() == Phase.NETWORK;
            boolean wasUnknown = atlas && isOfAtlas(field, facts) || told && field == Field.NET_APP;
            if (ofPhase && !IN_LINE.contains(field) && !facts.isKnown(field) && !wasUnknown
                    && !GatewayFacts.unknown().contains(field) && mayHaveBeen(field, line)) {
                unrecorded.add(field);
            }
            if (line.session() == null && field.isSessionConstant()) {
                unrecorded.add(field);
            }
        }
        return new LineFacts(phase, facts, unrecorded,
                session.getString(RecordedFacts.QUARANTINE));
    }

    /** Whether it is in a line if the atlas knew it. What an answer says is there only where there is an answer. */
    private static boolean isOfAtlas(Field field, Facts facts) {
        return RecordedFacts.FROM_ATLAS.contains(field)
                && (field != Field.DNS_ANSWER_COUNTRY || facts.isKnown(Field.DNS_ANSWER_IP));
    }

    /** A TLS connection has no facts of a request, a request none of TLS. */
    private static boolean mayHaveBeen(Field field, LogEntry line) {
        return field.text().startsWith("http.")
                ? !isTls(line.detail())
                : !field.text().startsWith("tls.") || isTls(line.detail());
    }

    private static JsonObject json(@Nullable String text) {
        return text == null ? new JsonObject() : new JsonObject(text);
    }

    private static void read(JsonObject from, Facts to) {
        for (String name : from.fieldNames()) {
            Field field = Field.ofText(name);
            Object value = from.getValue(name);
            if (field == null || value == null) {
                continue; // the zone and the like; and what a later release wrote that this one
                          // does not know
            }
            if (value instanceof JsonArray texts) {
                to.setEmpty(field);
                texts.forEach(text -> to.read(field, text.toString()));
            } else {
                to.read(field, value.toString());
            }
        }
    }

    private static void query(LogEntry line, Facts facts) {
        DomainName name = name(line.name());
        if (name != null) {
            facts.setName(Field.DNS_NAME, name);
        }
        if (line.detail() != null) {
            facts.set(Field.DNS_TYPE, line.detail());
        }
    }

    private static void flow(LogEntry line, Traffic traffic, boolean bound, Facts facts) {
        facts.set(Field.NET_DIRECTION, traffic.upward() ? "up" : "down");
        facts.set(Field.NET_PROTOCOL, protocol(traffic.protocol()));
        if (traffic.protocol() == 6 || traffic.protocol() == 17) {
            long device = traffic.devicePort();
            long remote = line.remotePort();
            facts.set(Field.NET_SRC_PORT, traffic.upward() ? device : remote);
            facts.set(Field.NET_DST_PORT, traffic.upward() ? remote : device);
        }
        InetAddress to = traffic.upward() ? line.remote() : traffic.device();
        if (to != null) {
            facts.read(Field.NET_DST_IP, to.getHostAddress());
        }
        facts.set(Field.NET_DST_KIND,
                traffic.toDevice() || !traffic.upward() ? "device" : "internet");
        List<String> names = bound ? line.names() : line.names().subList(1, line.names().size());
        for (String text : traffic.upward() ? names : List.<String>of()) {
            DomainName name = name(text);
            if (name != null) {
                facts.addName(Field.NET_DST_DOMAIN, name);
            }
        }
    }

    private static void request(@Nullable String detail, Facts facts, Set<Field> unrecorded) {
        int space = detail == null ? -1 : detail.indexOf(' ');
        if (detail == null || space < 0) {
            unrecorded.add(Field.HTTP_METHOD);
            unrecorded.add(Field.HTTP_PATH);
            return;
        }
        facts.set(Field.HTTP_METHOD, detail.substring(0, space));
        String path = detail.substring(space + 1);
        if (path.getBytes(StandardCharsets.ISO_8859_1).length >= FlowRecord.MAX_PATH_OCTETS) {
            unrecorded.add(Field.HTTP_PATH);
        } else {
            facts.set(Field.HTTP_PATH, path);
        }
    }

    static String protocol(int number) {
        return switch (number) {
            case 6 -> "tcp";
            case 17 -> "udp";
            case 1 -> "icmp";
            default -> "icmpv6";
        };
    }

    private static @Nullable DomainName name(@Nullable String text) {
        try {
            return text == null ? null : DomainName.of(text);
        } catch (IllegalArgumentException noName) {
            return null; // as "." of a query whose name was none: no rule sees it
        }
    }
}
