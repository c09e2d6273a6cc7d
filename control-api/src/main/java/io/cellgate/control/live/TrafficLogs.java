package io.cellgate.control.live;

import io.cellgate.dataplane.flow.FlowRecord;
import io.cellgate.dataplane.gateway.Gateway;
import io.cellgate.dataplane.signalling.SignallingEvent;

/**
 * What the gateway tells of its traffic, the latest of each kind: in memory, bounded, never waited for. Filled by the
 * gateway's own log threads, read by the API.
 */
public final class TrafficLogs implements Gateway.Listener {
    private static final int FLOWS = 65_536;
    private static final int DNS_QUERIES = 32_768;
    private static final int SIGNALLING = 16_384;

    private final RecordRing<FlowRecord> flows = new RecordRing<>(FLOWS);
    private final RecordRing<FlowRecord> dnsQueries = new RecordRing<>(DNS_QUERIES);
    private final RecordRing<SignallingEvent> signalling = new RecordRing<>(SIGNALLING);

    @Override
    public void on(FlowRecord flow) {
        (flow.event() == FlowRecord.Event.DNS ? dnsQueries : flows).add(flow);
    }

    @Override
    public void on(SignallingEvent event) {
        signalling.add(event);
    }

    public RecordRing<FlowRecord> flows() {
        return flows;
    }

    public RecordRing<FlowRecord> dnsQueries() {
        return dnsQueries;
    }

    public RecordRing<SignallingEvent> signalling() {
        return signalling;
    }
}
