package io.cellgate.bench.demo;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.cellgate.bench.carrier.CarrierProcess;
import io.cellgate.bench.carrier.Device;
import io.cellgate.bench.lab.Command;
import io.cellgate.bench.lab.JavaProgram;
import io.cellgate.bench.lab.Lab;
import io.cellgate.bench.lab.Log;
import io.cellgate.bench.lab.Namespace;
import io.cellgate.bench.lab.Prerequisites;
import io.cellgate.policy.subject.Plmn;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Each packet I/O backend between real programs: what curl, iperf3 and ping send through the gateway arrives, whole, and
 * with every checksum right both ways, as tshark computes them. The servers leave their checksums and the cutting of
 * large sends to their network card, as they do wherever nobody has told them not to; here that card is a veth.
 */
class PacketIoTest {
    private static final String POLICY = """
            {"name": "all",
             "rules": [
               {"id": "ping", "phase": "network", "action": "allow", "when": "net.protocol in {\\"icmp\\" \\"icmpv6\\"}"},
               {"id": "ports", "phase": "network", "action": "allow", "when": "net.dst.port in {80 5201}"},
               {"id": "requests", "phase": "http", "action": "allow", "when": "http.method == \\"GET\\""}
             ]}
            """;
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String WEB_IPV6 = "2001:db8:113::10";
    private static final Card CARD = Card.number("meter", 1);
    private static final int LARGE_OCTETS = 4_000_000;
    /** What tshark marks as wrong, where the packet has a checksum at all. */
    private static final String WRONG = "ip.checksum.status == 0 || udp.checksum.status == 0 || tcp.checksum.status == 0"
            + " || icmp.checksum.status == 0 || icmpv6.checksum.status == 0";

    @BeforeAll
    static void programs() {
        Prerequisites.require("ip", "sysctl", "nginx", "unbound", "openssl", "curl", "ping",
                "iperf3", "ethtool", "dumpcap", "tshark");
    }

    @ParameterizedTest
    @ValueSource(strings = {"tun", "xdp", "afpacket"})
    void packetsOfRealPrograms_passWhole_withRightChecksums(String backend) throws IOException {
        try (Lab lab = new Lab()) {
            Stage stage = new Stage(lab);
            // what the kernel itself sends must be finished before it is captured
            for (String device : List.of("s8", "sgi")) {
                stage.gateway.must("ethtool", "-K", device, "tx", "off", "gso", "off", "tso",
                        "off");
            }
            if (backend.equals("afpacket")) {
                // it gets what the server's network card would have cut; see its warning
                stage.internet.must("ethtool", "-K", "eth0", "tso", "off", "gso", "off");
            }
            GatewayProcess gateway = new GatewayProcess(lab, stage.gateway,
                    lab.folder().resolve("data"), JavaProgram.of("io.cellgate.control.Main"),
                    List.of("--gtp-address", Stage.GATEWAY, "--pool-ipv4", Stage.DEVICES_IPV4,
                            "--pool-ipv6", Stage.DEVICES_IPV6, "--dns-upstream", Stage.DNS, "--io",
                            backend, "--core-interface", "sgi"));
            assertThat(Log.read(gateway.log())).as("the backend that was asked for")
                    .contains(" on " + backend);
            Enrolment enrolment = new Enrolment(gateway.api(), said -> {});
            enrolment.peer("Demo Mobile", List.of("26201"), Stage.CARRIER);
            enrolment.customer("Example Meters", List.of(CARD), POLICY);
            CarrierProcess carrier = new CarrierProcess(lab, stage.carrier, Stage.CARRIER,
                    Stage.GATEWAY);
            Namespace device = stage.device("meter");
            JsonNode attached = carrier.attach(new Device(CARD.imsi(), CARD.imei(), CARD.msisdn(),
                    new Plmn("262", "01"), 6, 0x1234, 0x5678, "iot", 3), 2, device, false);
            assertThat(attached.path("ipv6").asText()).as("%s", attached).isNotEmpty();
            Capture uplink = new Capture(lab, stage.internet, "eth0");
            Capture downlink = new Capture(lab, stage.carrier, "s8");

            ping(device, "-4", Stage.WEB, "-s", "8");
            ping(device, "-4", Stage.WEB, "-s", "1300");
            ping(device, "-6", WEB_IPV6, "-s", "1200");
            download(lab, device, "http://" + Stage.WEB + "/firmware.bin");
            download(lab, device, "http://[" + WEB_IPV6 + "]/firmware.bin");
            lab.start(stage.internet.command("iperf3", "-s", "--forceflush"),
                    lab.folder().resolve("iperf.log"));
            assertThat(Lab.await(Duration.ofSeconds(5),
                    () -> Log.read(lab.folder().resolve("iperf.log")).contains("listening")))
                    .isTrue();
            transfer(device, Stage.WEB, "-n", "2M");
            transfer(device, Stage.WEB, "-R", "-n", "2M");
            transfer(device, WEB_IPV6, "-R", "-n", "1M");
            datagrams(device, Stage.WEB, "-l", "16");
            datagrams(device, Stage.WEB, "-R", "-l", "16");
            datagrams(device, WEB_IPV6, "-R", "-l", "1000");

            assertThat(uplink.wrong()).as("packets to the internet with a wrong checksum")
                    .isEmpty();
            assertThat(downlink.wrong()).as("packets to the carrier with a wrong checksum")
                    .isEmpty();
            assertThat(uplink.count("tcp.checksum.status == 1")).isGreaterThan(100);
            assertThat(downlink.count("gtp && tcp.checksum.status == 1")).isGreaterThan(1000);
            assertThat(downlink.count("gtp && icmpv6.checksum.status == 1")).isPositive();
        }
    }

    private static void ping(Namespace device, String... arguments) {
        Command.Result result = device.command("ping", "-c", "3", "-i", "0.1", "-W", "2")
                .followedBy(arguments).run();
        assertThat(result.out()).contains(" 0% packet loss");
    }

    private static void download(Lab lab, Namespace device, String url) throws IOException {
        Path file = lab.folder().resolve("downloaded");
        device.must("curl", "-sS", "--fail", "--max-time", "20", "-r",
                "0-" + (LARGE_OCTETS - 1), "-o", file.toString(), url);
        assertThat(Files.size(file)).isEqualTo(LARGE_OCTETS);
        Files.delete(file);
    }

    private static JsonNode iperf(Namespace device, String server, String... arguments)
            throws IOException {
        Command.Result result = device.command("iperf3", "-c", server, "-J", "--connect-timeout",
                "3000").followedBy(arguments).run();
        assertThat(result.ok()).as(result.out() + result.err()).isTrue();
        return JSON.readTree(result.out()).path("end");
    }

    private static void transfer(Namespace device, String server, String... arguments)
            throws IOException {
        assertThat(iperf(device, server, arguments).path("sum_received").path("bytes").asLong())
                .isGreaterThan(200_000);
    }

    private static void datagrams(Namespace device, String server, String... size)
            throws IOException {
        JsonNode sum = iperf(device, server, Command.of("-u", "-b", "64K", "-t", "1")
                .followedBy(size).words().toArray(String[]::new)).path("sum");
        assertThat(sum.path("packets").asLong()).isPositive();
        assertThat(sum.path("lost_packets").asLong()).as("lost of %s", sum).isZero();
    }

    /** What came in at an interface: all of it was sent by the gateway. */
    private static final class Capture {
        private final Path file;
        private final Process process;

        Capture(Lab lab, Namespace namespace, String device) {
            file = lab.folder().resolve(namespace.name() + ".pcapng");
            Path log = lab.folder().resolve(namespace.name() + "-dumpcap.log");
            process = lab.start(namespace.command("dumpcap", "-q", "-i", device, "-f",
                    "inbound and (udp or tcp or icmp or icmp6)", "-w", file.toString()), log);
            assertThat(Lab.await(Duration.ofSeconds(10), () -> Files.exists(file)))
                    .as(Log.read(log))
                    .isTrue();
        }

        List<String> wrong() {
            Lab.pause(Duration.ofMillis(500));
            Lab.stop(process);
            return lines(WRONG);
        }

        long count(String filter) {
            return lines(filter).size();
        }

        private List<String> lines(String filter) {
            return Command.of("tshark", "-n", "-r", file.toString(), "-o", "ip.check_checksum:TRUE",
                    "-o", "udp.check_checksum:TRUE", "-o", "tcp.check_checksum:TRUE", "-o",
                    "tcp.desegment_tcp_streams:FALSE", "-Y", filter,
                    "-T", "fields", "-e", "frame.number", "-e", "_ws.col.Info").mustRun().lines()
                    .toList();
        }
    }
}
