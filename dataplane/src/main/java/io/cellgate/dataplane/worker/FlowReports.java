package io.cellgate.dataplane.worker;

import io.cellgate.dataplane.flow.FlowLog;
import io.cellgate.dataplane.flow.FlowRecord;
import io.cellgate.dataplane.flow.FlowTable;
import io.cellgate.dataplane.flow.FlowVerdict;
import io.cellgate.dataplane.flow.TlsOffer;
import io.cellgate.dataplane.inspect.Application;
import io.cellgate.dataplane.packet.DropReason;
import io.cellgate.dataplane.packet.Transport;
import io.cellgate.dns.DnsAnswer;
import io.cellgate.policy.Action;
import io.cellgate.policy.Decision;
import io.cellgate.policy.DomainName;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * What is known of flows beside their records, in objects made elsewhere, and the lines that the log gets of them:
 * one when a flow is judged, one when it ends; none per packet.
 */
final class FlowReports {
    private final WorkerState state;
    private final FlowColumn<Decision> decisions = new FlowColumn<>();
    private final Revisions revisions = new Revisions();
    private final FlowColumn<DomainName> names = new FlowColumn<>();
    private final FlowColumn<DomainName> serverNames = new FlowColumn<>();
    private final FlowColumn<TlsOffer> offers = new FlowColumn<>();

    /** A number for each flow, in blocks that are made as flows' numbers come to be used. */
    private static final class Revisions {
        private static final int BLOCK_SHIFT = 10;
        private static final int BLOCK = 1 << BLOCK_SHIFT;

        private long[][] blocks = new long[0][];

        long get(int flow) {
            int block = flow >> BLOCK_SHIFT;
            return block < blocks.length ? blocks[block][flow & (BLOCK - 1)] : 0;
        }

        long replace(int flow, long revision) {
            int block = flow >> BLOCK_SHIFT;
            while (block >= blocks.length) {
                blocks = Arrays.copyOf(blocks, blocks.length + 1);
                blocks[blocks.length - 1] = new long[BLOCK];
            }
            long before = blocks[block][flow & (BLOCK - 1)];
            blocks[block][flow & (BLOCK - 1)] = revision;
            return before;
        }
    }

    FlowReports(WorkerState state) {
        this.state = state;
    }

    /** Whether the flow was last tried under policies of another revision; they are noted. */
    boolean isUnderOtherPolicies(int flow, long revision) {
        return revisions.replace(flow, revision) != revision;
    }

    /** Forgets what was known of the flow that had this number before, but its decision: the new one has one of its own right away. */
    void began(int flow) {
        names.set(flow, null);
        serverNames.set(flow, null);
        offers.set(flow, null);
    }

    /** Reads of what is written when a flow of this number begins, so that it is in the cache; the value means nothing. */
    long touch(int flow) {
        return revisions.get(flow) + (decisions.get(flow) == null ? 0 : 1);
    }

    /** The decision that the flow's verdict rests on; null where it was not policy that decided. */
    @Nullable
    Decision decision(int flow) {
        return decisions.get(flow);
    }

    void decision(int flow, @Nullable Decision decision) {
        decisions.set(flow, decision);
    }

    /** The name that was bound to the remote address when the flow began. It stays when the binding has ended. */
    @Nullable
    DomainName name(int flow) {
        return names.get(flow);
    }

    void name(int flow, DomainName name) {
        names.set(flow, name);
    }

    /** The name that the device said: server name of a ClientHello, host of a request. */
    @Nullable
    DomainName serverName(int flow) {
        return serverNames.get(flow);
    }

    void serverName(int flow, DomainName name) {
        serverNames.set(flow, name);
    }

    /** What the flow's ClientHello said beside its server name; null where there was none. */
    @Nullable
    TlsOffer offer(int flow) {
        return offers.get(flow);
    }

    void offer(int flow, TlsOffer offer) {
        offers.set(flow, offer);
    }

    void verdict(DeviceSession session, int flow) {
        write(FlowRecord.Event.VERDICT, session, flow, null, decisions.get(flow));
    }

    void end(DeviceSession session, int flow) {
        write(FlowRecord.Event.END, session, flow, null, decisions.get(flow));
    }

    void request(DeviceSession session, int flow, @Nullable String detail,
            @Nullable Decision decision) {
        write(FlowRecord.Event.REQUEST, session, flow, detail, decision);
    }

    void logRule(DeviceSession session, int flow, @Nullable String detail, Decision rule,
            boolean passes) {
        FlowLog.Entry entry = state.log.claim();
        if (entry != null) {
            fill(entry, FlowRecord.Event.LOG_RULE, session, flow);
            entry.verdict(passes ? FlowVerdict.ALLOW : FlowVerdict.BLOCK);
            finish(entry, session, detail, rule, null);
        }
    }

    /** @param beside what the shadow policy said instead */
    void shadow(DeviceSession session, int flow, @Nullable String detail, Decision said,
            Decision beside, boolean passes) {
        FlowLog.Entry entry = state.log.claim();
        if (entry != null) {
            fill(entry, FlowRecord.Event.SHADOW, session, flow);
            entry.verdict(passes ? FlowVerdict.ALLOW : FlowVerdict.BLOCK);
            finish(entry, session, detail, said, beside);
        }
    }

    private void write(FlowRecord.Event event, DeviceSession session, int flow,
            @Nullable String detail, @Nullable Decision decision) {
        FlowLog.Entry entry = state.log.claim();
        if (entry != null) {
            fill(entry, event, session, flow);
            finish(entry, session, detail, decision, null);
        }
    }

    private void fill(FlowLog.Entry entry, FlowRecord.Event event, DeviceSession session,
            int flow) {
        FlowTable flows = state.flows;
        int reason = flows.dropReason(flow);
        entry.event(event);
        entry.startedMillis = flows.startedEpochMillis(flow);
        entry.upward = (flows.marks(flow) & FlowMarks.DOWNWARD) == 0;
        entry.protocol = flows.protocol(flow);
        entry.deviceHi = session.deviceHi(flows.remoteHi(flow), flows.remoteLo(flow));
        entry.deviceLo = flows.deviceLo(flow);
        entry.devicePort = flows.devicePort(flow);
        entry.remoteHi = flows.remoteHi(flow);
        entry.remoteLo = flows.remoteLo(flow);
        entry.remotePort = flows.remotePort(flow);
        DomainName name = serverNames.get(flow) == null ? names.get(flow) : serverNames.get(flow);
        entry.name = name == null ? null : name.toString();
        entry.said = serverNames.get(flow) != null;
        FlowVerdict verdict = FlowVerdict.of(flows.verdict(flow));
        // a request that passes is allowed, though its connection is read on
        entry.verdict(event == FlowRecord.Event.REQUEST && verdict == FlowVerdict.INSPECT
                ? FlowVerdict.ALLOW
                : verdict);
        entry.dropReason(reason == FlowTable.NONE ? null : DropReason.of(reason));
        entry.bytesUp = flows.bytesUp(flow);
        entry.packetsUp = flows.packetsUp(flow);
        entry.bytesDown = flows.bytesDown(flow);
        entry.packetsDown = flows.packetsDown(flow);
        entry.toDevice = state.destinations.isDevice(entry.remoteHi, entry.remoteLo);
        entry.nameCount = entry.upward
                ? session.names.copyTo(entry.names, entry.remoteHi, entry.remoteLo,
                        state.nowSeconds)
                : 0;
        entry.keptName = entry.upward ? names.get(flow) : null;
        entry.application(Application.of(flows.application(flow)));
        entry.offer = offers.get(flow);
        entry.answer = null;
    }

    /** A line of a packet from the core that nobody asked for: it has no flow. */
    void inbound(DeviceSession session, int protocol, long deviceHi, long deviceLo, int devicePort,
            long remoteHi, long remoteLo, int remotePort) {
        FlowLog.Entry entry = state.log.claim();
        if (entry == null) {
            return;
        }
        fillSingle(entry, FlowRecord.Event.VERDICT, false, protocol, deviceHi, deviceLo,
                devicePort, remoteHi, remoteLo, remotePort, null);
        entry.verdict(FlowVerdict.BLOCK);
        entry.dropReason(DropReason.INBOUND_UNSOLICITED);
        finish(entry, session, null, null, null);
    }

    /** A line of a DNS query, with the answer that it was judged by where it was judged by one. */
    void query(DeviceSession session, long deviceHi, long deviceLo, int devicePort, long serverHi,
            long serverLo, String name, String detail, @Nullable Decision decision,
            @Nullable DropReason reason, @Nullable DnsAnswer answer) {
        FlowLog.Entry entry = state.log.claim();
        if (entry == null) {
            return;
        }
        fillSingle(entry, FlowRecord.Event.DNS, true, Transport.UDP, deviceHi, deviceLo,
                devicePort, serverHi, serverLo, 53, name);
        entry.answer = answer;
        entry.verdict(reason == null ? FlowVerdict.ALLOW : FlowVerdict.BLOCK);
        entry.dropReason(reason);
        finish(entry, session, detail, decision, null);
    }

    /** A log rule that matched a query, or with {@code beside} what the shadow policy said to it instead. */
    void queryOnTrial(DeviceSession session, long deviceHi, long deviceLo, int devicePort,
            long serverHi, long serverLo, int protocol, DomainName name, String type, Decision rule,
            Decision said, @Nullable Decision beside) {
        FlowLog.Entry entry = state.log.claim();
        if (entry == null) {
            return;
        }
        fillSingle(entry,
                beside == null ? FlowRecord.Event.LOG_RULE : FlowRecord.Event.SHADOW, true,
                protocol, deviceHi, deviceLo, devicePort, serverHi, serverLo, 53,
                name.toString());
        boolean passes = said.isAllowed() || said.action() == Action.OVERRIDE;
        entry.verdict(passes ? FlowVerdict.ALLOW : FlowVerdict.BLOCK);
        entry.dropReason(passes ? null : DropReason.POLICY_DNS);
        finish(entry, session, type, rule, beside);
    }

    private void fillSingle(FlowLog.Entry entry, FlowRecord.Event event, boolean upward,
            int protocol, long deviceHi, long deviceLo, int devicePort, long remoteHi,
            long remoteLo, int remotePort, @Nullable String name) {
        entry.event(event);
        entry.startedMillis = state.nowEpochMillis;
        entry.upward = upward;
        entry.protocol = protocol;
        entry.deviceHi = deviceHi;
        entry.deviceLo = deviceLo;
        entry.devicePort = devicePort;
        entry.remoteHi = remoteHi;
        entry.remoteLo = remoteLo;
        entry.remotePort = remotePort;
        entry.name = name;
        entry.said = false;
        entry.bytesUp = 0;
        entry.packetsUp = 0;
        entry.bytesDown = 0;
        entry.packetsDown = 0;
        entry.toDevice = state.destinations.isDevice(remoteHi, remoteLo);
        entry.nameCount = 0;
        entry.keptName = null;
        entry.application(Application.UNDECIDED);
        entry.offer = null;
        entry.answer = null;
    }

    private void finish(FlowLog.Entry entry, DeviceSession session, @Nullable String detail,
            @Nullable Decision decision, @Nullable Decision beside) {
        entry.epochMillis = state.nowEpochMillis;
        entry.session = session.origin;
        entry.detail = detail;
        entry.decision(decision);
        entry.beside = beside;
        state.log.publish();
    }
}
