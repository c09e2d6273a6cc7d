package io.cellgate.control.log;

import io.cellgate.control.log.LogEntry.Traffic;
import io.cellgate.dataplane.flow.FlowRecord;
import io.cellgate.policy.Field;
import io.cellgate.policy.learn.Seen;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Lines of logs as a policy is learnt from them. */
public final class Sightings {
    private Sightings() {}

    /** What a line tells of what its device does of itself; null where it tells nothing of that. */
    public static @Nullable Seen of(LogKind kind, LogEntry line) {
        Traffic traffic = line.traffic();
        String sim = line.owner().sim();
        if (traffic == null || sim == null || !traffic.upward() || traffic.toDevice()) {
            return null;
        }
        String country = country(line);
        if (kind == LogKind.DNS_QUERIES) {
            return new Seen(Seen.Kind.QUERY, sim, line.atMillis(), line.names(), null, 53, "udp",
                    line.detail(), null, country);
        }
        return switch (line.event()) {
            case "verdict" -> new Seen(Seen.Kind.FLOW, sim, line.atMillis(), bound(line),
                    line.remote() == null ? null : line.remote().getHostAddress(),
                    line.remotePort(), LineFacts.protocol(traffic.protocol()), null, null, country);
            case "request" -> request(line, sim, country);
            default -> null;
        };
    }

    private static Seen request(LogEntry line, String sim, @Nullable String country) {
        boolean tls = LineFacts.isTls(line.detail());
        String said = fact(line.facts(), tls ? Field.TLS_SNI : Field.HTTP_HOST);
        List<String> names = said == null ? List.of() : List.of(said);
        String detail = line.detail();
        int space = tls || detail == null ? -1 : detail.indexOf(' ');
        String method = space < 0 || detail == null ? null : detail.substring(0, space);
        String path = space < 0 || detail == null ? null : detail.substring(space + 1);
        boolean whole = path != null
                && path.getBytes(StandardCharsets.ISO_8859_1).length < FlowRecord.MAX_PATH_OCTETS;
        return new Seen(tls ? Seen.Kind.TLS : Seen.Kind.REQUEST, sim, line.atMillis(), names,
                null, line.remotePort(), "tcp", method, whole ? path : null, country);
    }

    /** Names that led to the address: what a device only said counts for nothing in the network phase. */
    private static List<String> bound(LogEntry line) {
        boolean bound = line.facts() == null || !new JsonObject(line.facts())
                .getBoolean(RecordedFacts.NOT_BOUND, false);
        return bound || line.names().isEmpty()
                ? line.names()
                : line.names().subList(1, line.names().size());
    }

    private static @Nullable String country(LogEntry line) {
        return fact(line.session(), Field.LOCATION_COUNTRY);
    }

    private static @Nullable String fact(@Nullable String json, Field field) {
        return json == null ? null : new JsonObject(json).getString(field.text());
    }
}
