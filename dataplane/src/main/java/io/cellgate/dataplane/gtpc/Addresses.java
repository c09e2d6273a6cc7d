package io.cellgate.dataplane.gtpc;

import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;

/** IP addresses from their octets. */
final class Addresses {
    private Addresses() {}

    static Inet4Address v4(Octets octets, int index) {
        try {
            return (Inet4Address) InetAddress.getByAddress(octets.slice(index, 4).toArray());
        } catch (UnknownHostException e) {
            throw new AssertionError("four octets are an IPv4 address", e);
        }
    }

    /** Also of an IPv4-mapped address, which InetAddress.getByAddress would make an Inet4Address. */
    static Inet6Address v6(Octets octets, int index) {
        try {
            return Inet6Address.getByAddress(null, octets.slice(index, 16).toArray(), -1);
        } catch (UnknownHostException e) {
            throw new AssertionError("16 octets are an IPv6 address", e);
        }
    }
}
