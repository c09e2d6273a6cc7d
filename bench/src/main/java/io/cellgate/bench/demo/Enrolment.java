package io.cellgate.bench.demo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * Makes the gateway's users and what they own, by its API: the operator lets a carrier peer and stocks SIMs, a customer
 * orders them, gets them, writes a policy, makes a fleet with it and activates.
 */
final class Enrolment {
    private static final ObjectMapper JSON = new ObjectMapper();

    /** What the customer writes: names of its own backend, and there only some of what the server offers. */
    static final String POLICY = """
            {"name": "meters",
             "rules": [
               {"id": "no-2g", "phase": "session", "action": "block",
                "when": "session.rat == \\"geran\\""},
               {"id": "backend-names", "phase": "dns", "action": "allow",
                "when": "dns.domain in $backend"},
               {"id": "backend-web", "phase": "network", "action": "allow",
                "when": "net.dst.domain in $backend and net.dst.port in {80 443} and net.protocol == \\"tcp\\""},
               {"id": "no-administration", "phase": "http", "action": "block",
                "when": "http.path starts_with \\"/admin\\""},
               {"id": "telemetry", "phase": "http", "action": "allow",
                "when": "http.host == \\"api.meters.example\\" and http.path starts_with \\"/v1/\\""},
               {"id": "firmware", "phase": "http", "action": "allow",
                "when": "http.host == \\"api.meters.example\\" and http.path == \\"/firmware.bin\\""},
               {"id": "backend-tls", "phase": "http", "action": "allow",
                "when": "tls.sni == \\"api.meters.example\\""}
             ]}
            """;

    private final ControlApi operator;
    private final Consumer<String> say;

    /**
     * What the customer has afterwards.
     *
     * @param api with the customer's own token
     */
    record Customer(ControlApi api, String account, String fleet, String policy) {}

    Enrolment(ControlApi operator, Consumer<String> say) {
        this.operator = operator;
        this.say = say;
    }

    void peer(String name, List<String> homePlmns, String address) {
        ObjectNode carrier = JSON.createObjectNode().put("name", name);
        var plmns = carrier.putArray("home_plmns");
        homePlmns.forEach(plmns::add);
        String id = operator.post("/v1/carriers", carrier.toString()).path("id").asText();
        operator.post("/v1/carriers/" + id + "/peers",
                JSON.createObjectNode().put("address", address).toString());
        say.accept("operator: carrier \"%s\" peers from %s, with SIMs of %s".formatted(name,
                address, homePlmns));
    }

    /** Leaves the customer with these cards, activated, in a fleet that has this policy. */
    Customer customer(String name, List<Card> cards, String policyDocument) {
        String product = operator.post("/v1/products",
                "{\"name\":\"Meter SIM\",\"kind\":\"mff2\",\"unit_price\":150,\"currency\":\"EUR\"}")
                .path("id").asText();
        StringBuilder csv = new StringBuilder("iccid,imsi,msisdn\n");
        cards.forEach(card -> csv.append(card.iccid()).append(',').append(card.imsi()).append(',')
                .append(card.msisdn()).append('\n'));
        String batch = operator.post("/v1/batches",
                JSON.createObjectNode().put("name", "demo").put("product", product).toString())
                .path("id").asText();
        JsonNode report = operator.postCsv("/v1/batches/" + batch + "/imports", csv.toString());
        if (report.path("imported").asInt() != cards.size()) {
            throw new IllegalStateException("not every SIM was imported: " + report);
        }
        say.accept("operator: imported %d SIMs".formatted(cards.size()));
        String account = operator.post("/v1/accounts",
                JSON.createObjectNode().put("name", name).toString()).path("id").asText();
        String secret = operator.post("/v1/accounts/" + account + "/tokens",
                "{\"name\":\"demo\",\"role\":\"admin\"}").path("secret").asText();
        ControlApi api = operator.withToken(secret);

        order(api, product, cards.size());
        api.post("/v1/lists",
                "{\"name\":\"backend\",\"kind\":\"names\",\"entries\":[\"meters.example\"]}");
        String policy = api.post("/v1/policies", policyDocument).path("id").asText();
        String fleet = api.post("/v1/fleets", fleet(policy)).path("id").asText();
        List<ControlApi.Request> requests = new ArrayList<>();
        for (Card card : cards) {
            String sim = "/v1/sims/" + card.iccid();
            requests.add(new ControlApi.Request("PATCH", sim, "{\"fleet\":\"" + fleet + "\"}"));
            requests.add(new ControlApi.Request("POST", sim + "/actions",
                    "{\"action\":\"activate\"}"));
        }
        api.all(requests);
        say.accept("customer: policy written, fleet fenced to DE and AT, each SIM locked to its"
                + " first modem; %d SIMs activated".formatted(cards.size()));
        return new Customer(api, account, fleet, policy);
    }

    private void order(ControlApi api, String product, int quantity) {
        JsonNode order = api.post("/v1/orders",
                JSON.createObjectNode().put("product", product).put("quantity", quantity)
                        .put("ship_to", "1 Depot Road").toString());
        String path = "/v1/orders/" + order.path("id").asText();
        api.post(path + "/confirm", "");
        operator.post(path + "/advance", "{\"to\":\"kitting\"}");
        operator.post(path + "/advance", "{\"to\":\"shipped\",\"tracking\":\"DEMO-1\"}");
        String state = api.post(path + "/receive", "").path("state").asText();
        say.accept("customer: ordered %d SIMs for %s %.2f: quoted, confirmed, shipped, %s"
                .formatted(quantity, order.path("currency").asText(),
                        order.path("total_price").asInt() / 100.0, state));
    }

    private static String fleet(String policy) {
        ObjectNode fleet = JSON.createObjectNode().put("name", "meters").put("policy", policy);
        fleet.putObject("fence").put("on_unknown", "deny").putArray("countries").add("DE")
                .add("AT");
        fleet.putObject("imei_lock").put("mode", "first_use").put("on_missing", "deny");
        return fleet.toString();
    }
}
