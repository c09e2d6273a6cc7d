package io.cellgate.control.resource;

import io.cellgate.control.http.Answer;
import io.cellgate.control.http.Call;
import io.cellgate.control.http.Endpoints;
import io.cellgate.control.http.Outcomes;
import io.cellgate.control.http.Problem;
import io.cellgate.control.live.LiveEffects;
import io.cellgate.control.live.LiveGateway;
import io.cellgate.inventory.carrier.Carrier;
import io.cellgate.inventory.carrier.CarrierStore;
import io.cellgate.inventory.outcome.Outcome;
import io.cellgate.policy.subject.Plmn;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** {@code /carriers}: who may peer, from where, presenting which networks. */
public final class CarriersResource {
    private static final List<String> BEST_FIRST = List.of("up", "suspect", "down", "unknown");

    private final CarrierStore carriers;
    private final Idempotency idempotency;
    private final LiveEffects live;
    private final LiveGateway gateway;

    public CarriersResource(CarrierStore carriers, Idempotency idempotency, LiveEffects live,
            LiveGateway gateway) {
        this.carriers = carriers;
        this.idempotency = idempotency;
        this.live = live;
        this.gateway = gateway;
    }

    public void mount(Endpoints endpoints) {
        endpoints
                .on("listCarriers",
                        call -> Shown.page(carriers.list(call.query("name"), call.page()),
                                CarriersResource::show))
                .on("createCarrier", call -> idempotency.once(call, () -> create(call)))
                .on("getCarrier", call -> answer(Outcomes.require(carriers.find(call.path("id")))))
                .on("replaceCarrier", this::replace).on("deleteCarrier", this::delete)
                .on("listPeers", this::peers)
                .on("addPeer", call -> idempotency.once(call, () -> addPeer(call)))
                .on("getPeer", this::peer).on("removePeer", this::removePeer);
    }

    private Answer create(Call call) {
        Carrier carrier = Outcomes.require(carriers.create(call.actor(),
                call.body().getString("name"), plmns(call, "home_plmns"),
                plmns(call, "serving_plmns")));
        live.carriersChanged();
        return Answer.created("/v1/carriers/" + carrier.id(), show(carrier))
                .revision(carrier.revision());
    }

    private Answer replace(Call call) {
        Long expected = call.requiredIfMatch();
        Carrier carrier = Outcomes.require(carriers.replace(call.actor(), call.path("id"),
                call.body().getString("name"), plmns(call, "home_plmns"),
                plmns(call, "serving_plmns"), expected));
        live.carriersChanged();
        return answer(carrier);
    }

    private Answer delete(Call call) {
        Carrier _ = Outcomes
                .require(carriers.delete(call.actor(), call.path("id"), call.ifMatch()));
        live.carriersChanged();
        return Answer.none();
    }

    private Answer addPeer(Call call) {
        String written = call.body().getString("address");
        Carrier carrier = Outcomes
                .require(carriers.addPeer(call.actor(), call.path("id"), written));
        live.carriersChanged();
        String address = Outcomes.require(CarrierStore.peerAddress(written));
        return Answer.created("/v1/carriers/" + carrier.id() + "/peers/" + address,
                new JsonObject().put("address", address).put("carrier", carrier.id()));
    }

    private Answer removePeer(Call call) {
        Carrier _ = Outcomes.require(
                carriers.removePeer(call.actor(), call.path("id"), call.path("address")));
        live.carriersChanged();
        return Answer.none();
    }

    private Answer peers(Call call) {
        Carrier carrier = Outcomes.require(carriers.find(call.path("id")));
        Map<String, List<LiveGateway.LivePath>> heard = heard();
        JsonArray items = new JsonArray();
        for (String address : carrier.peers()) {
            items.add(show(carrier.id(), address, heard.getOrDefault(address, List.of())));
        }
        return Answer.ok(new JsonObject().put("items", items).putNull("next"));
    }

    private Answer peer(Call call) {
        Carrier carrier = Outcomes.require(carriers.find(call.path("id")));
        String written = call.path("address");
        if (!(CarrierStore.peerAddress(written) instanceof Outcome.Done<String>(String address))
                || !carrier.peers().contains(address)) {
            throw Problem.notFound("peer", written);
        }
        return Answer.ok(
                show(carrier.id(), address, heard().getOrDefault(address, List.of())));
    }

    private Map<String, List<LiveGateway.LivePath>> heard() {
        return gateway.paths().stream()
                .collect(Collectors.groupingBy(LiveGateway.LivePath::address));
    }

    /** A peer stands as the best of its paths does; its counter is that of the one that was heard last. */
    private static JsonObject show(String carrier, String address,
            List<LiveGateway.LivePath> paths) {
        String state = paths.stream().map(LiveGateway.LivePath::state)
                .min(Comparator.comparingInt(BEST_FIRST::indexOf)).orElse("unheard");
        Integer counter = paths.stream().filter(path -> path.restartCounter() != null)
                .max(Comparator.comparing(LiveGateway.LivePath::lastHeard,
                        Comparator.nullsFirst(Comparator.naturalOrder())))
                .map(LiveGateway.LivePath::restartCounter).orElse(null);
        JsonArray shown = new JsonArray();
        paths.forEach(path -> shown.add(show(path)));
        return new JsonObject().put("address", address).put("carrier", carrier)
                .put("state", state).put("restart_counter", counter)
                .put("sessions", paths.stream().mapToInt(LiveGateway.LivePath::sessions).sum())
                .put("paths", shown);
    }

    private static JsonObject show(LiveGateway.LivePath path) {
        LiveGateway.Messages messages = path.messages();
        return new JsonObject().put("gtp_version", path.gtpVersion()).put("state", path.state())
                .put("since", Shown.time(path.since()))
                .put("last_heard", Shown.time(path.lastHeard()))
                .put("round_trip_ms", path.roundTripMillis())
                .put("restart_counter", path.restartCounter()).put("sessions", path.sessions())
                .put("received", messages.received()).put("sent", messages.sent())
                .put("received_per_second", messages.receivedPerSecond())
                .put("sent_per_second", messages.sentPerSecond())
                .put("repeated_by_peer", messages.repeatedByPeer())
                .put("repeated_by_us", messages.repeatedByUs());
    }

    private static Set<Plmn> plmns(Call call, String field) {
        return call.body().getJsonArray(field, new JsonArray()).stream()
                .map(text -> Plmn.parse(text.toString())).collect(Collectors.toSet());
    }

    private static Answer answer(Carrier carrier) {
        return Answer.ok(show(carrier)).revision(carrier.revision());
    }

    private static JsonObject show(Carrier carrier) {
        return new JsonObject().put("id", carrier.id()).put("name", carrier.name())
                .put("home_plmns", Shown.texts(carrier.homePlmns()))
                .put("serving_plmns", Shown.texts(carrier.servingPlmns()))
                .put("created_at", Shown.time(carrier.createdAt()))
                .put("revision", carrier.revision());
    }
}
