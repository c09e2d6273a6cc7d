package io.cellgate.dataplane.radius;

import static org.assertj.core.api.Assertions.assertThat;

import io.cellgate.dataplane.session.Rat;
import io.cellgate.dataplane.session.UserLocation;
import io.cellgate.policy.subject.Imei;
import io.cellgate.policy.subject.Imsi;
import io.cellgate.policy.subject.Plmn;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * Packets that FreeRADIUS' radclient made with the secret {@code a-shared-secret-of-test}, as they were on the wire.
 */
class RadiusPacketTest {
    private static final SharedSecret SECRET = SharedSecret.of("a-shared-secret-of-test");
    /** A Start of both families, with all of 3GPP's attributes that are read. */
    static final byte[] START = HexFormat.of().parseHex(RecordedPackets.START);
    /** The same with a Message-Authenticator. */
    static final byte[] SIGNED = HexFormat.of().parseHex(RecordedPackets.SIGNED);
    private static final int FIRST_ATTRIBUTE = 20;

    private static RadiusPacket good(byte[] datagram) {
        return switch (RadiusPacket.decode(datagram)) {
            case Read.Good<RadiusPacket>(RadiusPacket packet) -> packet;
            case Read.Bad<RadiusPacket> bad -> throw new AssertionError(bad.toString());
        };
    }

    private static AccountingFault fault(byte[] datagram) {
        return switch (RadiusPacket.decode(datagram)) {
            case Read.Good<RadiusPacket>(RadiusPacket packet) -> switch (AccountingReader
                    .read(packet)) {
                case Read.Good<AccountingRequest> good -> throw new AssertionError(
                        good.toString());
                case Read.Bad<AccountingRequest>(AccountingFault fault, String detail) -> {
                    assertThat(detail).isNotEmpty();
                    yield fault;
                }
            };
            case Read.Bad<RadiusPacket>(AccountingFault fault, String detail) -> {
                assertThat(detail).contains("expected").as("what was expected");
                yield fault;
            }
        };
    }

    private static AccountingRequest request(byte[] datagram) {
        return switch (AccountingReader.read(good(datagram))) {
            case Read.Good<AccountingRequest>(AccountingRequest request) -> request;
            case Read.Bad<AccountingRequest> bad -> throw new AssertionError(bad.toString());
        };
    }

    /** The packet with attributes of another kind, of the same lengths together; its authenticator is wrong then. */
    private static byte[] packet(byte[]... attributes) {
        int length = FIRST_ATTRIBUTE + Arrays.stream(attributes).mapToInt(a -> a.length).sum();
        byte[] packet = new byte[length];
        packet[0] = 4;
        packet[2] = (byte) (length >>> 8);
        packet[3] = (byte) length;
        int at = FIRST_ATTRIBUTE;
        for (byte[] attribute : attributes) {
            System.arraycopy(attribute, 0, packet, at, attribute.length);
            at += attribute.length;
        }
        return packet;
    }

    private static byte[] hex(String digits) {
        return HexFormat.of().parseHex(digits);
    }

    private static final byte[] STATUS_START = hex("280600000001");
    private static final byte[] SESSION = hex("2c04aabb");
    /** 3GPP-IMSI 262011234567890 in a Vendor-Specific attribute. */
    private static final byte[] IMSI = hex(
            "1a17" + "000028af" + "0111" + "323632303131323334353637383930");

    @Test
    void start_ofRadclient_saysWhoseTheAddressesAre_29_061_16_4_7() {
        AccountingRequest start = request(START);
        assertThat(start.kind()).isEqualTo(AccountingRequest.Kind.START);
        assertThat(start.imsi()).isEqualTo(new Imsi("262010123456789"));
        assertThat(start.imei()).isEqualTo(new Imei("3534900698733153"));
        assertThat(start.msisdn()).isEqualTo("4915100000001");
        assertThat(start.apn()).isEqualTo("iot.example");
        assertThat(start.rat()).isEqualTo(Rat.NB_IOT);
        assertThat(start.location())
                .isEqualTo(new UserLocation(new Plmn("262", "01"), 0x1234, null, 0x0abcdef));
        assertThat(start.timeZone()).isEqualTo(ZoneOffset.ofHours(1));
        assertThat(start.nsapi()).isEqualTo("5");
        assertThat(start.ipv4()).isEqualTo(Inet4Address.ofLiteral("10.50.0.7"));
        assertThat(start.ipv6Prefix()).isEqualTo(Inet6Address.ofLiteral("2001:db8:50:7::"));
        assertThat(start.delegated()).isEqualTo(List.of(
                Inet6Address.ofLiteral("2001:db8:50:100::"),
                Inet6Address.ofLiteral("2001:db8:50:101::")));
        assertThat(start.nas()).isEqualTo("192.0.2.9");
        assertThat(start.occurred()).isEqualTo(Instant.ofEpochSecond(1_764_115_200));
        assertThat(start.delaySeconds()).isEqualTo(2);
        assertThat(start.endsAll()).isFalse();
    }

    @Test
    void requestAuthenticator_isOfTheWholePacketAndTheSecret_2866_3() {
        assertThat(good(START).judge(SECRET)).isNull();
        assertThat(good(START).judge(SharedSecret.of("a-shared-secret-of-tesT")))
                .isEqualTo(AccountingFault.AUTHENTICATOR);
        for (int at : new int[]{1, 5, FIRST_ATTRIBUTE + 3, START.length - 1}) {
            byte[] forged = START.clone();
            forged[at] ^= 1;
            if (RadiusPacket.decode(forged) instanceof Read.Good<RadiusPacket>(var packet)) {
                assertThat(packet.judge(SECRET)).as("octet %d changed", at)
                        .isEqualTo(AccountingFault.AUTHENTICATOR);
            }
        }
    }

    @Test
    void messageAuthenticator_whereThereIsOne_isJudgedToo_3579_3_2() {
        assertThat(good(SIGNED).judge(SECRET)).isNull();
    }

    @Test
    void response_hasTheProxyStatesInTheirOrder_2866_5() {
        RadiusPacket packet = good(packet(STATUS_START, hex("210401aa"), SESSION, IMSI,
                hex("210402bb")));
        byte[] response = packet.response(SECRET);
        assertThat(response).hasSize(28);
        assertThat(response[0]).isEqualTo((byte) 5);
        assertThat(Arrays.copyOfRange(response, 20, 28)).isEqualTo(hex("210401aa210402bb"));
    }

    @Test
    void octetsBehindThePacket_arePadding_2866_3() {
        byte[] padded = Arrays.copyOf(START, START.length + 9);
        assertThat(good(padded).judge(SECRET)).isNull();
    }

    @Test
    void lengthsThatDoNotFit_areFaults_2866_3() {
        assertThat(fault(new byte[19])).isEqualTo(AccountingFault.LENGTH);
        byte[] past = START.clone();
        past[3]++;
        assertThat(fault(past)).isEqualTo(AccountingFault.LENGTH);
        byte[] small = packet();
        small[3] = 19;
        assertThat(fault(small)).isEqualTo(AccountingFault.LENGTH);
        byte[] large = new byte[5000];
        large[0] = 4;
        large[2] = (byte) (4097 >>> 8);
        large[3] = (byte) 4097;
        assertThat(fault(large)).isEqualTo(AccountingFault.LENGTH);
        assertThat(RadiusPacket.decode(packet(STATUS_START, hex("2c01"))))
                .isInstanceOf(Read.Bad.class);
        assertThat(RadiusPacket.decode(packet(STATUS_START, hex("2c05aabb"))))
                .isInstanceOf(Read.Bad.class);
        assertThat(RadiusPacket.decode(packet(STATUS_START, hex("1a05000028"))))
                .isInstanceOf(Read.Bad.class);
        assertThat(RadiusPacket.decode(packet(STATUS_START, hex("1a09000028af0104ff"))))
                .as("3GPP's attribute past the end of the vendor's").isInstanceOf(Read.Bad.class);
        assertThat(RadiusPacket.decode(packet(STATUS_START, hex("1a0900000001ff00ff"))))
                .as("another vendor's layout is not judged").isInstanceOf(Read.Good.class);
    }

    @Test
    void otherCodes_areNotServed_2866_3() {
        byte[] access = START.clone();
        access[0] = 1;
        assertThat(fault(access)).isEqualTo(AccountingFault.CODE);
    }

    @Test
    void whatABindingRestsOn_mustBeThereAndRight_29_061_16_4_3() {
        assertThat(request(packet(STATUS_START, SESSION, IMSI)).hasAddress()).isFalse();
        assertThat(fault(packet(SESSION, IMSI))).isEqualTo(AccountingFault.ATTRIBUTE_MISSING);
        assertThat(fault(packet(STATUS_START, IMSI)))
                .isEqualTo(AccountingFault.ATTRIBUTE_MISSING);
        assertThat(fault(packet(STATUS_START, SESSION)))
                .isEqualTo(AccountingFault.ATTRIBUTE_MISSING);
        assertThat(fault(packet(hex("280600000063"), SESSION, IMSI)))
                .isEqualTo(AccountingFault.ATTRIBUTE_VALUE);
        assertThat(fault(packet(STATUS_START, SESSION, IMSI, hex("08050a3200"))))
                .as("an address of three octets").isEqualTo(AccountingFault.ATTRIBUTE_VALUE);
        assertThat(fault(packet(STATUS_START, SESSION, hex("1a0b000028af01053236ff"))))
                .as("an IMSI that is none").isEqualTo(AccountingFault.ATTRIBUTE_VALUE);
        assertThat(fault(packet(STATUS_START, SESSION, IMSI, hex("610400" + "81"))))
                .as("129 bits").isEqualTo(AccountingFault.ATTRIBUTE_VALUE);
        assertThat(fault(packet(STATUS_START, SESSION, IMSI,
                hex("610c0040" + "20010db80050ff")))).as("a prefix cut short")
                .isEqualTo(AccountingFault.ATTRIBUTE_LENGTH);
        assertThat(fault(packet(STATUS_START, SESSION, IMSI, hex("7b080030" + "20010db8"))))
                .as("a delegated /48").isEqualTo(AccountingFault.ATTRIBUTE_VALUE);
    }

    @Test
    void addressesThatAskForOne_areNone_2865_5_8() {
        for (String asks : List.of("ffffffff", "fffffffe", "00000000")) {
            assertThat(request(packet(STATUS_START, SESSION, IMSI, hex("0806" + asks)))
                    .hasAddress()).as(asks).isFalse();
        }
    }

    @Test
    void whatOnlyDescribes_isAbsentWhereItIsWrong() {
        AccountingRequest request = request(packet(STATUS_START, SESSION, IMSI,
                hex("08060a320007"), // Framed-IP-Address
                hex("1a0b000028af14053132ff"), // an IMEISV that is none
                hex("1a09000028af1503ff"), // a radio that there is not
                hex("1a0a000028af16048299"), // a place cut short
                hex("1e057e2f2e"))); // an APN that is none
        assertThat(request.imei()).isNull();
        assertThat(request.rat()).isNull();
        assertThat(request.location()).isNull();
        assertThat(request.apn()).isNull();
        assertThat(request.ipv4()).isEqualTo(Inet4Address.ofLiteral("10.50.0.7"));
    }
}
