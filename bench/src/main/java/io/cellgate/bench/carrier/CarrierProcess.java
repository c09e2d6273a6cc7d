package io.cellgate.bench.carrier;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.cellgate.bench.lab.JavaProgram;
import io.cellgate.bench.lab.Lab;
import io.cellgate.bench.lab.Log;
import io.cellgate.bench.lab.Namespace;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.file.Path;

/** A running {@link CarrierMain} in its namespace, spoken to in its JSON lines. One request at a time. */
public final class CarrierProcess {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Path log;
    private final Writer requests;
    private final BufferedReader answers;

    public CarrierProcess(Lab lab, Namespace namespace, String self, String gateway) {
        log = lab.folder().resolve("carrier.log");
        Process process = lab.startDialogue(JavaProgram.of(CarrierMain.class, self, gateway)
                .behind("ip", "netns", "exec", namespace.name()), log);
        requests = process.outputWriter();
        answers = process.inputReader();
    }

    /** Attaches a device, whose programs run in this namespace; the answer as CarrierMain describes it. */
    public JsonNode attach(Device device, int gtpVersion, Namespace namespace, boolean stubborn) {
        ObjectNode request = request("attach", device.imsi());
        request.put("imei", device.imei()).put("msisdn", device.msisdn())
                .put("plmn", device.serving().toString()).put("rat", device.rat())
                .put("area", device.area()).put("cell", device.cell()).put("apn", device.apn())
                .put("pdn", device.pdn()).put("gtp", gtpVersion)
                .put("netns", namespace.name()).put("stubborn", stubborn);
        return ask(request);
    }

    public JsonNode move(String imsi, String plmn) {
        return ask(request("move", imsi).put("plmn", plmn));
    }

    public JsonNode detach(String imsi) {
        return ask(request("detach", imsi));
    }

    public JsonNode status(String imsi) {
        return ask(request("status", imsi));
    }

    /** Asks the gateway for Echo; what went wrong, empty where it answered. */
    public String echo() {
        return exchange(JSON.createObjectNode().put("op", "echo")).path("error").asText();
    }

    private static ObjectNode request(String op, String imsi) {
        return JSON.createObjectNode().put("op", op).put("imsi", imsi);
    }

    private JsonNode ask(ObjectNode request) {
        JsonNode answer = exchange(request);
        if (answer.has("error")) {
            throw new IllegalStateException("the carrier could not " + request + ": "
                    + answer.path("error").asText());
        }
        return answer;
    }

    private synchronized JsonNode exchange(ObjectNode request) {
        try {
            requests.write(JSON.writeValueAsString(request) + "\n");
            requests.flush();
            String line = answers.readLine();
            if (line == null) {
                throw new IllegalStateException("the carrier simulator ended: " + Log.read(log));
            }
            return JSON.readTree(line);
        } catch (IOException e) {
            throw new UncheckedIOException("the carrier simulator: " + Log.read(log), e);
        }
    }
}
