package io.cellgate.dataplane.worker;

import io.cellgate.dataplane.io.Burst;
import io.cellgate.dataplane.packet.DropReason;
import io.cellgate.dataplane.packet.InnerPacket;
import io.cellgate.dataplane.packet.IpAddresses;
import io.cellgate.dataplane.packet.NeighborDiscovery;
import java.net.InetAddress;
import org.agrona.concurrent.UnsafeBuffer;
import org.jspecify.annotations.Nullable;

/** The router of each IPv6 device's link: advertises its prefix, and answers for its own address there. */
final class RouterAdvertiser {
    private final WorkerState state;
    private final Verdicts verdicts;
    private final long dnsHi;
    private final long dnsLo;

    RouterAdvertiser(WorkerState state, Verdicts verdicts) {
        this.state = state;
        this.verdicts = verdicts;
        InetAddress dns = state.config.dnsIpv6();
        dnsHi = dns == null ? 0 : IpAddresses.hi(dns);
        dnsLo = dns == null ? 0 : IpAddresses.lo(dns);
    }

    /** An ICMPv6 message of the link. It is never forwarded. */
    @Nullable
    DropReason fromDevice(DeviceSession session, InnerPacket packet) {
        if (!NeighborDiscovery.isValid(packet)) {
            return DropReason.LINK_LOCAL;
        }
        if (packet.icmpType() == NeighborDiscovery.ROUTER_SOLICITATION) {
            advertise(session);
            return null;
        }
        boolean fromUnspecified = (packet.srcHi() | packet.srcLo()) == 0;
        if (packet.icmpType() == NeighborDiscovery.NEIGHBOR_SOLICITATION && !fromUnspecified
                && NeighborDiscovery.asksForRouter(packet)) {
            UnsafeBuffer frame = state.outbox.frame();
            verdicts.sendToDevice(session, frame, NeighborDiscovery.writeNeighborAdvertisement(
                    frame, Burst.HEADROOM_OCTETS, packet.srcHi(), packet.srcLo()));
            return null;
        }
        return DropReason.LINK_LOCAL;
    }

    void advertise(DeviceSession session) {
        UnsafeBuffer frame = state.outbox.frame();
        verdicts.sendToDevice(session, frame,
                NeighborDiscovery.writeRouterAdvertisement(frame, Burst.HEADROOM_OCTETS,
                        session.prefixHi, state.config.tunnelMtuOctets(), dnsHi, dnsLo));
    }
}
