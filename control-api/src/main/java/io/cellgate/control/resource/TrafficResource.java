package io.cellgate.control.resource;

import io.cellgate.control.http.Answer;
import io.cellgate.control.http.Call;
import io.cellgate.control.http.Endpoints;
import io.cellgate.control.http.Fault;
import io.cellgate.control.http.Problem;
import io.cellgate.control.live.LiveGateway;
import io.cellgate.control.live.RecordRing;
import io.cellgate.control.live.TrafficLogs;
import io.cellgate.dataplane.flow.FlowRecord;
import io.cellgate.dataplane.packet.DropReason;
import io.cellgate.dataplane.signalling.SignallingEvent;
import io.cellgate.inventory.account.Scope;
import io.cellgate.inventory.event.EventLog;
import io.cellgate.inventory.outcome.Outcome;
import io.cellgate.inventory.page.Page;
import io.cellgate.inventory.page.PageRequest;
import io.cellgate.inventory.sim.Sim;
import io.cellgate.inventory.sim.SimStore;
import io.cellgate.inventory.store.Event;
import io.cellgate.policy.subject.Imsi;
import io.vertx.core.json.JsonObject;
import java.net.InetAddress;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** {@code /sessions}, {@code /flows}, {@code /dns-queries}, {@code /signalling}: what goes on and what went on. */
public final class TrafficResource {
    private final LiveGateway gateway;
    private final TrafficLogs logs;
    private final SimStore sims;
    private final EventLog events;

    public TrafficResource(LiveGateway gateway, TrafficLogs logs, SimStore sims,
            EventLog events) {
        this.events = events;
        this.gateway = gateway;
        this.logs = logs;
        this.sims = sims;
    }

    public void mount(Endpoints endpoints) {
        endpoints.on("listSessions", this::sessions)
                .on("listFlows", call -> flows(call, logs.flows(), TrafficResource::showFlow))
                .on("listDnsQueries",
                        call -> flows(call, logs.dnsQueries(), TrafficResource::showQuery))
                .on("listSignalling", this::signalling);
    }

    private Answer sessions(Call call) {
        Scope scope = call.listScope();
        String sim = call.query("sim");
        int limit = call.page().limit();
        String after = call.page().afterKey();
        List<LiveGateway.LiveSession> found = gateway.sessions().stream()
                .filter(session -> scope.sees(session.account())
                        && (sim == null || sim.equals(session.iccid()))
                        && (after == null || key(session).compareTo(after) > 0))
                .sorted(Comparator.comparing(TrafficResource::key)).limit(limit + 1L).toList();
        return Shown.page(
                Page.of(found, call.page(), TrafficResource::key),
                this::show);
    }

    private static String key(LiveGateway.LiveSession session) {
        return session.iccid() + "/" + session.apn() + "/" + session.ipv4() + "/" + session.ipv6();
    }

    private JsonObject show(LiveGateway.LiveSession session) {
        LiveGateway.Usage usage = gateway.usage(session);
        JsonObject json = new JsonObject().put("sim", session.iccid())
                .put("imsi", session.imsi().digits())
                .put("imei", session.imei()).put("account", session.account())
                .put("fleet", session.fleet()).put("apn", session.apn())
                .put("carrier", session.carrier()).put("peer", session.peer())
                .put("gtp_version", session.gtpVersion()).put("rat", session.rat())
                .put("plmn", session.plmn()).put("ipv4", session.ipv4())
                .put("ipv6", session.ipv6()).put("started_at", Shown.time(session.startedAt()))
                .put("quarantine", session.quarantine());
        if (usage != null) {
            json.put("octets_up", usage.octetsUp()).put("octets_down", usage.octetsDown())
                    .put("packets_up", usage.packetsUp())
                    .put("packets_down", usage.packetsDown()).put("flows", usage.flows());
        }
        return json;
    }

    private Answer flows(Call call, RecordRing<FlowRecord> ring,
            Function<FlowRecord, JsonObject> show) {
        Scope scope = call.listScope();
        String sim = call.query("sim");
        String verdict = call.query("verdict");
        String rule = call.query("rule");
        String event = call.query("event");
        Instant since = since(call);
        return page(call, ring,
                flow -> scope.sees(flow.subscriber().account())
                        && (sim == null || sim.equals(flow.subscriber().iccid().digits()))
                        && (verdict == null || verdict.equals(verdict(flow)))
                        && (rule == null || rule.equals(flow.rule()))
                        && (event == null || event.equals(event(flow)))
                        && (since == null || flow.epochMillis() >= since.toEpochMilli()),
                show);
    }

    private static <T> Answer page(Call call, RecordRing<T> ring, Predicate<T> wanted,
            Function<T, JsonObject> show) {
        List<RecordRing.Numbered<T>> found = ring.latest(wanted, before(call), call.page().fetch());
        Page<RecordRing.Numbered<T>> page = Page.of(found, call.page(),
                each -> Long.toString(each.number()));
        return Shown.page(page, each -> show.apply(each.record()));
    }

    private static long before(Call call) {
        String key = call.page().afterKey();
        try {
            return key == null ? Long.MAX_VALUE : Long.parseLong(key);
        } catch (NumberFormatException notOurs) {
            throw Problem.invalid(Fault.query("after", call.query("after"),
                    "the cursor that the previous page gave as next"));
        }
    }

    private static @Nullable Instant since(Call call) {
        String text = call.query("since");
        try {
            return text == null ? null : OffsetDateTime.parse(text).toInstant();
        } catch (DateTimeParseException notATime) {
            throw Problem.invalid(Fault.query("since", text,
                    "a time (RFC 3339), such as 2030-01-01T00:00:00Z"));
        }
    }

    private static String verdict(FlowRecord flow) {
        return flow.verdict().text();
    }

    private static String event(FlowRecord flow) {
        return flow.event().name().toLowerCase(Locale.ROOT);
    }

    private static JsonObject showFlow(FlowRecord flow) {
        JsonObject shown = common(flow).put("event", event(flow))
                .put("direction", flow.upward() ? "up" : "down")
                .put("protocol", protocol(flow.protocol()))
                .put("device", socket(flow.device(), flow.devicePort()))
                .put("remote", socket(flow.remote(), flow.remotePort())).put("name", flow.name())
                .put("detail", flow.detail())
                .put("started_at", Instant.ofEpochMilli(flow.startedMillis()).toString())
                .put("octets_up", flow.bytesUp()).put("packets_up", flow.packetsUp())
                .put("octets_down", flow.bytesDown()).put("packets_down", flow.packetsDown());
        FlowRecord.Shadow shadow = flow.shadow();
        return shadow == null
                ? shown
                : shown.put("shadow", new JsonObject().put("phase", shadow.phase())
                        .put("instead_of", shadow.insteadOf()).put("action", shadow.action())
                        .put("rule", shadow.rule()).put("policy", shadow.policy())
                        .put("revision", shadow.policyRevision()));
    }

    private static JsonObject showQuery(FlowRecord query) {
        return common(query).put("name", query.name()).put("type", query.detail());
    }

    private static JsonObject common(FlowRecord flow) {
        DropReason reason = flow.dropReason();
        return new JsonObject().put("at", Instant.ofEpochMilli(flow.epochMillis()).toString())
                .put("sim", flow.subscriber().iccid().digits())
                .put("account", flow.subscriber().account()).put("verdict", verdict(flow))
                .put("rule", flow.rule()).put("policy", flow.policy())
                .put("revision", flow.policyRevision())
                .put("reason", reason == null ? null : reason.name().toLowerCase(Locale.ROOT));
    }

    private static String protocol(int number) {
        return switch (number) {
            case 1 -> "icmp";
            case 6 -> "tcp";
            case 17 -> "udp";
            case 58 -> "icmpv6";
            case 132 -> "sctp";
            default -> Integer.toString(number);
        };
    }

    private static String socket(InetAddress address, int port) {
        String host = address.getHostAddress();
        return port == 0
                ? host
                : host.indexOf(':') < 0 ? host + ":" + port : "[" + host + "]:" + port;
    }

    private Answer signalling(Call call) {
        Scope scope = call.listScope();
        String wantedSim = call.query("sim");
        String verdict = call.query("verdict");
        Instant since = since(call);
        Map<Imsi, Optional<Owned>> known = new HashMap<>();
        return page(call, logs.signalling(), event -> {
            if (verdict != null && !verdict.equals(event.outcome().text())
                    || since != null && event.at().isBefore(since)) {
                return false;
            }
            if (scope.isOperator() && wantedSim == null) {
                return true;
            }
            Owned owned = owned(scope, event.imsi(), known);
            return owned != null && !event.at().isBefore(owned.since())
                    && (wantedSim == null || wantedSim.equals(owned.sim().iccid().digits()));
        }, event -> {
            Owned owned = owned(scope, event.imsi(), known);
            return show(event, owned == null ? null : owned.sim());
        });
    }

    /** A SIM and since when it is its account's: what it did before is of no concern to the account. */
    private record Owned(Sim sim, Instant since) {}

    /** Whose the event is: looked up as it is read, a peer may have named any IMSI. */
    private @Nullable Owned owned(Scope scope, @Nullable Imsi imsi,
            Map<Imsi, Optional<Owned>> known) {
        return imsi == null
                ? null
                : known.computeIfAbsent(imsi, wanted -> switch (sims.find(scope, wanted)) {
                    case Outcome.Done<Sim>(Sim sim) -> Optional.of(new Owned(sim,
                            scope.isOperator() ? Instant.MIN : since(scope, sim)));
                    case Outcome<Sim> _ -> Optional.empty();
                }).orElse(null);
    }

    /** When a SIM came from another account: a move without a before tells it. */
    private Instant since(Scope scope, Sim sim) {
        EventLog.Filter moves = new EventLog.Filter("sim.moved", sim.iccid().digits(), null, null);
        Page<Event> page = events.latest(scope, moves, PageRequest.FIRST);
        while (true) {
            for (Event move : page.items()) {
                if (move.before() == null) {
                    return move.at();
                }
            }
            String after = page.after();
            if (after == null) {
                return Instant.MIN;
            }
            page = events.latest(scope, moves, PageRequest.FIRST.next(after));
        }
    }

    private static JsonObject show(SignallingEvent event, @Nullable Sim sim) {
        Imsi imsi = event.imsi();
        return new JsonObject().put("at", event.at().toString())
                .put("sim", sim == null ? null : sim.iccid().digits())
                .put("imsi", imsi == null ? null : imsi.digits())
                .put("procedure", event.message()).put("verdict", event.outcome().text())
                .put("cause", event.cause()).put("reason", event.reason())
                .put("peer", event.peer().getHostAddress()).put("detail", event.detail());
    }
}
