package io.cellgate.dataplane.signalling;

import io.cellgate.dataplane.gtpc.PdnAddress;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;

/** The addresses of a session as its device is told them. */
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

    private static Inet6Address withInterface(Inet6Address prefix, long interfaceId) {
        try {
            return Inet6Address.getByAddress(null, ByteBuffer.allocate(16)
                    .put(prefix.getAddress(), 0, 8).putLong(interfaceId).array(), -1);
        } catch (UnknownHostException e) {
            throw new AssertionError("16 octets are an IPv6 address", e);
        }
    }
}
