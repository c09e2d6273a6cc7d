package io.cellgate.bench.throughput;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.cellgate.bench.demo.ControlApi;
import io.cellgate.bench.demo.GatewayProcess;
import io.cellgate.bench.lab.JavaProgram;
import io.cellgate.bench.lab.Lab;
import io.cellgate.bench.lab.Namespace;
import io.cellgate.bench.load.FrameSchedule;
import io.cellgate.bench.load.SimRows;
import io.cellgate.bench.load.Site;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import java.util.stream.Stream;

/**
 * A data folder with a carrier, active SIMs and their fleet under a policy of 100 rules, made through the API of a
 * gateway that ran on it, but for the SIMs ({@link SimRows}). Gateways under test get copies of it.
 */
final class Store {
    static final long FIRST_IMSI = 262_010_000_000_001L;
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int RULES = 100;

    private final Path folder;
    /** The customer's token, which every copy knows, too. */
    final String customerToken;

    Store(Lab lab, int sims) {
        folder = lab.folder().resolve("store");
        Namespace place = lab.namespace("store");
        GatewayProcess gateway = new GatewayProcess(lab, place, folder,
                JavaProgram.of("io.cellgate.control.Main"), List.of("--no-gateway"));
        Enrolled enrolled = enrol(gateway.api());
        customerToken = enrolled.customerToken;
        gateway.stop();
        try {
            enrolled.sims.write(folder, FIRST_IMSI, sims);
        } catch (SQLException e) {
            throw new IllegalStateException("the SIMs could not be written", e);
        }
    }

    /** What there is through the API before there are SIMs. */
    private record Enrolled(String customerToken, SimRows sims) {}

    private static Enrolled enrol(ControlApi operator) {
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
        String account = operator.post("/v1/accounts", "{\"name\":\"Load Meters\"}").path("id")
                .asText();
        String secret = operator.post("/v1/accounts/" + account + "/tokens",
                "{\"name\":\"load\",\"role\":\"admin\"}").path("secret").asText();
        ControlApi customer = operator.withToken(secret);
        String policy = customer.post("/v1/policies", policy()).path("id").asText();
        String fleet = customer.post("/v1/fleets",
                "{\"name\":\"load\",\"policy\":\"" + policy + "\"}").path("id").asText();
        return new Enrolled(secret, new SimRows(product, batch, account, fleet));
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
