package io.cellgate.bench.demo;

import static org.assertj.core.api.Assertions.assertThat;

import io.cellgate.bench.lab.GtpCapture;
import io.cellgate.bench.lab.JavaProgram;
import io.cellgate.bench.lab.Lab;
import io.cellgate.bench.lab.Log;
import io.cellgate.bench.lab.Namespace;
import io.cellgate.bench.lab.Prerequisites;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * A whole gateway and a client that nobody here wrote: sgsnemu of Debian's osmo-ggsn attaches SIMs by GTPv1 and carries
 * their packets, in network namespaces. It prints the cause with which it was refused. Its default NSAPI, 0, is one that
 * TS 24.008 §10.5.6.2 reserves and that the gateway serves as other GGSNs do.
 */
class SgsnemuTest {
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
    private static final String USER_AUTHENTICATION_FAILED = "209";
    private static final String APN_ACCESS_DENIED = "222";
    private static final String HOME = "262.01";
    private static final Duration ATTACH_LIMIT = Duration.ofSeconds(8);

    private static final Card METER = Card.number("meter", 1);
    private static final Card PINGER = Card.number("pinger", 2);
    private static final Card SWAPPED = Card.number("swapped", 3);
    private static final Card SUSPENDED = Card.number("suspended", 4);
    private static final Card TRAVELLER = Card.number("traveller", 5);
    private static final Card STRANGER = Card.number("stranger", 6);
    private static final Card MODERN = Card.number("modern", 7);
    private static final int MANY = 1000;
    private static final int FIRST_OF_MANY = 1_000;

    private static Lab lab;
    private static Stage stage;
    private static GtpCapture capture;
    private static ControlApi operator;
    private static Enrolment.Customer customer;

    @BeforeAll
    static void start() {
        Prerequisites.require("ip", "sysctl", "nft", "nginx", "unbound", "openssl", "curl", "ping",
                "dumpcap", "tshark", "sgsnemu");
        lab = new Lab();
        stage = new Stage(lab);
        capture = new GtpCapture(lab, stage.carrier, "s8");
        GatewayProcess gateway = new GatewayProcess(stage,
                JavaProgram.of("io.cellgate.control.Main"));
        operator = gateway.api();
        Enrolment enrolment = new Enrolment(operator, said -> {});
        enrolment.peer("Demo Mobile", List.of("26201"), Stage.CARRIER);
        customer = enrolment.customer("Example Meters",
                Stream.concat(
                        Stream.of(METER, PINGER, SWAPPED, SUSPENDED, TRAVELLER, MODERN),
                        IntStream.range(0, MANY).mapToObj(SgsnemuTest::oneOfMany))
                        .toList(),
                POLICY);
    }

    /** sgsnemu counts the IMSIs of its contexts up by ten. */
    private static Card oneOfMany(int n) {
        Card card = Card.number("many", FIRST_OF_MANY + n);
        return new Card(card.name(), card.iccid(), "26201%010d".formatted(8_000 + 10 * n),
                card.msisdn(), card.imei());
    }

    private static Process sgsnemu(Card card, String imei, String plmn, Path log,
            String... options) {
        List<String> words = new ArrayList<>(List.of("stdbuf", "-oL", "sgsnemu", "--listen",
                Stage.CARRIER, "--remote", Stage.GATEWAY, "--apn", "iot", "--imsi", card.imsi(),
                "--msisdn", card.msisdn(), "--imeisv", imei, "--rattype", "6", "--userloc",
                "1." + plmn + ".1234.5678", "--rai", plmn + ".1234.56", "--statedir",
                lab.folder().toString(), "--pidfile",
                lab.folder().resolve("sgsnemu.pid").toString()));
        words.addAll(List.of(options));
        return lab.start(stage.carrier.command(words.toArray(String[]::new)), log);
    }

    private static String imeiSv(Card card) {
        return card.imei().substring(0, 14) + "01";
    }

    /** The cause that sgsnemu prints when it is refused. */
    private static String refusal(Card card, String imei, String plmn) {
        Path log = lab.folder().resolve("refused-" + card.name() + ".log");
        Process process = sgsnemu(card, imei, plmn, log, "--pinghost", Stage.WEB, "--nsapi",
                "5");
        boolean answered = Lab.await(ATTACH_LIMIT,
                () -> Log.read(log).contains("Received create PDP context response"));
        Lab.stop(process);
        return answered
                ? Log.read(log).replaceFirst(
                        "(?s).*create PDP context response\\. Cause value: (\\d+).*", "$1")
                : "no answer: " + Log.read(log);
    }

    @Test
    void anAdmittedSim_pingsAndFetches_whatItsPolicyAllows_andNothingElse() {
        Namespace device = lab.namespace("meter");
        device.resolvers(List.of(Stage.DNS));
        Path log = lab.folder().resolve("meter.log");
        Process process = sgsnemu(METER, imeiSv(METER), HOME, log, "--createif", "--defaultroute",
                "--netns", device.name());
        try {
            assertThat(Lab.await(ATTACH_LIMIT,
                    () -> device.ip("route").contains("default")))
                    .as("sgsnemu attaches: %s\n%s", Log.read(log), operator.text("/v1/signalling"))
                    .isTrue();

            assertThat(device.command("ping", "-c", "3", "-i", "0.2", "-W", "2", Stage.WEB).run()
                    .out()).contains(" 0% packet loss");
            assertThat(device.command("ping", "-c", "2", "-i", "0.2", "-W", "1", Stage.NAMELESS)
                    .run().out()).contains("100% packet loss");
            assertThat(fetch(device, "http://api.meters.example/v1/sgsnemu"))
                    .isEqualTo("200");
            assertThat(fetch(device, "http://api.meters.example/admin/sgsnemu"))
                    .isEqualTo("403");
            assertThat(stage.web.requests()).anyMatch(line -> line.contains("/v1/sgsnemu"))
                    .noneMatch(line -> line.contains("/admin/sgsnemu"));
        } finally {
            Lab.stop(process);
        }
    }

    private static String fetch(Namespace device, String url) {
        return device.command("curl", "-s", "--max-time", "4", "-o", "/dev/null", "-w",
                "%{http_code}", url).run().out();
    }

    @Test
    void sgsnemuItself_pingsThroughTheGateway() {
        Path log = lab.folder().resolve("pinger.log");
        Process process = sgsnemu(PINGER, imeiSv(PINGER), HOME, log, "--pinghost", Stage.WEB,
                "--pingcount", "2");
        boolean done = Lab.await(Duration.ofSeconds(12),
                () -> Log.read(log).contains("packets received"));
        Lab.stop(process);
        assertThat(done).as("%s\n%s", Log.read(log), operator.text("/v1/signalling")).isTrue();
        assertThat(Log.read(log)).contains("2 packets received");
    }

    /** In IPv6 the device forms its address of our router advertisement, TS 23.060 §9.2.1.1. */
    @Test
    void anIpv6Context_getsItsPrefix_andPings() {
        Namespace device = lab.namespace("modern");
        device.sysctl("net.ipv6.conf.all.accept_ra", 2);
        device.sysctl("net.ipv6.conf.default.accept_ra", 2);
        Path log = lab.folder().resolve("modern.log");
        Process process = sgsnemu(MODERN, imeiSv(MODERN), HOME, log, "--createif",
                "--defaultroute", "--pdp-type", "v6", "--netns", device.name());
        try {
            // while an address is tentative, RFC 4862 §5.4, packets come from the link-local one
            assertThat(Lab.await(ATTACH_LIMIT,
                    () -> device.ip("-6 address show scope global -tentative")
                            .contains("2001:db8:45:")))
                    .as("its address: %s\n%s", Log.read(log), operator.text("/v1/signalling"))
                    .isTrue();
            assertThat(device.command("ping", "-6", "-c", "3", "-i", "0.2", "-W", "2",
                    "2001:db8:113::10").run().out())
                    .as("%s%s\n%s", device.ip("-6 address"), operator.text("/v1/flows"), drops())
                    .contains(" 0% packet loss");
        } finally {
            Lab.stop(process);
        }
    }

    private static String drops() {
        return operator.text("/metrics").lines()
                .filter(line -> line.startsWith("cellgate_userplane_drops_total")
                        && !line.endsWith(" 0.0"))
                .collect(Collectors.joining("\n"));
    }

    private static long sessions() {
        return operator.text("/metrics").lines()
                .filter(line -> line.startsWith("cellgate_sessions "))
                .mapToLong(line -> (long) Double.parseDouble(line.split(" ", 2)[1])).sum();
    }

    /** sgsnemu keeps its restart counter in its folder: one that was killed comes back with the next one. */
    @Test
    void aThousandContexts_areThere_andGoWithThePeersRestart_23_007_17() {
        Card first = oneOfMany(0);
        Path log = lab.folder().resolve("many.log");
        Process many = sgsnemu(first, imeiSv(first), HOME, log, "--contexts",
                Integer.toString(MANY), "--pinghost", Stage.WEB, "--pingrate", "1", "--pingquiet");
        assertThat(Lab.await(Duration.ofSeconds(30), () -> sessions() == MANY))
                .as("%d sessions of %s", sessions(), Log.tail(log, 5)).isTrue();
        many.descendants().forEach(ProcessHandle::destroyForcibly);
        many.destroyForcibly();
        Path again = lab.folder().resolve("again.log");
        Process one = sgsnemu(PINGER, imeiSv(PINGER), HOME, again, "--pinghost", Stage.WEB,
                "--pingrate", "1");
        try {
            assertThat(Lab.await(Duration.ofSeconds(20), () -> sessions() == 1))
                    .as("%d sessions after the restart", sessions()).isTrue();
            assertThat(Lab.await(ATTACH_LIMIT, () -> Log.read(again).contains("bytes from")))
                    .as("%s", Log.read(again)).isTrue();
        } finally {
            Lab.stop(one);
        }
        assertThat(Lab.await(ATTACH_LIMIT, () -> sessions() == 0)).as("it deletes its context")
                .isTrue();
    }

    @Test
    void aSimThatIsNotOurs_isRefused() {
        assertThat(refusal(STRANGER, imeiSv(STRANGER), HOME))
                .isEqualTo(USER_AUTHENTICATION_FAILED);
    }

    @Test
    void aSuspendedSim_isRefused() {
        customer.api().post("/v1/sims/" + SUSPENDED.iccid() + "/actions",
                "{\"action\":\"suspend\"}");
        assertThat(refusal(SUSPENDED, imeiSv(SUSPENDED), HOME))
                .isEqualTo(USER_AUTHENTICATION_FAILED);
    }

    @Test
    void aSimInAnotherModem_isRefused() {
        customer.api().post("/v1/sims/" + SWAPPED.iccid() + "/actions",
                "{\"action\":\"lock-imei\",\"imeis\":[\"" + SWAPPED.imei() + "\"]}");
        assertThat(refusal(SWAPPED, imeiSv(METER), HOME)).isEqualTo(USER_AUTHENTICATION_FAILED);
    }

    @Test
    void aSimOutsideItsFence_isRefused() {
        assertThat(refusal(TRAVELLER, imeiSv(TRAVELLER), "208.01")).isEqualTo(APN_ACCESS_DENIED);
    }

    /** The last word: of all that the gateway answered above. */
    @AfterAll
    static void everyMessageOfTheGateway_isReadByTsharkWithoutAMark() {
        if (capture == null) {
            if (lab != null) {
                lab.close();
            }
            return;
        }
        try {
            capture.stop();
            GtpCapture.Judgement judgement = capture.judge(Stage.GATEWAY);
            assertThat(judgement.messages()).isPositive();
            assertThat(judgement.faults()).isEmpty();
        } finally {
            lab.close();
        }
    }
}
