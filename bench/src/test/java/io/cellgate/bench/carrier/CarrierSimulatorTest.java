package io.cellgate.bench.carrier;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.cellgate.bench.lab.GtpCapture;
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
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * The simulator against a GGSN that nobody here wrote, Debian's osmo-ggsn: what the scenarios rest on does what the standards
 * say.
 */
class CarrierSimulatorTest {
    private static final String CARRIER = "10.200.0.1";
    private static final String GGSN = "10.200.0.2";
    private static final String TUN = "10.46.0.0";

    private static Lab lab;
    private static GtpCapture capture;
    private static CarrierProcess carrier;

    @BeforeAll
    static void start() throws IOException {
        Prerequisites.require("ip", "osmo-ggsn", "dumpcap", "tshark", "ping");
        lab = new Lab();
        Namespace ours = lab.namespace("carrier");
        Namespace theirs = lab.namespace("ggsn");
        lab.join(ours, "s8", List.of(CARRIER + "/24"), theirs, "s8", List.of(GGSN + "/24"));
        Path configuration = lab.folder().resolve("ggsn.cfg");
        Files.writeString(configuration, """
                log stderr
                ggsn ggsn0
                 gtp state-dir %1$s
                 gtp bind-ip %2$s
                 apn v4
                  gtpu-mode tun
                  tun-device tun4
                  type-support v4
                  ip prefix dynamic %3$s/24
                  ip dns 0 192.0.2.53
                  ip ifconfig %3$s/24
                  no shutdown
                 apn v6
                  gtpu-mode tun
                  tun-device tun6
                  type-support v6
                  ipv6 prefix dynamic 2001:db8:46::/56
                  ipv6 dns 0 2001:db8::53
                  ipv6 ifconfig 2001:db8:46::/56
                  no shutdown
                 no shutdown ggsn
                """.formatted(lab.folder(), GGSN, TUN));
        Path log = lab.folder().resolve("ggsn.log");
        lab.start(theirs.command("osmo-ggsn", "-c", configuration.toString()), log);
        assertThat(Lab.await(Duration.ofSeconds(5),
                () -> Log.read(log).contains("Successfully started")))
                .as("osmo-ggsn starts: %s", Log.read(log)).isTrue();
        capture = new GtpCapture(lab, ours, "s8");
        carrier = new CarrierProcess(lab, ours, CARRIER, GGSN);
    }

    @AfterAll
    static void stop() {
        if (lab != null) {
            lab.close();
        }
    }

    private static Device device(String imsi, String apn, int pdn) {
        return new Device(imsi, "353490069873319", "491511234567", new Plmn("262", "01"), 6,
                0x1234, 0x5678, apn, pdn);
    }

    @Test
    void attachesByGtpv1_carriesPackets_andDetaches() {
        Namespace place = lab.namespace("four");
        Device device = device("262011234567890", "v4", Device.PDN_IPV4);

        JsonNode attached = carrier.attach(device, 1, place, false);
        assertThat(attached.path("cause").asInt()).isEqualTo(Gtpv1.CAUSE_ACCEPTED);
        assertThat(attached.path("dns").path(0).asText()).isEqualTo("192.0.2.53");
        assertThat(place.command("ping", "-c", "2", "-i", "0.2", "-W", "1", TUN).run().out())
                .contains(" 0% packet loss");
        assertThat(carrier.move(device.imsi(), "20801").path("cause").asInt())
                .isEqualTo(Gtpv1.CAUSE_ACCEPTED);
        assertThat(carrier.status(device.imsi()).path("downlinkPackets").asInt()).isEqualTo(2);

        assertThat(carrier.detach(device.imsi()).path("cause").asInt())
                .isEqualTo(Gtpv1.CAUSE_ACCEPTED);
        assertThat(Lab.await(Duration.ofSeconds(2),
                () -> !place.ip("link show").contains(CarrierSimulator.DEVICE_INTERFACE)))
                .as("the device's interface goes").isTrue();
    }

    @Test
    void anIpv6Device_makesItsAddressFromTheRouterAdvertisement() {
        JsonNode attached = carrier.attach(device("262011234567891", "v6", Device.PDN_IPV6), 1,
                lab.namespace("six"), false);

        assertThat(attached.path("ipv6").asText()).startsWith("2001:db8:46:");
        assertThat(attached.path("dns").toString()).contains("2001:db8:0:0:0:0:0:53");
    }

    @Test
    void itsMessages_areReadByTsharkWithoutAMark() {
        assertThat(carrier.attach(device("262011234567892", "v4", Device.PDN_IPV4), 1,
                lab.namespace("marked"), false).path("attached").asBoolean()).isTrue();
        capture.stop();

        GtpCapture.Judgement judgement = capture.judge(CARRIER);
        assertThat(judgement.messages()).isPositive();
        assertThat(judgement.faults()).isEmpty();
    }
}
