package io.cellgate.dataplane.worker;

import io.cellgate.dataplane.atlas.LiveAtlas;
import io.cellgate.dataplane.io.WorkerCores;
import io.cellgate.dataplane.packet.IpPrefix;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the user plane is set up with.
 *
 * @param gtpuAddresses          ours towards the carriers, at most one of each IP version; told in Error Indications,
 *                               and no device may reach them
 * @param pools                  what devices' addresses are taken from: a destination in them is a device
 * @param protectedPrefixes      no device may reach these, whatever its policy: GTP-C addresses, the API, the
 *                               operator's own networks. Loopback, link-local, multicast and the peers are always so
 * @param gatewayIpv4            source of our ICMP errors, and protected; null without IPv4
 * @param gatewayIpv6            likewise
 * @param dnsIpv6                the resolver announced to IPv6 devices (RFC 8106); null: none. Queries are taken in
 *                               whatever server they address
 * @param tunnelMtuOctets        the largest IP packet for a device; default 1358 (TS 23.060 Annex C)
 * @param maxFlows               of a worker; default 2 097 152, for which 124 octets each are taken as they come
 * @param maxFlowsPerSession     of a SIM, at most, and less where many want much (a fair share); default 1024
 * @param maxBindingsPerSession  names that a device resolved; default 128
 * @param minBindingSeconds      how long a resolved name is remembered at least, whatever its TTL; default 60
 * @param maxInspections         connections that are being read at a time; default 8192
 * @param maxHeldPackets         packets held until a request is judged, of all flows; default 4096, 2 KiB each
 * @param errorIndicationsPerSecond Error Indications that we send at most; default 100
 * @param rejectsPerSecond       resets and ICMP errors for blocked flows that we send at most; default 1000
 * @param flowLogEntries         flow records that wait for their listener; default 16 384. More are lost, and counted
 * @param commandQueueEntries    commands that wait for a worker; default 8192. More are refused
 * @param atlas                  what is known of addresses and names; default nothing
 * @param cores                  those that each worker has to itself; default none
 */
public record UserPlaneConfig(List<InetAddress> gtpuAddresses, List<IpPrefix> pools,
        List<IpPrefix> protectedPrefixes, @Nullable Inet4Address gatewayIpv4,
        @Nullable Inet6Address gatewayIpv6, @Nullable Inet6Address dnsIpv6, int tunnelMtuOctets,
        int maxFlows, int maxFlowsPerSession, int maxBindingsPerSession, int minBindingSeconds,
        int maxInspections, int maxHeldPackets, int errorIndicationsPerSecond,
        int rejectsPerSecond, int flowLogEntries, int commandQueueEntries, LiveAtlas atlas,
        WorkerCores cores) {
    public UserPlaneConfig {
        gtpuAddresses = List.copyOf(gtpuAddresses);
        pools = List.copyOf(pools);
        protectedPrefixes = List.copyOf(protectedPrefixes);
        require("tunnel MTU", tunnelMtuOctets, 1280, 9000);
        require("flows", maxFlows, 16, 1 << 23);
        require("flows per session", maxFlowsPerSession, 1, maxFlows);
        require("bindings per session", maxBindingsPerSession, 1, 4096);
        require("binding seconds", minBindingSeconds, 1, 86_400);
        require("inspections", maxInspections, 1, 1 << 20);
        require("held packets", maxHeldPackets, 1, 1 << 20);
        require("Error Indications a second", errorIndicationsPerSecond, 0, 1_000_000);
        require("rejects a second", rejectsPerSecond, 0, 1_000_000);
        require("flow log entries", flowLogEntries, 16, 1 << 24);
        require("command queue entries", commandQueueEntries, 16, 1 << 24);
    }

    private static void require(String what, int got, int least, int most) {
        if (got < least || got > most) {
            throw new IllegalArgumentException(
                    what + ": got " + got + ", expected " + least + " to " + most);
        }
    }

    /** The defaults for these addresses and pools. */
    public static UserPlaneConfig of(List<InetAddress> gtpuAddresses, List<IpPrefix> pools,
            List<IpPrefix> protectedPrefixes, @Nullable Inet4Address gatewayIpv4,
            @Nullable Inet6Address gatewayIpv6, @Nullable Inet6Address dnsIpv6) {
        return new UserPlaneConfig(gtpuAddresses, pools, protectedPrefixes, gatewayIpv4,
                gatewayIpv6, dnsIpv6, 1358, 1 << 21, 1024, 128, 60, 8192, 4096, 100, 1000, 16_384,
                8192, LiveAtlas.empty(), WorkerCores.NONE);
    }

    /** The same with other bounds of the flow table. */
    public UserPlaneConfig withFlows(int total, int perSession) {
        return new UserPlaneConfig(gtpuAddresses, pools, protectedPrefixes, gatewayIpv4,
                gatewayIpv6, dnsIpv6, tunnelMtuOctets, total, perSession, maxBindingsPerSession,
                minBindingSeconds, maxInspections, maxHeldPackets, errorIndicationsPerSecond,
                rejectsPerSecond, flowLogEntries, commandQueueEntries, atlas, cores);
    }

    /** The same with cores that each worker has to itself. */
    UserPlaneConfig withCores(WorkerCores each) {
        return new UserPlaneConfig(gtpuAddresses, pools, protectedPrefixes, gatewayIpv4,
                gatewayIpv6, dnsIpv6, tunnelMtuOctets, maxFlows, maxFlowsPerSession,
                maxBindingsPerSession, minBindingSeconds, maxInspections, maxHeldPackets,
                errorIndicationsPerSecond, rejectsPerSecond, flowLogEntries, commandQueueEntries,
                atlas, each);
    }
}
