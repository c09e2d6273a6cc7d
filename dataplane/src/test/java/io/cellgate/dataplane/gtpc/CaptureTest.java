package io.cellgate.dataplane.gtpc;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.cellgate.dataplane.session.UserLocation;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Messages of other people's networks, read by us and by tshark. */
class CaptureTest {
    @BeforeEach
    void tsharkIsThere() {
        Tshark.require();
    }

    private static Octets payload(String hex) {
        return Octets.of(HexFormat.of().parseHex(hex.replace(":", "")));
    }

    private static String teid(int value) {
        return String.format(Locale.ROOT, "0x%08x", value);
    }

    private static String[] both(String field) {
        return field.split(",", -1);
    }

    @Test
    void gtpv2SessionOfAnS5Interface_hasTheFieldsThatTsharkShows() {
        Path capture = Tshark.capture("ndpi-gtp_c.pcap");
        List<String[]> packets = Tshark.fields(capture, "gtpv2", "udp.payload",
                "gtpv2.message_type", "gtpv2.seq", "e212.imsi", "gtpv2.apn", "gtpv2.rat_type",
                "gtpv2.f_teid_gre_key", "gtpv2.f_teid_ipv4", "gtpv2.ebi",
                "gtpv2.pdn_addr_and_prefix.ipv4", "gtpv2.charging_id", "e164.msisdn", "gtpv2.mei",
                "gtpv2.ambr_up", "gtpv2.teid", "gtpv2.cause", "gtpv2.rec");
        assertThat(packets).hasSize(4);
        for (String[] packet : packets) {
            Gtp2Message message = Gtp2Message.decode(payload(packet[0])).orThrow();
            assertThat(message.brokenElement()).isNull();
            assertThat(message.header().typeCode()).isEqualTo(Integer.parseInt(packet[1]));
            assertThat(message.sequence()).isEqualTo(Integer.decode(packet[2]));
            assertThat(teid(message.teid())).isEqualTo(packet[14]);
        }

        String[] asked = packets.get(0);
        CreateSessionRequest request = CreateSessionRequest
                .decode(Gtp2Message.decode(payload(asked[0])).orThrow()).orThrow();
        FTeid user = requireNonNull(request.bearer().fTeid(2));
        assertThat(request.imsi().digits()).isEqualTo(asked[3]);
        assertThat(request.apn()).isEqualTo(asked[4]);
        assertThat(request.ratType()).isEqualTo(Integer.parseInt(asked[5]));
        assertThat(new String[]{teid(request.sender().teid()), teid(user.teid())})
                .isEqualTo(both(asked[6]));
        assertThat(new String[]{requireNonNull(request.sender().ipv4()).getHostAddress(),
                requireNonNull(user.ipv4()).getHostAddress()}).isEqualTo(both(asked[7]));
        assertThat(Integer.toString(request.bearer().ebi())).isIn((Object[]) both(asked[8]));
        assertThat(requireNonNull(requireNonNull(request.paa()).ipv4()).getHostAddress())
                .isEqualTo(asked[9]);
        assertThat(request.msisdn()).isEqualTo(asked[11]);
        assertThat(requireNonNull(request.mei()).digits()).isEqualTo(asked[12]);
        assertThat(Integer.toString(requireNonNull(request.ambr()).upKbps())).isEqualTo(asked[13]);

        String[] answered = packets.get(1);
        CreateSessionResponse response = CreateSessionResponse
                .decode(Gtp2Message.decode(payload(answered[0])).orThrow()).orThrow();
        BearerContext bearer = requireNonNull(response.bearer());
        assertThat(Integer.toString(response.cause().value())).isEqualTo(both(answered[15])[0]);
        assertThat(new String[]{teid(requireNonNull(response.sender()).teid()),
                teid(requireNonNull(bearer.fTeid(2)).teid())}).isEqualTo(both(answered[6]));
        assertThat(requireNonNull(requireNonNull(response.paa()).ipv4()).getHostAddress())
                .isEqualTo(answered[9]);
        assertThat(Integer.toUnsignedString(requireNonNull(bearer.chargingId())))
                .isEqualTo(answered[10]);
        assertThat(String.valueOf(response.recovery())).isEqualTo(answered[16]);

        DeleteSessionRequest deletion = DeleteSessionRequest
                .decode(Gtp2Message.decode(payload(packets.get(2)[0])).orThrow()).orThrow();
        assertThat(String.valueOf(deletion.linkedEbi())).isEqualTo(packets.get(2)[8]);
        CauseIe cause = requireNonNull(
                Gtp2Message.decode(payload(packets.get(3)[0])).orThrow().cause());
        assertThat(Integer.toString(cause.value())).isEqualTo(packets.get(3)[15]);
    }

    @Test
    void gtpv1ContextOfAGnInterface_hasTheFieldsThatTsharkShows() {
        Path capture = Tshark.capture("zeek-gtp_create_pdp_ctx.pcap");
        List<String[]> packets = Tshark.fields(capture, "udp.port == 2123", "udp.payload",
                "gtp.message", "gtp.seq_number", "gtp.teid", "e212.imsi", "gtp.apn",
                "gtp.ext_rat_type", "gtp.teid_data", "gtp.teid_cp", "gtp.gsn_ipv4", "gtp.nsapi",
                "gtp.user_ipv4", "gtp.chrg_id", "e164.msisdn", "gtp.cause", "gtp.recovery");
        assertThat(packets).hasSize(2);
        for (String[] packet : packets) {
            Gtp1Message message = Gtp1Message.decode(payload(packet[0])).orThrow();
            assertThat(message.brokenElement()).isNull();
            assertThat(message.header().typeCode()).isEqualTo(Integer.decode(packet[1]));
            assertThat(message.sequence()).isEqualTo(Integer.decode(packet[2]));
            assertThat(teid(message.teid())).isEqualTo(packet[3]);
        }

        String[] asked = packets.get(0);
        CreatePdpContextRequest request = CreatePdpContextRequest
                .decode(Gtp1Message.decode(payload(asked[0])).orThrow()).orThrow();
        UserLocation rai = requireNonNull(request.rai());
        assertThat(request.imsi().digits()).isEqualTo(asked[4]);
        assertThat(request.apn()).isEqualTo(asked[5]);
        assertThat(String.valueOf(request.ratType())).isEqualTo(asked[6]);
        assertThat(teid(request.teidData())).isEqualTo(asked[7]);
        assertThat(teid(request.teidControl())).isEqualTo(asked[8]);
        assertThat(new String[]{request.signallingAddress().getHostAddress(),
                request.userAddress().getHostAddress()}).isEqualTo(both(asked[9]));
        assertThat(Integer.toString(request.nsapi())).isEqualTo(asked[10]);
        assertThat(request.msisdn()).isEqualTo(asked[13]);
        assertThat(String.valueOf(request.recovery())).isEqualTo(asked[15]);
        assertThat(requireNonNull(rai.plmn()).mcc()).isEqualTo("460");
        assertThat(requireNonNull(rai.plmn()).mnc()).isEqualTo("06");
        assertThat(rai.lac()).isEqualTo(65_534);
        assertThat(requireNonNull(request.timeZone()).getTotalSeconds()).isEqualTo(8 * 3600);

        String[] answered = packets.get(1);
        CreatePdpContextResponse response = CreatePdpContextResponse
                .decode(Gtp1Message.decode(payload(answered[0])).orThrow()).orThrow();
        assertThat(Integer.toString(response.cause())).isEqualTo(answered[14]);
        assertThat(teid(requireNonNull(response.teidData()))).isEqualTo(answered[7]);
        assertThat(teid(requireNonNull(response.teidControl()))).isEqualTo(answered[8]);
        assertThat(Integer.decode(answered[12])).isEqualTo(response.chargingId());
        assertThat(requireNonNull(requireNonNull(response.endUserAddress()).ipv4())
                .getHostAddress()).isEqualTo(answered[11]);
        assertThat(new String[]{requireNonNull(response.signallingAddress()).getHostAddress(),
                requireNonNull(response.userAddress()).getHostAddress()})
                .isEqualTo(both(answered[9]));
    }
}
