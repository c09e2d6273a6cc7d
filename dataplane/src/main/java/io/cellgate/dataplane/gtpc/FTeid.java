package io.cellgate.dataplane.gtpc;

import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import org.jspecify.annotations.Nullable;

/**
 * A tunnel endpoint: TS 29.274 §8.22.
 *
 * <pre>
 *   | V4 | V6 | interface type (6) |  TEID (32)  |  IPv4 (32) if V4  |  IPv6 (128) if V6  |
 * </pre>
 *
 * At least one of the addresses is there.
 */
public record FTeid(int interfaceType, int teid, @Nullable Inet4Address ipv4,
        @Nullable Inet6Address ipv6) {
    public static final int S5_S8_SGW_GTP_U = 4;
    public static final int S5_S8_PGW_GTP_U = 5;
    public static final int S5_S8_SGW_GTP_C = 6;
    public static final int S5_S8_PGW_GTP_C = 7;

    public FTeid {
        if (ipv4 == null && ipv6 == null) {
            throw new IllegalArgumentException("F-TEID: got no address, expected at least one");
        }
    }

    public static FTeid of(int interfaceType, int teid, InetAddress address) {
        return address instanceof Inet4Address v4
                ? new FTeid(interfaceType, teid, v4, null)
                : new FTeid(interfaceType, teid, null, (Inet6Address) address);
    }

    /** The address to send to from one of ours: that of the same version of IP, where it has both (TS 29.274 §8.22). */
    public InetAddress addressFor(InetAddress ours) {
        InetAddress v4 = ipv4;
        InetAddress v6 = ipv6;
        InetAddress same = ours instanceof Inet4Address ? v4 : v6;
        InetAddress only = same != null ? same : v4 != null ? v4 : v6;
        if (only == null) {
            throw new IllegalStateException("an F-TEID has an address");
        }
        return only;
    }

    static @Nullable FTeid decode(Octets octets) {
        int flags = octets.u8(0);
        boolean v4 = (flags & 0x80) != 0;
        boolean v6 = (flags & 0x40) != 0;
        if ((!v4 && !v6) || octets.length() < 5 + (v4 ? 4 : 0) + (v6 ? 16 : 0)) {
            return null;
        }
        return new FTeid(flags & 0x3f, octets.i32(1), v4 ? Addresses.v4(octets, 5) : null,
                v6 ? Addresses.v6(octets, v4 ? 9 : 5) : null);
    }

    void encode(OctetWriter out) {
        Inet4Address v4 = ipv4;
        Inet6Address v6 = ipv6;
        out.u8((v4 != null ? 0x80 : 0) | (v6 != null ? 0x40 : 0) | interfaceType).u32(teid);
        if (v4 != null) {
            out.address(v4);
        }
        if (v6 != null) {
            out.address(v6);
        }
    }
}
