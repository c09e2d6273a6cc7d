package io.cellgate.dataplane.gtpc;

import java.net.Inet4Address;
import java.net.Inet6Address;
import org.jspecify.annotations.Nullable;

/**
 * A device's address or addresses, in the two ways the versions write it: PDN Address Allocation (PAA, TS 29.274
 * §8.14) and End User Address (EUA, TS 29.060 §7.7.27).
 *
 * <pre>
 *   PAA   type 1: IPv4     type 2: prefix length, IPv6    type 3: prefix length, IPv6, IPv4    type 4: non-IP
 *   EUA   organisation and number, then nothing (to be allocated), IPv4, IPv6, or IPv4 followed by IPv6
 * </pre>
 *
 * @param pdnType code of TS 29.274 §8.34: 1 IPv4, 2 IPv6, 3 IPv4v6, 4 non-IP, 5 Ethernet
 * @param ipv4    null where not said or not asked for
 * @param ipv6    null likewise; its last 64 bits are the interface identifier
 */
public record PdnAddress(int pdnType, @Nullable Inet4Address ipv4, @Nullable Inet6Address ipv6) {
    public static final int IPV4 = 1;
    public static final int IPV6 = 2;
    public static final int IPV4V6 = 3;
    public static final int NON_IP = 4;

    private static final int IETF = 0xf1;
    private static final int ETSI = 0xf0;

    static @Nullable PdnAddress decodePaa(Octets octets) {
        int type = octets.u8(0) & 0x7;
        return switch (type) {
            case IPV4 -> octets.length() < 5
                    ? null
                    : new PdnAddress(type, Addresses.v4(octets, 1), null);
            case IPV6 -> octets.length() < 18
                    ? null
                    : new PdnAddress(type, null, Addresses.v6(octets, 2));
            case IPV4V6 -> octets.length() < 22
                    ? null
                    : new PdnAddress(type, Addresses.v4(octets, 18), Addresses.v6(octets, 2));
            case NON_IP -> new PdnAddress(type, null, null);
            default -> null;
        };
    }

    void encodePaa(OctetWriter out) {
        out.u8(pdnType);
        if (pdnType == IPV6 || pdnType == IPV4V6) {
            out.u8(64).octets(ipv6 == null ? new byte[16] : ipv6.getAddress());
        }
        if (pdnType == IPV4 || pdnType == IPV4V6) {
            out.octets(ipv4 == null ? new byte[4] : ipv4.getAddress());
        }
    }

    /** Null where the lengths do not fit the type. An organisation or number we do not know is non-IP. */
    static @Nullable PdnAddress decodeEua(Octets octets) {
        Octets address = octets.from(2);
        int n = address.length();
        if ((octets.u8(0) & 0xf) != 1) {
            return new PdnAddress(NON_IP, null, null);
        }
        return switch (octets.u8(1)) {
            case 0x21 -> n == 0
                    ? new PdnAddress(IPV4, null, null)
                    : n < 4 ? null : new PdnAddress(IPV4, Addresses.v4(address, 0), null);
            case 0x57 -> n == 0
                    ? new PdnAddress(IPV6, null, null)
                    : n < 16 ? null : new PdnAddress(IPV6, null, Addresses.v6(address, 0));
            case 0x8d -> switch (n) {
                case 0 -> new PdnAddress(IPV4V6, null, null);
                case 4 -> new PdnAddress(IPV4V6, Addresses.v4(address, 0), null);
                case 16 -> new PdnAddress(IPV4V6, null, Addresses.v6(address, 0));
                default -> n < 20
                        ? null
                        : new PdnAddress(IPV4V6, Addresses.v4(address, 0),
                                Addresses.v6(address, 4));
            };
            default -> new PdnAddress(NON_IP, null, null);
        };
    }

    void encodeEua(OctetWriter out) {
        switch (pdnType) {
            case IPV4 -> out.u8(IETF).u8(0x21);
            case IPV6 -> out.u8(IETF).u8(0x57);
            case IPV4V6 -> out.u8(IETF).u8(0x8d);
            default -> out.u8(ETSI).u8(2);
        }
        if (ipv4 != null) {
            out.address(ipv4);
        }
        if (ipv6 != null) {
            out.address(ipv6);
        }
    }
}
