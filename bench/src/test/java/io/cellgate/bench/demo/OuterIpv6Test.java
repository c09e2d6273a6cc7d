package io.cellgate.bench.demo;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.cellgate.bench.carrier.CarrierProcess;
import io.cellgate.bench.carrier.Device;
import io.cellgate.bench.lab.GtpCapture;
import io.cellgate.bench.lab.JavaProgram;
import io.cellgate.bench.lab.Lab;
import io.cellgate.bench.lab.Namespace;
import io.cellgate.bench.lab.Prerequisites;
import io.cellgate.policy.subject.Plmn;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * A carrier that is reached over IPv6 alone: GTP-C of both versions and GTP-U with IPv6 endpoints (TS 29.274 §8.22,
 * TS 29.060 §7.7.32, TS 29.281 §4.4.1), and devices behind it that use either version of IP.
 */
class OuterIpv6Test {
    private static final String CARRIER = "2001:db8:200::1";
    private static final String GATEWAY = "2001:db8:200::2";
    private static final String WEB_IPV6 = "2001:db8:113::10";
    private static final String POLICY = """
            {"name": "ping", "rules": [
               {"id": "ping", "phase": "network", "action": "allow", "when": "net.protocol in {\\"icmp\\" \\"icmpv6\\"}"},
               {"id": "web", "phase": "network", "action": "allow", "when": "net.dst.port == 80"},
               {"id": "get", "phase": "http", "action": "allow", "when": "http.path starts_with \\"/v1/\\""}]}
            """;
    private static final Card NEW = Card.number("new", 1);
    private static final Card OLD = Card.number("old", 2);

    private static void pings(Namespace device, String... to) {
        assertThat(device.command("ping", "-c", "3", "-i", "0.2", "-W", "2").followedBy(to).run()
                .out()).contains(" 0% packet loss");
    }

    private static Device device(Card card, int pdn) {
        return new Device(card.imsi(), card.imei(), card.msisdn(), new Plmn("262", "01"), 6, 0x1234,
                0x5678, "iot", pdn);
    }

    @Test
    void devices_ofBothVersionsOfGtp_reachTheInternet_throughTunnelsOverIpv6() {
        Prerequisites.require("ip", "sysctl", "nginx", "unbound", "openssl", "curl", "ping",
                "dumpcap", "tshark");
        try (Lab lab = new Lab()) {
            Stage stage = new Stage(lab);
            stage.carrier.ip("address add " + CARRIER + "/64 dev s8 nodad");
            stage.gateway.ip("address add " + GATEWAY + "/64 dev s8 nodad");
            GtpCapture capture = new GtpCapture(lab, stage.carrier, "s8");
            GatewayProcess gateway = new GatewayProcess(lab, stage.gateway,
                    lab.folder().resolve("data"), JavaProgram.of("io.cellgate.control.Main"),
                    List.of("--gtp-address", GATEWAY, "--pool-ipv4", Stage.DEVICES_IPV4,
                            "--pool-ipv6", Stage.DEVICES_IPV6, "--dns-upstream", Stage.DNS));
            Enrolment enrolment = new Enrolment(gateway.api(), said -> {});
            enrolment.peer("Demo Mobile", List.of("26201"), CARRIER);
            Enrolment.Customer customer = enrolment.customer("Example Meters", List.of(NEW, OLD),
                    POLICY);
            CarrierProcess carrier = new CarrierProcess(lab, stage.carrier, CARRIER, GATEWAY);
            assertThat(carrier.echo()).isEmpty();

            Namespace recent = stage.device("new");
            JsonNode both = carrier.attach(device(NEW, 3), 2, recent, false);
            assertThat(both.path("attached").asBoolean()).as("%s", both).isTrue();
            pings(recent, "-4", Stage.WEB);
            pings(recent, "-4", Stage.WEB, "-s", "1300");
            pings(recent, "-6", WEB_IPV6, "-s", "1200");
            assertThat(recent.command("curl", "-s", "--max-time", "4", "-o", "/dev/null", "-w",
                    "%{http_code}", "http://" + Stage.WEB + "/v1/outer6").run().out())
                    .isEqualTo("200");

            Namespace older = stage.device("old");
            JsonNode one = carrier.attach(device(OLD, 1), 1, older, false);
            assertThat(one.path("attached").asBoolean()).as("%s", one).isTrue();
            pings(older, "-4", Stage.WEB);

            JsonNode session = customer.api().get("/v1/sessions?sim=" + NEW.iccid())
                    .path("items").path(0);
            assertThat(session.path("peer").asText()).startsWith("2001:db8:200:");
            assertThat(carrier.detach(NEW.imsi()).path("cause").asInt()).isEqualTo(16);
            assertThat(carrier.detach(OLD.imsi()).path("cause").asInt()).isEqualTo(128);
            capture.stop();
            GtpCapture.Judgement judgement = capture.judge(GATEWAY);
            assertThat(judgement.messages()).isPositive();
            assertThat(judgement.faults()).isEmpty();
        }
    }
}
