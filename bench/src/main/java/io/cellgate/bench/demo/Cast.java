package io.cellgate.bench.demo;

import com.fasterxml.jackson.databind.JsonNode;
import io.cellgate.bench.carrier.CarrierProcess;
import io.cellgate.bench.carrier.Device;
import io.cellgate.bench.lab.Command;
import io.cellgate.bench.lab.Lab;
import io.cellgate.bench.lab.Namespace;
import io.cellgate.policy.subject.Plmn;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/** Who takes part in the scenarios: the carrier, the devices with their SIMs, the customer; and how to ask what each saw. */
final class Cast {
    static final int IPV4 = 1;
    static final int IPV6 = 2;
    static final int RAT_UTRAN = 1;
    static final int RAT_GERAN = 2;
    static final int RAT_LTE_M = 9;
    private static final Plmn GERMANY = new Plmn("262", "01");
    private static final int AREA = 0x1234;
    private static final int CELL = 0x5678;
    private static final String APN = "iot";

    final Stage stage;
    final CarrierProcess carrier;
    final Enrolment.Customer customer;
    private final ControlApi operator;
    private final Map<String, Card> cards = new HashMap<>();
    private final Map<String, Equipment> equipment = new HashMap<>();

    /** A device in the field: its SIM and where its programs run. */
    record Equipment(Card card, Namespace namespace, String ipv4, String ipv6) {}

    Cast(Stage stage, CarrierProcess carrier, ControlApi operator,
            Enrolment.Customer customer, List<Card> cards) {
        this.stage = stage;
        this.carrier = carrier;
        this.operator = operator;
        this.customer = customer;
        cards.forEach(card -> this.cards.put(card.name(), card));
    }

    Card card(String name) {
        Card card = cards.get(name);
        if (card == null) {
            throw new IllegalArgumentException("no card " + name);
        }
        return card;
    }

    /** The device of this name as its owner would attach it: LTE-M, at home, IPv4, its own modem. */
    Device device(String name) {
        Card card = card(name);
        return new Device(card.imsi(), card.imei(), card.msisdn(), GERMANY, RAT_LTE_M, AREA, CELL,
                APN, IPV4);
    }

    static Device inModem(Device device, String imei) {
        return new Device(device.imsi(), imei, device.msisdn(), device.serving(), device.rat(),
                device.area(), device.cell(), device.apn(), device.pdn());
    }

    static Device servedBy(Device device, Plmn plmn) {
        return new Device(device.imsi(), device.imei(), device.msisdn(), plmn, device.rat(),
                device.area(), device.cell(), device.apn(), device.pdn());
    }

    static Device over(Device device, int rat, int pdn) {
        return new Device(device.imsi(), device.imei(), device.msisdn(), device.serving(), rat,
                device.area(), device.cell(), device.apn(), pdn);
    }

    /** Attaches by GTPv2; where the gateway refuses, the answer says {@code attached: false}. */
    JsonNode tryAttach(String name, Device device, int gtpVersion, boolean stubborn) {
        Equipment known = equipment.get(name);
        Namespace place = known == null ? stage.device(name) : known.namespace();
        JsonNode answer = carrier.attach(device, gtpVersion, place, stubborn);
        equipment.put(name, new Equipment(card(name), place, answer.path("ipv4").asText(),
                answer.path("ipv6").asText()));
        return answer;
    }

    /** The device of this name, attached as {@link #device} says unless it is already. */
    Equipment attached(String name) {
        Equipment known = equipment.get(name);
        return known != null ? known : attach(name, device(name), 2, false);
    }

    Equipment attach(String name, Device device, int gtpVersion, boolean stubborn) {
        JsonNode answer = tryAttach(name, device, gtpVersion, stubborn);
        Equipment attached = equipment.get(name);
        if (attached == null || !answer.path("attached").asBoolean()) {
            throw new IllegalStateException(name + " was refused: " + answer);
        }
        return attached;
    }

    /** An action of the customer on a SIM. */
    void act(String name, String action) {
        customer.api().post("/v1/sims/" + card(name).iccid() + "/actions",
                "{\"action\":\"" + action + "\"}");
    }

    /** A moment that records of what follows are not older than. */
    static Instant now() {
        return Instant.ofEpochMilli(System.currentTimeMillis());
    }

    /**
     * The newest record of a log ({@code flows}, {@code dns-queries}, {@code signalling}) of this SIM that matches; logs
     * are written beside the traffic, so it may come a moment later.
     */
    Optional<JsonNode> record(String log, Card card, Instant since, Predicate<JsonNode> matching) {
        String path = "/v1/%s?sim=%s&since=%s&limit=1000".formatted(log, card.iccid(), since);
        for (int attempt = 0; attempt < 15; attempt++) {
            for (JsonNode item : customer.api().get(path).path("items")) {
                if (matching.test(item)) {
                    return Optional.of(item);
                }
            }
            Lab.pause(Duration.ofMillis(100));
        }
        return Optional.empty();
    }

    /** {@code allowed:RULE} or {@code blocked:RULE} of a record; before a default stands the phase whose default it is. */
    static String decision(Optional<JsonNode> found) {
        if (found.isEmpty()) {
            return "not-recorded";
        }
        JsonNode item = found.get();
        String rule = item.path("rule").asText("none");
        String verdict = item.path("verdict").asText();
        if (verdict.equals("allow")) {
            return "allowed:" + rule;
        }
        if (!blocked(item)) {
            return verdict + ":" + rule;
        }
        String phase = item.path("reason").asText().replaceFirst("^policy_", "");
        return "blocked:" + (rule.equals("default") ? phase + "/" : "") + rule;
    }

    static boolean blocked(JsonNode item) {
        return item.path("verdict").asText().equals("block");
    }

    /** How often the gateway has dropped a packet for this reason. */
    long drops(String reason) {
        return operator.text("/metrics").lines()
                .filter(line -> line.contains("\"" + reason + "\""))
                .mapToLong(line -> (long) Double.parseDouble(
                        line.substring(line.lastIndexOf(' ') + 1)))
                .sum();
    }

    ControlApi operator() {
        return operator;
    }

    /** A request by curl, as a device's program makes it. */
    record Fetch(int exit, int status, String body) {
        String seenByDevice() {
            String text = body.strip().lines().findFirst().orElse("");
            return status > 0
                    ? "got %d %s".formatted(status, text)
                    : "got nothing (curl %d: %s)".formatted(exit, switch (exit) {
                        case 6 -> "no such name";
                        case 7 -> "no connection";
                        case 28 -> "time-out";
                        case 35 -> "TLS handshake broken off";
                        case 56 -> "connection reset";
                        default -> text;
                    });
        }
    }

    /** Fetches; the marker is sent as the user agent, by which the server's log knows it. */
    Fetch fetch(Equipment device, String url, String marker, String... options) {
        List<String> words = new ArrayList<>(List.of("curl", "-sS", "--max-time", "4",
                "--connect-timeout", "2", "--cacert", stage.web.certificate().toString(), "-A",
                marker, "-w", "\n%{http_code}"));
        words.addAll(List.of(options));
        words.add(url);
        Command.Result result = device.namespace().command(words.toArray(String[]::new)).run();
        int end = result.out().lastIndexOf('\n');
        String status = result.out().substring(end + 1).strip();
        return new Fetch(result.exit(), status.isEmpty() ? 0 : Integer.parseInt(status),
                end < 0 ? result.err() : result.out().substring(0, end));
    }

    /** Whether a request with this marker reached the server. */
    boolean serverSaw(String marker) {
        return stage.web.requests().stream().anyMatch(line -> line.contains("\"" + marker + "\""));
    }
}
