package io.cellgate.control.resource;

import io.cellgate.control.log.LogEntry;
import io.cellgate.control.log.LogKind;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.InetAddress;
import java.time.Instant;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Lines of logs as answers show them: as JSON, and as rows of comma-separated values (RFC 4180). */
final class LogLines {
    private static final List<String> FLOW = List.of("id", "at", "sim", "imsi", "account", "event",
            "verdict", "rule", "policy", "revision", "reason", "direction", "protocol", "device",
            "remote", "name", "names", "detail", "started_at", "octets_up", "packets_up",
            "octets_down", "packets_down", "shadow");
    private static final List<String> QUERY = List.of("id", "at", "sim", "imsi", "account",
            "event", "verdict", "rule", "policy", "revision", "reason", "device", "remote", "name",
            "type");
    private static final List<String> SIGNALLING = List.of("id", "at", "sim", "imsi", "account",
            "procedure", "verdict", "cause", "reason", "peer", "detail");

    private LogLines() {}

    static JsonObject json(LogKind kind, LogEntry line) {
        JsonObject all = new JsonObject().put("id", Long.toString(line.id()))
                .put("at", Instant.ofEpochMilli(line.atMillis()).toString())
                .put("sim", line.owner().sim()).put("imsi", line.owner().imsi())
                .put("account", line.owner().account());
        return switch (kind) {
            case FLOWS -> traffic(decided(all.put("event", line.event()), line), line)
                    .put("detail", line.detail());
            case DNS_QUERIES -> query(decided(all.put("event", line.event()), line), line);
            case SIGNALLING -> all.put("procedure", line.event()).put("verdict", line.verdict())
                    .put("cause", line.cause())
                    .put("reason", line.reason() == null ? "" : line.reason())
                    .put("peer", line.remote() == null ? null : socket(line.remote(), 0))
                    .put("detail", line.detail());
        };
    }

    private static JsonObject decided(JsonObject to, LogEntry line) {
        return to.put("verdict", line.verdict()).put("rule", line.decider().rule())
                .put("policy", line.decider().policy()).put("revision", line.decider().revision())
                .put("reason", line.reason());
    }

    private static JsonObject query(JsonObject to, LogEntry line) {
        LogEntry.Traffic traffic = line.traffic();
        if (traffic != null) {
            to.put("device", socket(traffic.device(), traffic.devicePort()));
        }
        return remote(to, line).put("name", line.name()).put("type", line.detail());
    }

    private static JsonObject remote(JsonObject to, LogEntry line) {
        return line.remote() == null
                ? to
                : to.put("remote", socket(line.remote(), line.remotePort()));
    }

    private static JsonObject traffic(JsonObject to, LogEntry line) {
        to.put("name", line.name()).put("names", new JsonArray(line.names()));
        LogEntry.Traffic traffic = line.traffic();
        if (traffic != null) {
            remote(to, line).put("direction", traffic.upward() ? "up" : "down")
                    .put("protocol", Protocols.text(traffic.protocol()))
                    .put("device", socket(traffic.device(), traffic.devicePort()))
                    .put("started_at", Instant.ofEpochMilli(traffic.startedMillis()).toString())
                    .put("octets_up", traffic.octetsUp()).put("packets_up", traffic.packetsUp())
                    .put("octets_down", traffic.octetsDown())
                    .put("packets_down", traffic.packetsDown());
        }
        if (line.shadow() != null) {
            to.put("shadow", new JsonObject(line.shadow()));
        }
        return to;
    }

    private static String socket(InetAddress address, int port) {
        String host = address.getHostAddress();
        return port == 0
                ? host
                : host.indexOf(':') < 0 ? host + ":" + port : "[" + host + "]:" + port;
    }

    private static List<String> columns(LogKind kind) {
        return switch (kind) {
            case FLOWS -> FLOW;
            case DNS_QUERIES -> QUERY;
            case SIGNALLING -> SIGNALLING;
        };
    }

    static String csvHeader(LogKind kind) {
        return String.join(",", columns(kind)) + "\r\n";
    }

    static String csv(LogKind kind, LogEntry line) {
        JsonObject json = json(kind, line);
        return columns(kind).stream().map(column -> cell(json.getValue(column)))
                .collect(Collectors.joining(",", "", "\r\n"));
    }

    /**
     * A cell. Names and paths are a device's to choose: one that a spreadsheet would take for a formula gets an
     * apostrophe in front.
     */
    private static String cell(@Nullable Object value) {
        String text = switch (value) {
            case null -> "";
            case JsonArray array -> array.stream().map(String::valueOf)
                    .collect(Collectors.joining(" "));
            case JsonObject object -> object.encode();
            default -> value.toString();
        };
        String safe = text.isEmpty() || "=+-@\t\r".indexOf(text.charAt(0)) < 0 ? text : "'" + text;
        return safe.chars().anyMatch(c -> c == ',' || c == '"' || c == '\n' || c == '\r')
                ? "\"" + safe.replace("\"", "\"\"") + "\""
                : safe;
    }
}
