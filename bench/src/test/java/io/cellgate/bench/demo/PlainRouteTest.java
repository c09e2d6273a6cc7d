package io.cellgate.bench.demo;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.cellgate.bench.lab.Command;
import io.cellgate.bench.lab.JavaProgram;
import io.cellgate.bench.lab.Lab;
import io.cellgate.bench.lab.Log;
import io.cellgate.bench.lab.Namespace;
import io.cellgate.bench.lab.Prerequisites;
import java.time.Duration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Carriers that have a PGW of their own: their routers bring devices' packets as they are, and FreeRADIUS' radclient tells in
 * their name which SIM has which address. Two workers share the links, one after the restart.
 *
 * <pre>
 *   meter 10.50.1.2, 2001:db8:50:1::2 ─┐
 *   swapped 10.50.2.2 ─────────────────┼─ carrier ── s8 ── gateway ── sgi ── internet
 *   walker 10.50.3.2 ──────────────────┘                     │
 *                                       rival ────── s9 ─────┘
 * </pre>
 */
class PlainRouteTest {
    private static final String POLICY = """
            {"name": "meters",
             "rules": [
               {"id": "backend-names", "phase": "dns", "action": "allow",
                "when": "dns.domain in $backend"},
               {"id": "ping-web", "phase": "network", "action": "allow",
                "when": "net.protocol in {\\"icmp\\" \\"icmpv6\\"} and net.dst.ip in {203.0.113.10 2001:db8:113::10}"},
               {"id": "backend-web", "phase": "network", "action": "allow",
                "when": "net.dst.domain in $backend and net.dst.port == 80"},
               {"id": "telemetry", "phase": "http", "action": "allow",
                "when": "http.path starts_with \\"/v1/\\""}
             ]}
            """;
    private static final String SECRET = "shared-by-the-carriers-gateway";
    private static final String WEB_IPV6 = "2001:db8:113::10";
    private static final Card METER = Card.number("meter", 1);
    private static final Card SWAPPED = Card.number("swapped", 2);
    private static final Card WALKER = Card.number("walker", 3);
    private static final List<String> OF_TWO_WORKERS = List.of("--workers", "2", "--gtp-address",
            Stage.GATEWAY,
            "--pool-ipv4", Stage.DEVICES_IPV4, "--pool-ipv6", Stage.DEVICES_IPV6,
            "--dns-upstream", Stage.DNS, "--plain-route",
            "10.50.0.0/16=" + Stage.CARRIER + ",2001:db8:50::/48=2001:db8:200::1,"
                    + "10.60.0.0/16=10.201.0.1");

    private static Lab lab;
    private static Stage stage;
    private static Namespace rival;
    private static GatewayProcess gateway;
    private static ControlApi operator;
    private static Enrolment.Customer customer;
    private static String client;

    @BeforeAll
    static void start() {
        Prerequisites.require("ip", "sysctl", "nft", "nginx", "unbound", "openssl", "curl", "ping",
                "radclient");
        lab = new Lab();
        stage = new Stage(lab);
        stage.carrier.ip("address add 2001:db8:200::1/64 dev s8 nodad");
        stage.gateway.ip("address add 2001:db8:200::2/64 dev s8 nodad");
        stage.carrier.ip("route add default via " + Stage.GATEWAY);
        stage.carrier.ip("-6 route add default via 2001:db8:200::2");
        stage.carrier.sysctl("net.ipv4.ip_forward", 1);
        stage.carrier.sysctl("net.ipv6.conf.all.forwarding", 1);
        stage.internet.ip("route add 10.50.0.0/16 via " + Stage.SGI);
        stage.internet.ip("-6 route add 2001:db8:50::/48 via 2001:db8:113::1");
        rival = lab.namespace("rival");
        lab.join(rival, "s9", List.of("10.201.0.1/24", "10.50.1.2/32"), stage.gateway, "s9",
                List.of("10.201.0.2/24"));
        rival.ip("route add default via 10.201.0.2 src 10.50.1.2");
        gateway = new GatewayProcess(lab, stage.gateway, lab.folder().resolve("data"),
                JavaProgram.of("io.cellgate.control.Main"), OF_TWO_WORKERS);
        operator = gateway.api();
        String carrier = operator.post("/v1/carriers",
                "{\"name\":\"Demo Mobile\",\"home_plmns\":[\"26201\"]}").path("id").asText();
        JsonNode made = operator.post("/v1/carriers/" + carrier + "/accounting-clients", """
                {"name": "pgw", "sources": ["10.200.0.0/24"], "secret": "%s",
                 "ranges": ["10.50.0.0/16", "2001:db8:50::/48"]}""".formatted(SECRET));
        assertThat(made.toString()).doesNotContain(SECRET);
        client = "/v1/carriers/" + carrier + "/accounting-clients/" + made.path("id").asText();
        customer = new Enrolment(operator, said -> {}).customer("Example Meters",
                List.of(METER, SWAPPED, WALKER), POLICY);
    }

    @AfterAll
    static void end() {
        if (lab != null) {
            lab.close();
        }
    }

    /** A device behind the carrier's router: number n has 10.50.n.2 and 2001:db8:50:n::2. */
    private static Namespace device(String name, int n) {
        Namespace device = lab.namespace(name);
        lab.join(stage.carrier, "d" + n,
                List.of("10.50." + n + ".1/24", "2001:db8:50:" + n + "::1/64"), device, "eth0",
                List.of("10.50." + n + ".2/24", "2001:db8:50:" + n + "::2/64"));
        device.ip("route add default via 10.50." + n + ".1");
        device.ip("-6 route add default via 2001:db8:50:" + n + "::1");
        device.resolvers(List.of(Stage.DNS));
        return device;
    }

    private static String message(String status, Card card, int n, String more) {
        return """
                Acct-Status-Type = %s
                Acct-Session-Id = "%s"
                NAS-IP-Address = %s
                3GPP-IMSI = "%s"
                Framed-IP-Address = 10.50.%d.2
                Framed-IPv6-Prefix = 2001:db8:50:%d::/64
                Calling-Station-Id = "%s"
                Called-Station-Id = "iot"
                3GPP-RAT-Type = 6
                %s
                """.formatted(status, card.name(), Stage.CARRIER, card.imsi(), n, n,
                card.msisdn(), more);
    }

    private static String place(Card card, String plmn) {
        return "3GPP-IMEISV = \"" + card.imei().substring(0, 14)
                + "01\"\n3GPP-SGSN-MCC-MNC = \"" + plmn + "\"";
    }

    private static boolean told(String message, String secret) {
        Command.Result result = stage.carrier.command("radclient", "-x", "-t", "2", "-r", "2",
                Stage.GATEWAY + ":1813", "acct", secret).run(message);
        assertThat(result.out() + result.err()).contains("Sent Accounting-Request");
        return result.out().contains("Received Accounting-Response");
    }

    private static void told(String status, Card card, int n, String more) {
        assertThat(told(message(status, card, n, more), SECRET)).as("%s is answered", status)
                .isTrue();
    }

    private static String fetch(Namespace device, String family, String path) {
        return device.command("curl", family, "-s", "--max-time", "4", "-o", "/dev/null", "-w",
                "%{http_code}", "http://api.meters.example" + path).run().out();
    }

    private static boolean pings(Namespace device, String... to) {
        return device.command("ping", "-c", "2", "-i", "0.2", "-W", "1").followedBy(to).run()
                .out().contains(" 0% packet loss");
    }

    private static long drops(String reason) {
        Matcher line = Pattern.compile("(?m)^cellgate_userplane_drops[^\\n]*\"" + reason
                + "\"[^\\n]* ([0-9.E+]+)$").matcher(operator.text("/metrics"));
        return line.find() ? (long) Double.parseDouble(line.group(1)) : 0;
    }

    @Test
    void boundAddress_isUnderItsSimsPolicy_fromStartToStop_evenThroughARestart() {
        Namespace device = device("meter", 1);
        long unbound = drops("source_unbound");
        assertThat(pings(device, Stage.WEB)).as("before its Start").isFalse();
        assertThat(drops("source_unbound")).isGreaterThan(unbound);

        told("Start", METER, 1, place(METER, "26201"));
        assertThat(pings(device, Stage.WEB)).isTrue();
        assertThat(pings(device, "-6", WEB_IPV6)).isTrue();
        assertThat(pings(device, Stage.NAMELESS)).as("what no rule allows").isFalse();
        assertThat(fetch(device, "-4", "/v1/plain")).isEqualTo("200");
        assertThat(fetch(device, "-6", "/v1/plain6")).isEqualTo("200");
        assertThat(fetch(device, "-4", "/admin/plain")).isEqualTo("403");
        assertThat(stage.web.requests()).anyMatch(line -> line.contains("/v1/plain6"))
                .noneMatch(line -> line.contains("/admin/plain"));
        assertThat(pings(device, Stage.GATEWAY)).as("the gateway's own address").isFalse();

        JsonNode session = customer.api().get("/v1/sessions?sim=" + METER.iccid()).path("items")
                .path(0);
        assertThat(session.path("ipv4").asText()).isEqualTo("10.50.1.2");
        assertThat(session.path("gtp_version").isNull()).isTrue();
        assertThat(session.path("octets_up").asLong()).isPositive();

        long spoofed = drops("source_spoofed");
        assertThat(pings(rival, Stage.WEB)).as("another carrier's link").isFalse();
        assertThat(drops("source_spoofed")).isGreaterThan(spoofed);

        gateway.stop();
        gateway = new GatewayProcess(lab, stage.gateway, lab.folder().resolve("data"),
                JavaProgram.of("io.cellgate.control.Main"),
                OF_TWO_WORKERS.subList(2, OF_TWO_WORKERS.size()));
        assertThat(Lab.await(Duration.ofSeconds(5), () -> pings(device, Stage.WEB)))
                .as("the carrier does not tell it again: %s", Log.tail(gateway.log(), 20))
                .isTrue();

        told("Stop", METER, 1, "");
        assertThat(pings(device, Stage.WEB)).as("after its Stop").isFalse();
    }

    @Test
    void simInAnotherModem_isBarred_untilItsOwnerUnlocksIt() {
        Namespace device = device("swapped", 2);
        customer.api().post("/v1/sims/" + SWAPPED.iccid() + "/actions",
                "{\"action\":\"lock-imei\",\"imeis\":[\"" + SWAPPED.imei() + "\"]}");
        told("Start", SWAPPED, 2, place(METER, "26201"));
        assertThat(pings(device, Stage.WEB)).isFalse();
        assertThat(operator.text("/v1/signalling")).contains("imei_locked");
        customer.api().post("/v1/sims/" + SWAPPED.iccid() + "/actions",
                "{\"action\":\"unlock-imei\"}");
        assertThat(pings(device, Stage.WEB)).as("without another message").isTrue();
        customer.api().post("/v1/sims/" + SWAPPED.iccid() + "/actions",
                "{\"action\":\"suspend\"}");
        assertThat(pings(device, Stage.WEB)).as("suspended").isFalse();
        customer.api().post("/v1/sims/" + SWAPPED.iccid() + "/actions",
                "{\"action\":\"resume\"}");
        assertThat(pings(device, Stage.WEB)).as("resumed").isTrue();
    }

    @Test
    void deviceThatLeavesItsFence_isBarred_byTheInterimThatSaysSo() {
        Namespace device = device("walker", 3);
        told("Start", WALKER, 3, place(WALKER, "26201"));
        assertThat(pings(device, Stage.WEB)).isTrue();
        told("Interim-Update", WALKER, 3, place(WALKER, "20801"));
        assertThat(pings(device, Stage.WEB)).as("in France").isFalse();
        told("Interim-Update", WALKER, 3, place(WALKER, "23201"));
        assertThat(pings(device, Stage.WEB)).as("in Austria").isTrue();
    }

    @Test
    void anotherSecret_isNotAnswered_andCounted() {
        assertThat(told(message("Start", METER, 9, ""), "not-what-is-shared-here")).isFalse();
        assertThat(operator.get(client).path("counters").path("authenticator").asLong())
                .isPositive();
    }
}
