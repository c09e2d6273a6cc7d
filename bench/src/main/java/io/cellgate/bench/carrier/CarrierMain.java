package io.cellgate.bench.carrier;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.cellgate.bench.carrier.CarrierSimulator.Outcome;
import io.cellgate.bench.lab.Namespace;
import io.cellgate.policy.subject.Plmn;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;

/**
 * The carrier as a process of its own, since a process has one network namespace: {@code CarrierMain SELF GATEWAY}. Reads one
 * JSON object a line, answers with one a line, ends with its input.
 *
 * <pre>
 * {"op":"attach","imsi":"262011234567890","imei":"...","msisdn":"...","plmn":"26201","rat":6,"area":1,"cell":1,
 *  "apn":"iot","pdn":1,"gtp":2,"netns":"NAME","stubborn":false}
 *    → {"attached":true,"cause":16,"ipv4":"...","ipv6":"...","dns":["..."],"mtu":1358} or {"attached":false,"cause":92}
 * {"op":"move","imsi":"...","plmn":"20801"}   → {"cause":16}
 * {"op":"detach","imsi":"..."}                → {"cause":16}
 * {"op":"status","imsi":"..."}                → {"attached":true,"uplinkPackets":1,...}
 * {"op":"echo"}                               → {}
 * </pre>
 *
 * What cannot be done is answered {@code {"error":"..."}}.
 */
public final class CarrierMain {
    private static final ObjectMapper JSON = new ObjectMapper();

    private CarrierMain() {}

    public static void main(String[] arguments) throws IOException {
        InetAddress self = InetAddress.getByName(arguments[0]);
        InetAddress gateway = InetAddress.getByName(arguments[1]);
        try (CarrierSimulator carrier = new CarrierSimulator(self, gateway, 1);
                BufferedReader in = new BufferedReader(
                        new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                System.out.println(JSON.writeValueAsString(answer(carrier, line)));
            }
        }
    }

    private static ObjectNode answer(CarrierSimulator carrier, String line) {
        try {
            return answer(carrier, JSON.readTree(line));
        } catch (JsonProcessingException e) {
            return JSON.createObjectNode().put("error", "expected one JSON object a line: "
                    + e.getOriginalMessage());
        } catch (IOException | RuntimeException e) {
            return JSON.createObjectNode().put("error", String.valueOf(e.getMessage()));
        }
    }

    private static ObjectNode answer(CarrierSimulator carrier, JsonNode request)
            throws IOException {
        ObjectNode answer = JSON.createObjectNode();
        String imsi = request.path("imsi").asText();
        switch (request.path("op").asText()) {
            case "attach" -> {
                Outcome outcome = carrier.attach(device(request), request.path("gtp").asInt(2),
                        new Namespace(request.path("netns").asText()),
                        request.path("stubborn").asBoolean());
                describe(outcome, answer);
            }
            case "move" -> answer.put("cause", carrier.move(imsi, carrier.device(imsi)
                    .movedTo(Plmn.parse(request.path("plmn").asText()))));
            case "detach" -> answer.put("cause", carrier.detach(imsi));
            case "status" -> {
                answer.setAll(JSON.<ObjectNode>valueToTree(carrier.status(imsi)));
                answer.put("errorIndications", carrier.errorIndications());
            }
            case "echo" -> carrier.echo();
            default -> answer.put("error", "op " + request.path("op")
                    + ", expected attach, move, detach, status or echo");
        }
        return answer;
    }

    private static Device device(JsonNode request) {
        JsonNode imei = request.path("imei");
        return new Device(request.path("imsi").asText(), imei.isTextual() ? imei.asText() : null,
                request.path("msisdn").asText(), Plmn.parse(request.path("plmn").asText()),
                request.path("rat").asInt(6), request.path("area").asInt(1),
                request.path("cell").asInt(1), request.path("apn").asText("iot"),
                request.path("pdn").asInt(Device.PDN_IPV4));
    }

    private static void describe(Outcome outcome, ObjectNode answer) {
        switch (outcome) {
            case Outcome.Attached attached -> {
                answer.put("attached", true).put("cause", attached.cause()).put("mtu",
                        attached.mtu());
                InetAddress ipv4 = attached.ipv4();
                if (ipv4 != null) {
                    answer.put("ipv4", ipv4.getHostAddress());
                }
                answer.put("ipv6", attached.ipv6());
                var dns = answer.putArray("dns");
                attached.dns().forEach(server -> dns.add(server.getHostAddress()));
            }
            case Outcome.Refused refused ->
                answer.put("attached", false).put("cause", refused.cause());
        }
    }
}
