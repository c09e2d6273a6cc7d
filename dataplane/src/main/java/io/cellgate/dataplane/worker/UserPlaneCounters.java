package io.cellgate.dataplane.worker;

import io.cellgate.dataplane.io.KernelFlows;
import io.cellgate.dataplane.packet.DropReason;
import java.util.EnumMap;
import java.util.Map;

/**
 * What the user plane has done since its start.
 *
 * @param packetsUp      from devices, forwarded to the core
 * @param packetsDown    from the core, forwarded to devices
 * @param drops          each reason's packets; all reasons are there
 * @param sessions       now
 * @param flows          now
 * @param flowsStarted   since the start
 * @param dnsQueries     taken in from devices
 * @param requestsJudged HTTP requests and TLS connections judged
 * @param shadowDifferences decisions that a policy in shadow mode would have taken otherwise
 * @param flowLogLost    flow records that no listener got
 * @param kernelFlows    flows that the kernel forwards by itself now
 * @param kernelPackets  of the packets both ways, those that it did
 */
public record UserPlaneCounters(long packetsUp, long bytesUp, long packetsDown, long bytesDown,
        Map<DropReason, Long> drops, long sessions, long flows, long flowsStarted, long dnsQueries,
        long requestsJudged, long shadowDifferences, long flowLogLost, long kernelFlows,
        long kernelPackets) {
    public UserPlaneCounters {
        drops = Map.copyOf(drops);
    }

    /** What two workers come to together. */
    UserPlaneCounters plus(UserPlaneCounters other) {
        Map<DropReason, Long> both = new EnumMap<>(DropReason.class);
        drops.forEach((reason, count) -> both.put(reason, count + other.dropped(reason)));
        return new UserPlaneCounters(packetsUp + other.packetsUp, bytesUp + other.bytesUp,
                packetsDown + other.packetsDown, bytesDown + other.bytesDown, both,
                sessions + other.sessions, flows + other.flows,
                flowsStarted + other.flowsStarted, dnsQueries + other.dnsQueries,
                requestsJudged + other.requestsJudged,
                shadowDifferences + other.shadowDifferences, flowLogLost + other.flowLogLost,
                kernelFlows + other.kernelFlows,
                kernelPackets + other.kernelPackets);
    }

    /** With what the kernel forwarded without the workers, which no worker counts. */
    UserPlaneCounters plus(KernelFlows.Forwarded kernel) {
        return new UserPlaneCounters(packetsUp + kernel.packetsUp(), bytesUp + kernel.bytesUp(),
                packetsDown + kernel.packetsDown(), bytesDown + kernel.bytesDown(), drops,
                sessions, flows, flowsStarted, dnsQueries, requestsJudged, shadowDifferences,
                flowLogLost, kernelFlows,
                kernelPackets + kernel.packetsUp() + kernel.packetsDown());
    }

    public long dropped(DropReason reason) {
        return drops.getOrDefault(reason, 0L);
    }
}
