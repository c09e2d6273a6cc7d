package io.cellgate.control.resource;

import io.cellgate.control.http.Answer;
import io.cellgate.control.http.Call;
import io.cellgate.control.http.Endpoints;
import io.cellgate.control.http.Fault;
import io.cellgate.control.http.Problem;
import io.cellgate.control.live.LiveGateway;
import io.cellgate.dataplane.gtpc.Ambr;
import io.cellgate.inventory.account.Scope;
import io.cellgate.inventory.carrier.CarrierStore;
import io.cellgate.inventory.outcome.Outcome;
import io.cellgate.inventory.page.Page;
import io.vertx.core.json.JsonObject;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** {@code /sessions}: what goes on now. */
public final class SessionsResource {
    private final LiveGateway gateway;

    public SessionsResource(LiveGateway gateway) {
        this.gateway = gateway;
    }

    public void mount(Endpoints endpoints) {
        endpoints.on("listSessions", this::sessions);
    }

    private Answer sessions(Call call) {
        Scope scope = call.listScope();
        String apn = call.query("apn");
        Predicate<LiveGateway.LiveSession> wanted = is(call.query("sim"),
                LiveGateway.LiveSession::iccid)
                .and(is(call.query("carrier"), LiveGateway.LiveSession::carrier))
                .and(is(peer(call), LiveGateway.LiveSession::peer))
                .and(is(call.query("rat"), LiveGateway.LiveSession::rat))
                // sessions have it in lower case
                .and(is(apn == null ? null : apn.toLowerCase(Locale.ROOT),
                        LiveGateway.LiveSession::apn));
        int limit = call.page().limit();
        String after = call.page().afterKey();
        List<LiveGateway.LiveSession> found = gateway.sessions().stream()
                .filter(session -> scope.sees(session.account())
                        && wanted.test(session)
                        && (after == null || key(session).compareTo(after) > 0))
                .sorted(Comparator.comparing(SessionsResource::key)).limit(limit + 1L).toList();
        return Shown.page(
                Page.of(found, call.page(), SessionsResource::key),
                this::show);
    }

    /** @param wanted null: whatever */
    private static Predicate<LiveGateway.LiveSession> is(@Nullable String wanted,
            Function<LiveGateway.LiveSession, @Nullable String> of) {
        return session -> wanted == null || wanted.equals(of.apply(session));
    }

    private static @Nullable String peer(Call call) {
        String written = call.query("peer");
        if (written == null) {
            return null;
        }
        if (CarrierStore.peerAddress(written) instanceof Outcome.Done<String>(String address)) {
            return address;
        }
        throw Problem.invalid(
                Fault.query("peer", written, "an IPv4 or IPv6 address of one host"));
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
                .put("quarantine", session.quarantine()).put("barred", session.barred());
        Ambr ambr = session.apnAmbr();
        json.put("apn_ambr", ambr == null
                ? null
                : new JsonObject().put("up_kbps", Integer.toUnsignedLong(ambr.upKbps()))
                        .put("down_kbps", Integer.toUnsignedLong(ambr.downKbps())));
        if (usage != null) {
            json.put("octets_up", usage.octetsUp()).put("octets_down", usage.octetsDown())
                    .put("packets_up", usage.packetsUp())
                    .put("packets_down", usage.packetsDown()).put("flows", usage.flows());
        }
        return json;
    }
}
