package io.cellgate.control.live;

import io.cellgate.dataplane.radius.Binding;
import io.cellgate.dataplane.session.Rat;
import io.cellgate.dataplane.session.UserLocation;
import io.cellgate.policy.subject.Imei;
import io.cellgate.policy.subject.Imsi;
import io.cellgate.policy.subject.Plmn;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A {@link Binding} as the store has it, in JSON. */
final class BindingDocument {
    private BindingDocument() {}

    static String of(Binding binding) {
        UserLocation place = binding.location();
        return new JsonObject().put("client", binding.client()).put("nas", binding.nas())
                .put("bearers", new JsonArray(List.copyOf(binding.bearers())))
                .put("nsapi", binding.nsapi()).put("imsi", binding.imsi().digits())
                .put("imei", text(binding.imei())).put("msisdn", binding.msisdn())
                .put("apn", binding.apn())
                .put("rat", binding.rat() == null ? null : binding.rat().code())
                .put("plmn", text(place.plmn())).put("tac", place.tac()).put("lac", place.lac())
                .put("cell", place.cell())
                .put("zone",
                        binding.timeZone() == null ? null : binding.timeZone().getTotalSeconds())
                .put("ipv4", binding.ipv4() == null ? null : binding.ipv4().getHostAddress())
                .put("ipv6",
                        new JsonArray(binding.ipv6Prefixes().stream()
                                .map(InetAddress::getHostAddress).toList()))
                .put("since", binding.since().toEpochMilli())
                .put("heard", binding.heard().toEpochMilli())
                .put("occurred", binding.occurred().toEpochMilli()).encode();
    }

    private static @Nullable String text(@Nullable Object value) {
        return value == null ? null : value.toString();
    }

    /** @throws RuntimeException where it is none */
    static Binding read(String document) {
        JsonObject json = new JsonObject(document);
        Set<String> bearers = new HashSet<>();
        json.getJsonArray("bearers").forEach(each -> bearers.add(each.toString()));
        List<Inet6Address> prefixes = new ArrayList<>();
        json.getJsonArray("ipv6")
                .forEach(each -> prefixes
                        .add((Inet6Address) InetAddress.ofLiteral(each.toString())));
        Integer zone = json.getInteger("zone");
        Integer rat = json.getInteger("rat");
        return new Binding(json.getString("client"), json.getString("nas"), bearers,
                json.getString("nsapi"), new Imsi(json.getString("imsi")),
                read(json, "imei", Imei::new), json.getString("msisdn"), json.getString("apn"),
                rat == null ? null : Rat.ofCode(rat),
                new UserLocation(read(json, "plmn", Plmn::parse), json.getInteger("tac"),
                        json.getInteger("lac"), json.getInteger("cell")),
                zone == null ? null : ZoneOffset.ofTotalSeconds(zone),
                read(json, "ipv4", Inet4Address::ofLiteral), prefixes, time(json, "since"),
                time(json, "heard"), time(json, "occurred"));
    }

    private static <T> @Nullable T read(JsonObject json, String field,
            Function<String, T> reader) {
        String text = json.getString(field);
        return text == null ? null : reader.apply(text);
    }

    private static Instant time(JsonObject json, String field) {
        return Instant.ofEpochMilli(json.getLong(field));
    }
}
