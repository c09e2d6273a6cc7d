package io.cellgate.bench.throughput;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.cellgate.bench.demo.ControlApi;
import io.cellgate.bench.demo.ControlApi.Request;
import io.cellgate.bench.demo.GatewayProcess;
import io.cellgate.bench.lab.JavaProgram;
import io.cellgate.bench.lab.Lab;
import io.cellgate.bench.lab.Namespace;
import io.cellgate.bench.load.FrameSchedule;
import io.cellgate.bench.load.Site;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * A data folder with a carrier, SIMs that were ordered and activated, and their fleet under a policy of 100 rules, made
 * through the API of a gateway that ran on it. Gateways under test get copies of it.
 */
final class Store {
    static final long FIRST_IMSI = 262_010_000_000_001L;
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int RULES = 100;
    private static final int REQUESTS_PER_CALL = 500;

    private final Path folder;
    /** The customer's token, which every copy knows, too. */
    final String customerToken;

    Store(Lab lab, int sims) {
        folder = lab.folder().resolve("store");
        Namespace place = lab.namespace("store");
        GatewayProcess gateway = new GatewayProcess(lab, place, folder,
                JavaProgram.of("io.cellgate.control.Main"), List.of("--no-gateway"));
        customerToken = enrol(gateway.api(), sims);
        gateway.stop();
    }

    private static String enrol(ControlApi operator, int sims) {
        String carrier = operator
                .post("/v1/carriers", "{\"name\":\"Load Mobile\",\"home_plmns\":[\"26201\"]}")
                .path("id").asText();
        operator.post("/v1/carriers/" + carrier + "/peers",
                "{\"address\":\"" + Site.CARRIER + "\"}");
        String product = operator.post("/v1/products",
                "{\"name\":\"Meter SIM\",\"kind\":\"mff2\",\"unit_price\":150,\"currency\":\"EUR\"}")
                .path("id").asText();
        String batch = operator.post("/v1/batches",
                "{\"name\":\"load\",\"product\":\"" + product + "\"}").path("id").asText();
        List<String> iccids = new ArrayList<>();
        StringBuilder csv = new StringBuilder("iccid,imsi,msisdn\n");
        for (int i = 0; i < sims; i++) {
            String iccid = iccid(i);
            iccids.add(iccid);
            csv.append(iccid).append(',').append(FIRST_IMSI + i).append(",49151")
                    .append("%08d".formatted(i)).append('\n');
        }
        JsonNode report = operator.postCsv("/v1/batches/" + batch + "/imports", csv.toString());
        if (report.path("imported").asInt() != sims) {
            throw new IllegalStateException("not every SIM was imported: " + report);
        }
        String account = operator.post("/v1/accounts", "{\"name\":\"Load Meters\"}").path("id")
                .asText();
        String secret = operator.post("/v1/accounts/" + account + "/tokens",
                "{\"name\":\"load\",\"role\":\"admin\"}").path("secret").asText();
        ControlApi customer = operator.withToken(secret);
        String order = "/v1/orders/" + customer.post("/v1/orders",
                JSON.createObjectNode().put("product", product).put("quantity", sims)
                        .put("ship_to", "1 Depot Road").toString())
                .path("id").asText();
        customer.post(order + "/confirm", "");
        operator.post(order + "/advance", "{\"to\":\"kitting\"}");
        operator.post(order + "/advance", "{\"to\":\"shipped\",\"tracking\":\"LOAD-1\"}");
        customer.post(order + "/receive", "");
        String policy = customer.post("/v1/policies", policy()).path("id").asText();
        String fleet = customer.post("/v1/fleets",
                "{\"name\":\"load\",\"policy\":\"" + policy + "\"}").path("id").asText();
        List<Request> requests = new ArrayList<>();
        for (String iccid : iccids) {
            requests.add(new Request("PATCH", "/v1/sims/" + iccid,
                    "{\"fleet\":\"" + fleet + "\"}"));
            requests.add(new Request("POST", "/v1/sims/" + iccid + "/actions",
                    "{\"action\":\"activate\"}"));
        }
        for (int at = 0; at < requests.size(); at += REQUESTS_PER_CALL) {
            customer.all(requests.subList(at,
                    Math.min(requests.size(), at + REQUESTS_PER_CALL)));
        }
        return secret;
    }

    /** The ICCID of a SIM, with the check digit of ISO/IEC 7812-1 Annex B. */
    static String iccid(int n) {
        String account = "8949210%011d".formatted(n);
        int sum = 0;
        for (int i = 0; i < account.length(); i++) {
            int digit = account.charAt(account.length() - 1 - i) - '0';
            int doubled = i % 2 == 0 ? 2 * digit : digit;
            sum += doubled / 10 + doubled % 10;
        }
        return account + (10 - sum % 10) % 10;
    }

    /** Rules for prefixes and ports that the traffic does not go to, and the last for where it goes. */
    private static String policy() {
        ObjectNode policy = JSON.createObjectNode().put("name", "load");
        ArrayNode rules = policy.putArray("rules");
        for (int i = 0; i < RULES - 1; i++) {
            rules.addObject().put("id", "other-" + i).put("phase", "network")
                    .put("action", i % 4 == 0 ? "block" : "allow")
                    .put("when", "net.dst.ip in {198.18.%d.0/24} and net.dst.port == %d"
                            .formatted(i, 1000 + i));
        }
        rules.addObject().put("id", "telemetry").put("phase", "network").put("action", "allow")
                .put("when", "net.protocol == \"udp\" and net.dst.port == "
                        + FrameSchedule.SERVER_PORT);
        return policy.toString();
    }

    /** A copy of it, for one gateway. */
    Path copy(Path target) {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.toList()) {
                Files.copy(file, target.resolve(folder.relativize(file)),
                        java.nio.file.StandardCopyOption.COPY_ATTRIBUTES);
            }
            return target;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
