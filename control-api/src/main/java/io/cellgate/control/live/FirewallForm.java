package io.cellgate.control.live;

import io.cellgate.control.http.Fault;
import io.cellgate.control.http.Problem;
import io.cellgate.dataplane.firewall.FirewallCheck;
import io.cellgate.dataplane.firewall.FirewallMode;
import io.cellgate.dataplane.firewall.FirewallProfile;
import io.cellgate.dataplane.firewall.FirewallProfile.Rate;
import io.cellgate.dataplane.firewall.MessageClass;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Profiles of the GTP firewall as JSON: what a document says, laid over what holds otherwise. */
public final class FirewallForm {
    private FirewallForm() {}

    /** The profile that holds where the document says something, and {@code base} where it does not. */
    public static FirewallProfile over(FirewallProfile base, JsonObject document) {
        List<Fault> faults = new ArrayList<>();
        Map<FirewallCheck, FirewallMode> modes = new EnumMap<>(base.modes());
        for (Map.Entry<String, Object> said : document
                .getJsonObject("modes", new JsonObject())) {
            String pointer = "/modes/" + said.getKey();
            FirewallCheck check = check(said.getKey());
            FirewallMode mode = FirewallMode
                    .valueOf(said.getValue().toString().toUpperCase(Locale.ROOT));
            if (check == null) {
                faults.add(Fault.body(pointer, said.getKey(), "one of "
                        + Arrays.stream(FirewallCheck.values()).map(FirewallCheck::text)
                                .toList()));
            } else if (mode == FirewallMode.ALARM && check.fixedReason() != null) {
                faults.add(Fault.body(pointer, mode.text(), "drop: " + check.fixedReason()));
            } else {
                modes.put(check, mode);
            }
        }
        if (!faults.isEmpty()) {
            throw Problem.invalid(faults);
        }
        return new FirewallProfile(modes,
                rates(base.perPeer(), document.getJsonObject("peer_rates")),
                rates(base.perCarrier(), document.getJsonObject("carrier_rates")),
                document.getInteger("peer_sessions", base.peerTunnels()),
                document.getInteger("carrier_sessions", base.carrierTunnels()),
                document.getInteger("alarm_percent", base.alarmPercent()));
    }

    private static @Nullable FirewallCheck check(String text) {
        for (FirewallCheck check : FirewallCheck.values()) {
            if (check.text().equals(text)) {
                return check;
            }
        }
        return null;
    }

    private static Map<MessageClass, Rate> rates(Map<MessageClass, Rate> base,
            @Nullable JsonObject said) {
        Map<MessageClass, Rate> rates = new EnumMap<>(base);
        if (said != null) {
            for (MessageClass kind : MessageClass.values()) {
                JsonObject rate = said.getJsonObject(kind.text());
                if (rate != null) {
                    rates.put(kind, new Rate(rate.getInteger("per_second"),
                            rate.getInteger("burst")));
                }
            }
        }
        return rates;
    }

    /** Rates as the API shows them. */
    public static JsonObject show(Map<MessageClass, Rate> rates) {
        JsonObject shown = new JsonObject();
        for (MessageClass kind : MessageClass.values()) {
            Rate rate = rates.get(kind);
            if (rate != null) {
                shown.put(kind.text(), new JsonObject().put("per_second", rate.perSecond())
                        .put("burst", rate.burst()));
            }
        }
        return shown;
    }
}
