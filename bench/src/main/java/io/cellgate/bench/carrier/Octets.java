package io.cellgate.bench.carrier;

import io.cellgate.policy.subject.Plmn;
import java.io.ByteArrayOutputStream;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;

/** Values of information elements, as both versions of GTP-C write them. */
final class Octets {
    /** TS 24.008 §10.5.6.3: configuration protocol PPP, extension bit set. */
    private static final int PCO_PPP = 0x80;
    /** TS 24.008 §10.5.6.3: an IPCP Configure-Request (RFC 1332) that asks for both DNS servers (RFC 1877). */
    private static final byte[] IPCP_ASKS_DNS = HexFormat.of()
            .parseHex("80211001000010810600000000830600000000");

    private Octets() {}

    /** Semi-octets, low digit first, filler F: TS 29.274 §8.3. */
    static byte[] tbcd(String digits) {
        byte[] out = new byte[(digits.length() + 1) / 2];
        for (int i = 0; i < out.length; i++) {
            int low = digits.charAt(2 * i) - '0';
            int high = 2 * i + 1 < digits.length() ? digits.charAt(2 * i + 1) - '0' : 0xf;
            out[i] = (byte) (high << 4 | low);
        }
        return out;
    }

    /** TS 29.274 §8.18: MCC2|MCC1, MNC3|MCC3, MNC2|MNC1. */
    static byte[] plmn(Plmn plmn) {
        String mcc = plmn.mcc();
        String mnc = plmn.mnc();
        int third = mnc.length() == 3 ? mnc.charAt(2) - '0' : 0xf;
        return octets((mcc.charAt(1) - '0') << 4 | (mcc.charAt(0) - '0'),
                third << 4 | (mcc.charAt(2) - '0'),
                (mnc.charAt(1) - '0') << 4 | (mnc.charAt(0) - '0'));
    }

    /** Labels with their lengths, TS 23.003 §9.1. */
    static byte[] apn(String apn) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (String label : apn.split("\\.", -1)) {
            out.write(label.length());
            out.writeBytes(label.getBytes(StandardCharsets.US_ASCII));
        }
        return out.toByteArray();
    }

    /** What a device asks for: DNS servers in two ways, IPv4 link MTU. */
    static byte[] protocolConfiguration(boolean ipv6) {
        byte[] ipv6Dns = ipv6 ? octets(0x00, 0x03, 0) : new byte[0];
        return join(octets(PCO_PPP), IPCP_ASKS_DNS, octets(0x00, 0x0d, 0), ipv6Dns,
                octets(0x00, 0x10, 0));
    }

    static byte[] address(InetAddress address) {
        return address.getAddress();
    }

    static byte[] octets(int... values) {
        byte[] out = new byte[values.length];
        for (int i = 0; i < values.length; i++) {
            out[i] = (byte) values[i];
        }
        return out;
    }

    static byte[] int16(int value) {
        return octets(value >>> 8, value);
    }

    static byte[] int32(int value) {
        return octets(value >>> 24, value >>> 16, value >>> 8, value);
    }

    static byte[] join(byte[]... parts) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        List.of(parts).forEach(out::writeBytes);
        return out.toByteArray();
    }
}
