package io.cellgate.control.resource;

import io.cellgate.control.http.Answer;
import io.cellgate.control.http.Call;
import io.cellgate.control.http.Endpoints;
import io.cellgate.control.http.Outcomes;
import io.cellgate.control.live.FirewallForm;
import io.cellgate.control.live.LiveEffects;
import io.cellgate.control.live.LiveGateway;
import io.cellgate.dataplane.firewall.FirewallCheck;
import io.cellgate.dataplane.firewall.FirewallCounters.Count;
import io.cellgate.dataplane.firewall.FirewallProfile;
import io.cellgate.inventory.carrier.FirewallDocument;
import io.cellgate.inventory.carrier.FirewallStore;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.Map;

/** {@code /firewall} and {@code /carriers/{id}/firewall}: how strictly GTP is checked, and what that found. */
public final class FirewallResource {
    private static final Count NONE = new Count(0, 0);

    private final FirewallStore firewalls;
    private final LiveEffects live;
    private final LiveGateway gateway;

    public FirewallResource(FirewallStore firewalls, LiveEffects live, LiveGateway gateway) {
        this.firewalls = firewalls;
        this.live = live;
        this.gateway = gateway;
    }

    public void mount(Endpoints endpoints) {
        endpoints.on("getFirewall", _ -> get(FirewallStore.GATEWAY))
                .on("replaceFirewall", call -> replace(call, FirewallStore.GATEWAY))
                .on("getCarrierFirewall", call -> get(call.path("id")))
                .on("replaceCarrierFirewall", call -> replace(call, call.path("id")));
    }

    private Answer get(String scope) {
        return answer(Outcomes.require(firewalls.find(scope)));
    }

    private Answer replace(Call call, String scope) {
        Long expected = call.requiredIfMatch();
        FirewallProfile _ = FirewallForm.over(wider(scope), call.body());
        FirewallDocument changed = Outcomes.require(firewalls.replace(call.actor(), scope,
                call.body().encode(), expected));
        live.carriersChanged();
        return answer(changed);
    }

    /** What holds where the scope says nothing. */
    private FirewallProfile wider(String scope) {
        return scope.equals(FirewallStore.GATEWAY)
                ? FirewallProfile.defaults()
                : FirewallForm.over(FirewallProfile.defaults(), new JsonObject(
                        Outcomes.require(firewalls.find(FirewallStore.GATEWAY)).json()));
    }

    private Answer answer(FirewallDocument document) {
        JsonObject own = new JsonObject(document.json());
        FirewallProfile profile = FirewallForm.over(wider(document.scope()), own);
        Map<FirewallCheck, Count> found = document.scope().equals(FirewallStore.GATEWAY)
                ? gateway.firewall()
                : gateway.firewall(document.scope());
        JsonArray checks = new JsonArray();
        for (FirewallCheck check : FirewallCheck.values()) {
            Count count = found.getOrDefault(check, NONE);
            checks.add(new JsonObject().put("check", check.text())
                    .put("category", check.category().text()).put("clause", check.clause())
                    .put("mode", profile.mode(check).text()).put("fixed", check.fixedReason())
                    .put("silent", check.isSilent()).put("dropped", count.dropped())
                    .put("alarmed", count.alarmed()));
        }
        return Answer.ok(new JsonObject().put("scope", document.scope()).put("own", own)
                .put("checks", checks).put("peer_rates", FirewallForm.show(profile.perPeer()))
                .put("carrier_rates", FirewallForm.show(profile.perCarrier()))
                .put("peer_sessions", profile.peerTunnels())
                .put("carrier_sessions", profile.carrierTunnels())
                .put("alarm_percent", profile.alarmPercent())
                .put("revision", document.revision())).revision(document.revision());
    }
}
