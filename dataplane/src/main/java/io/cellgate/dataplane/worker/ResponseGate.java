package io.cellgate.dataplane.worker;

import io.cellgate.dataplane.inspect.FirstBytes;
import io.cellgate.dataplane.inspect.HttpResponses;
import io.cellgate.dataplane.packet.DropReason;
import io.cellgate.dataplane.packet.InnerPacket;
import io.cellgate.policy.Decision;
import org.agrona.DirectBuffer;
import org.jspecify.annotations.Nullable;

/** Reads what servers answer on connections that are read, where a rule asks for it, before it reaches the device. */
final class ResponseGate {
    private final FlowReports reports;
    private final Verdicts verdicts;
    private final HttpPhase http;
    private final Trials trials;
    private final InspectionPool pool;
    /** The request that a response answers, read again; nothing of it stays. */
    private final FirstBytes request = new FirstBytes();

    ResponseGate(FlowReports reports, Verdicts verdicts, HttpPhase http, Trials trials,
            InspectionPool pool) {
        this.reports = reports;
        this.verdicts = verdicts;
        this.http = http;
        this.trials = trials;
        this.pool = pool;
    }

    /**
     * Reads a segment of the server, if a rule asks for what it answers. A head that is allowed passes, and its body; of
     * one that is blocked the segment in which it ends does not pass, so that no octet of a body does. Segments are read
     * in order: one beyond a gap is dropped, and sent again. Returns why it is dropped, or null.
     */
    @Nullable
    DropReason fromServer(DeviceSession session, int flow, InnerPacket packet) {
        Inspection inspection = pool.of(flow);
        int length = packet.payloadLength();
        if (length == 0 || inspection.stage == Inspection.Stage.HANDSHAKE) {
            return null;
        }
        int known = inspection.serverNext - packet.sequence();
        HttpResponses responses = inspection.responses();
        if (responses == null) {
            inspection.serverNext += Math.max(0, length - known);
            return null;
        }
        if (known < 0) {
            return DropReason.STREAM_GAP;
        }
        if (known >= length) {
            return null;
        }
        if (!packet.transportChecksumIsRight()) {
            return DropReason.STREAM_CHECKSUM;
        }
        int at = known;
        while (at < length) {
            HttpResponses.Result result = responses.read(packet.buffer(),
                    packet.payloadOffset() + at, length - at);
            at += responses.taken();
            Decision said = null;
            if (result == HttpResponses.Result.HEAD_COMPLETE) {
                said = judge(session, flow, inspection, responses);
            }
            if (result == HttpResponses.Result.MALFORMED || said != null && !said.isAllowed()) {
                DropReason reason = said == null
                        ? DropReason.STREAM_MALFORMED
                        : DropReason.POLICY_HTTP;
                verdicts.resetBoth(session, flow, packet, false);
                pool.end(flow);
                verdicts.block(session, flow, reason, said);
                if (said != null) {
                    reports.request(session, flow, describe(responses), said);
                }
                return reason;
            }
        }
        inspection.serverNext += length - known;
        return null;
    }

    private Decision judge(DeviceSession session, int flow, Inspection inspection,
            HttpResponses responses) {
        DirectBuffer head = inspection.judged();
        if (head == null) {
            throw new IllegalStateException("a response to no request");
        }
        request.expectRequest();
        FirstBytes.Result _ = request.add(head, 0, inspection.judgedLength());
        Decision said = http.judgeResponse(session, flow, request, responses);
        trials.ofRequest(session, flow, http.facts(), said, describe(responses));
        return said;
    }

    /** The request that was judged again last, and what it was answered. */
    private String describe(HttpResponses responses) {
        return HttpPhase.describe(request) + " " + responses.status();
    }
}
