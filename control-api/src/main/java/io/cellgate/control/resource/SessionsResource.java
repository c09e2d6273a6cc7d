package io.cellgate.control.resource;

import io.cellgate.control.http.Answer;
import io.cellgate.control.http.Call;
import io.cellgate.control.http.Endpoints;
import io.cellgate.control.live.LiveGateway;
import io.cellgate.dataplane.gtpc.Ambr;
import io.cellgate.inventory.account.Scope;
import io.cellgate.inventory.page.Page;
import io.vertx.core.json.JsonObject;
import java.util.Comparator;
import java.util.List;

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
        String sim = call.query("sim");
        int limit = call.page().limit();
        String after = call.page().afterKey();
        List<LiveGateway.LiveSession> found = gateway.sessions().stream()
                .filter(session -> scope.sees(session.account())
                        && (sim == null || sim.equals(session.iccid()))
                        && (after == null || key(session).compareTo(after) > 0))
                .sorted(Comparator.comparing(SessionsResource::key)).limit(limit + 1L).toList();
        return Shown.page(
                Page.of(found, call.page(), SessionsResource::key),
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
