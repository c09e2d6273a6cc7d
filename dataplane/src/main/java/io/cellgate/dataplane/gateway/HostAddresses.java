package io.cellgate.dataplane.gateway;

import io.cellgate.dataplane.packet.IpPrefix;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InterfaceAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The destinations that this host takes for its own. What a device sends to one of them would not be forwarded but
 * delivered, to services that were never meant for devices: so no device may reach them, whatever its policy.
 */
final class HostAddresses {
    private HostAddresses() {}

    /** Those of all interfaces, as they are now. */
    static List<IpPrefix> all() throws SocketException {
        List<IpPrefix> all = new ArrayList<>();
        for (NetworkInterface device : NetworkInterface.networkInterfaces().toList()) {
            for (InterfaceAddress at : device.getInterfaceAddresses()) {
                all.addAll(
                        of(at.getAddress(), at.getNetworkPrefixLength(), at.getBroadcast()));
            }
        }
        return all;
    }

    /**
     * An address; the lowest one of its network, which is a broadcast address to older kernels and the anycast address
     * of routers in IPv6 (RFC 4291 §2.6.1); and the broadcast address.
     */
    static List<IpPrefix> of(InetAddress address, int prefixLength,
            @Nullable InetAddress broadcast) {
        List<IpPrefix> all = new ArrayList<>();
        all.add(IpPrefix.host(address));
        if (8 * address.getAddress().length - prefixLength > 1) {
            IpPrefix network = IpPrefix.of(address, prefixLength);
            all.add(new IpPrefix(network.hi(), network.lo(), 128));
        }
        if (broadcast != null && !(address instanceof Inet6Address)) {
            all.add(IpPrefix.host(broadcast));
        }
        return all;
    }
}
