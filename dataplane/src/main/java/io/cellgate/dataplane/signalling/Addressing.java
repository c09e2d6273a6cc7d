package io.cellgate.dataplane.signalling;

import io.cellgate.dataplane.gtpc.PdnAddress;
import io.cellgate.dataplane.session.PdnType;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** The addresses of a session as its device asks for them and is told them. */
final class Addressing {
    private Addressing() {}

    /** The IPv6 address is the prefix with the interface identifier that the device forms its link-local one of. */
    static PdnAddress of(Session session) {
        Inet4Address ipv4 = session.ipv4;
        Inet6Address prefix = session.ipv6Prefix;
        int type = prefix == null
                ? PdnAddress.IPV4
                : ipv4 == null ? PdnAddress.IPV6 : PdnAddress.IPV4V6;
        return new PdnAddress(type, ipv4,
                prefix == null ? null : withInterface(prefix, session.interfaceId));
    }

    /** The type of a PDN or PDP address that a device asks for by its code; null where it is none of IP. */
    static @Nullable PdnType typeOf(int code) {
        return switch (code) {
            case PdnAddress.IPV4 -> PdnType.IPV4;
            case PdnAddress.IPV6 -> PdnType.IPV6;
            case PdnAddress.IPV4V6 -> PdnType.IPV4V6;
            default -> null;
        };
    }

    private static Inet6Address withInterface(Inet6Address prefix, long interfaceId) {
        try {
            return Inet6Address.getByAddress(null, ByteBuffer.allocate(16)
                    .put(prefix.getAddress(), 0, 8).putLong(interfaceId).array(), -1);
        } catch (UnknownHostException e) {
            throw new AssertionError("16 octets are an IPv6 address", e);
        }
    }
}
