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
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

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
    /** Of the links: 1500 octets behind an Ethernet header. */
    private static final int LONGEST_FRAME_OCTETS = 1514;
    /** Of tshark, for each header of the kind that a packet has: 0 wrong, 1 right, 2 not there. */
    private static final List<String> CHECKSUMS = List.of("ip.checksum.status",
            "udp.checksum.status", "tcp.checksum.status", "icmp.checksum.status",
            "icmpv6.checksum.status");

    @BeforeAll
    static void programs() {
        Prerequisites.require("ip", "sysctl", "nginx", "unbound", "openssl", "curl", "ping",
                "iperf3", "ethtool", "dumpcap", "tshark");
    }

    @ParameterizedTest
    @CsvSource({"tun,0", "xdp,0", "xdp,4096", "afpacket,0"})
    void packetsOfRealPrograms_passWhole_withRightChecksums(String backend, int kernelFlows)
            throws IOException {
        try (Lab lab = new Lab()) {
            Stage stage = new Stage(lab);
            // what the kernel itself sends must be finished before it is captured
            for (String device : List.of("s8", "sgi")) {
                stage.gateway.must("ethtool", "-K", device, "tx", "off", "gso", "off", "tso",
                        "off");
            }
            if (kernelFlows > 0) {
                // so that the ends take what is forwarded inside the kernel
                stage.carrier.must("ethtool", "-K", "s8", "gro", "on");
                stage.internet.must("ethtool", "-K", "eth0", "gro", "on");
            }
            if (backend.equals("afpacket")) {
                // it gets what the server's network card would have cut; see its warning
                stage.internet.must("ethtool", "-K", "eth0", "tso", "off", "gso", "off");
            }
            GatewayProcess gateway = new GatewayProcess(lab, stage.gateway,
                    lab.folder().resolve("data"), JavaProgram.of("io.cellgate.control.Main"),
                    List.of("--gtp-address", Stage.GATEWAY, "--pool-ipv4", Stage.DEVICES_IPV4,
                            "--pool-ipv6", Stage.DEVICES_IPV6, "--dns-upstream", Stage.DNS, "--io",
                            backend, "--core-interface", "sgi", "--kernel-flows",
                            Integer.toString(kernelFlows)));
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

            Matcher byKernel = Pattern
                    .compile("cellgate_userplane_kernel_total\\S* ([0-9.]+)")
                    .matcher(gateway.api().text("/metrics"));
            assertThat(byKernel.find()).isTrue();
            double packets = Double.parseDouble(byKernel.group(1));
            if (kernelFlows > 0) {
                assertThat(packets).as("forwarded inside the kernel").isGreaterThan(100);
            } else {
                assertThat(packets).isZero();
            }

            List<Seen> toInternet = uplink.seen();
            List<Seen> toCarrier = downlink.seen();
            assertThat(toInternet).as("packets to the internet with a wrong checksum")
                    .noneMatch(packet -> packet.has(".*", "0"));
            assertThat(toCarrier).as("packets to the carrier with a wrong checksum")
                    .noneMatch(packet -> packet.has(".*", "0"));
            assertThat(toInternet).filteredOn(packet -> packet.has("tcp", "1"))
                    .hasSizeGreaterThan(100);
            assertThat(toCarrier)
                    .filteredOn(packet -> packet.isGtp() && packet.has("tcp", "1"))
                    .hasSizeGreaterThan(1000);
            assertThat(toCarrier)
                    .filteredOn(packet -> packet.isGtp() && packet.has("icmpv6", "1"))
                    .isNotEmpty();
        }
    }

    /** What is above is only worth something if a wrong checksum is seen; and a right one in each of its two forms is right. */
    @Test
    void checksumOfZero_isRightInBothForms_andAnyOtherIsWrong() {
        Path capture = Path.of("src/test/resources/io/cellgate/bench/demo/zero-checksums.pcap");
        assertThat(Capture.read(capture)).map(packet -> packet.statuses().get("tcp"))
                .containsExactly(List.of("1"), List.of("1"), List.of("0"));
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

        /** All that it has, once; what a packet is is told by tshark. */
        List<Seen> seen() {
            Lab.pause(Duration.ofMillis(500));
            Lab.stop(process);
            return read(file);
        }

        static List<Seen> read(Path file) {
            Command read = Command.of("tshark", "-n", "-r", file.toString(), "-o",
                    "ip.check_checksum:TRUE", "-o", "udp.check_checksum:TRUE", "-o",
                    "tcp.check_checksum:TRUE", "-o", "tcp.desegment_tcp_streams:FALSE", "-T",
                    "fields", "-e", "frame.number", "-e", "_ws.col.Info", "-e", "gtp.message", "-e",
                    "tcp.checksum", "-e", "tcp.checksum_calculated", "-e", "frame.len");
            for (String checksum : CHECKSUMS) {
                read = read.followedBy("-e", checksum);
            }
            List<Seen> seen = new ArrayList<>();
            for (String line : read.mustRun().lines().toList()) {
                String[] cells = line.split("\t", -1);
                Map<String, List<String>> statuses = new TreeMap<>();
                for (int i = 0; i < CHECKSUMS.size(); i++) {
                    statuses.put(CHECKSUMS.get(i).replaceFirst("\\..*", ""),
                            List.of(cells[6 + i].split(",", -1)));
                }
                if (cells[3].equals("0xffff") && cells[4].equals("0x0000")) {
                    // both are zero in ones' complement (RFC 1071 §2), and Linux, where it
                    // completes a checksum that
                    // a program's socket left open, writes the former for every protocol
                    statuses.put("tcp", List.of("1"));
                }
                if (Integer.parseInt(cells[5]) > LONGEST_FRAME_OCTETS) {
                    // packets that GRO merged before they were captured: it has found the checksum
                    // of each right, and left that of the whole open (tcp_gro_complete)
                    statuses.put("tcp", List.of("merged"));
                }
                seen.add(new Seen(cells[0] + " " + cells[1], !cells[2].isEmpty(), statuses));
            }
            return seen;
        }
    }

    /**
     * A packet.
     *
     * @param statuses of each protocol's checksums
     */
    private record Seen(String info, boolean isGtp, Map<String, List<String>> statuses) {
        /** Whether some checksum of such a protocol came to this. */
        boolean has(String protocols, String status) {
            return statuses.entrySet().stream()
                    .anyMatch(each -> each.getKey().matches(protocols)
                            && each.getValue().contains(status));
        }
    }
}
