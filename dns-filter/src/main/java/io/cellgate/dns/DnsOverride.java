package io.cellgate.dns;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.Collection;
import org.jspecify.annotations.Nullable;
import org.xbill.DNS.Name;
import org.xbill.DNS.TextParseException;

/**
 * An answer that policy gives instead of the name's own: addresses, or another name. It is put into wire format when
 * it is made, so that answering copies octets.
 */
public final class DnsOverride {
    private final byte[][] ipv4;
    private final byte[][] ipv6;
    private final byte @Nullable [] cname;

    private DnsOverride(byte[][] ipv4, byte[][] ipv6, byte @Nullable [] cname) {
        this.ipv4 = ipv4;
        this.ipv6 = ipv6;
        this.cname = cname;
    }

    /** Answers A with the IPv4 ones of these, AAAA with the IPv6 ones, other types with no records. */
    public static DnsOverride addresses(Collection<? extends InetAddress> addresses) {
        if (addresses.isEmpty()) {
            throw new IllegalArgumentException("an override needs at least one address, got none");
        }
        byte[][] ipv4 = addresses.stream().filter(a -> a instanceof Inet4Address)
                .map(InetAddress::getAddress).toArray(byte[][]::new);
        byte[][] ipv6 = addresses.stream().filter(a -> !(a instanceof Inet4Address))
                .map(InetAddress::getAddress).toArray(byte[][]::new);
        return new DnsOverride(ipv4, ipv6, null);
    }

    /** Answers every type with a CNAME of this name; the device then asks for that one. */
    public static DnsOverride cname(String name) {
        try {
            return new DnsOverride(new byte[0][], new byte[0][],
                    Name.fromString(name, Name.root).toWireCanonical());
        } catch (TextParseException e) {
            throw new IllegalArgumentException(
                    "expected a DNS name to override with, got \"" + name + "\": " + e.getMessage(),
                    e);
        }
    }

    byte[][] addresses(int type) {
        return type == DnsType.A ? ipv4 : type == DnsType.AAAA ? ipv6 : new byte[0][];
    }

    byte @Nullable [] cname() {
        return cname;
    }
}
