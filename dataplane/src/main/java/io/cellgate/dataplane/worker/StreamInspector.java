package io.cellgate.dataplane.worker;

import io.cellgate.dataplane.flow.FlowTable;
import io.cellgate.dataplane.flow.FlowVerdict;
import io.cellgate.dataplane.inspect.Application;
import io.cellgate.dataplane.inspect.FirstBytes;
import io.cellgate.dataplane.inspect.HttpRequestHead;
import io.cellgate.dataplane.inspect.HttpResponses;
import io.cellgate.dataplane.packet.DropReason;
import io.cellgate.dataplane.packet.InnerPacket;
import io.cellgate.dataplane.packet.TcpFlyweight;
import io.cellgate.dataplane.packet.TcpReply;
import io.cellgate.policy.Decision;
import io.cellgate.policy.Phase;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Reads TCP connections until what they carry can be judged, and holds back what has not been.
 *
 * <p>Theory of operation. The server must get no octet of a request before that request was judged, and must get
 * exactly the octets that were judged. So the device's octets are read strictly in order: a segment beyond a gap is
 * dropped (the device sends it again), one that lies before what was read must agree with it wherever the server has
 * not confirmed it, one that has new octets is read on. While a head is incomplete its segments are held as copies;
 * when it is allowed they go out in their order. Octets that need no reading (a body of known length, all that follows
 * a ClientHello or the beginning of a protocol that is neither) pass as they come.
 *
 * <pre>
 *   sequence   ........|------ read, kept ------|-- body, any content --|···next head···
 *                    confirmed               head's end           body's end
 *                    by the server
 * </pre>
 *
 * <p>Each request of a kept connection is judged. A request is read only when the server has confirmed the head of the
 * one before; a device that sends two together has the second cut off, and sends it again. That costs pipelining its
 * speed and keeps one head at a time in memory. CONNECT, and HTTP/2 without TLS, are blocked: what follows them could
 * not be judged. Upgrade is ignored: what follows is read as HTTP still, and blocked where it is not.
 */
final class StreamInspector {
    private final WorkerState state;
    private final FlowReports reports;
    private final Verdicts verdicts;
    private final NetworkPhase network;
    private final HttpPhase http;
    private final Trials trials;
    private final InspectionPool pool;
    /** Set while the octets of a segment are read: why the flow is blocked, and what policy said. */
    private @Nullable DropReason blockReason;
    private @Nullable Decision blockDecision;
    private boolean blockedRequest;
    private @Nullable String blockedDetail;
    /** For judging again; nothing of it stays. */
    private final FirstBytes again = new FirstBytes();

    StreamInspector(WorkerState state, FlowReports reports, Verdicts verdicts,
            NetworkPhase network, HttpPhase http, Trials trials, InspectionPool pool) {
        this.pool = pool;
        this.network = network;
        this.trials = trials;
        this.state = state;
        this.reports = reports;
        this.verdicts = verdicts;
        this.http = http;
    }

    /** A segment of the device. Forwards it, holds it, or returns why it is dropped. */
    @Nullable
    DropReason fromDevice(DeviceSession session, int flow, InnerPacket packet,
            UnsafeBuffer view) {
        Inspection inspection = pool.of(flow);
        if (packet.hasFlag(TcpFlyweight.SYN)) {
            if (packet.payloadLength() > 0) {
                return DropReason.STREAM_AMBIGUOUS;
            }
            return forward(view, packet);
        }
        if (packet.hasFlag(TcpFlyweight.RST)) {
            return forward(view, packet);
        }
        if (inspection.stage == Inspection.Stage.HANDSHAKE) {
            return packet.payloadLength() == 0 && !packet.hasFlag(TcpFlyweight.FIN)
                    ? forward(view, packet)
                    : DropReason.STREAM_GAP;
        }
        if (packet.payloadLength() == 0) {
            return withoutData(session, flow, inspection, packet, view);
        }
        if (packet.hasFlag(TcpFlyweight.URG)) {
            return DropReason.STREAM_AMBIGUOUS;
        }
        if (!packet.transportChecksumIsRight()) {
            return DropReason.STREAM_CHECKSUM;
        }
        return data(session, flow, inspection, packet, view);
    }

    private @Nullable DropReason withoutData(DeviceSession session, int flow,
            Inspection inspection, InnerPacket packet, UnsafeBuffer view) {
        if (packet.hasFlag(TcpFlyweight.FIN)) {
            if (packet.sequence() - inspection.next > 0
                    && inspection.stage != Inspection.Stage.JUDGED) {
                return DropReason.STREAM_GAP;
            }
            if (inspection.heldCount > 0) {
                return block(session, flow, inspection, packet, DropReason.STREAM_MALFORMED, null,
                        false);
            }
        }
        return forward(view, packet);
    }

    private @Nullable DropReason data(DeviceSession session, int flow, Inspection inspection,
            InnerPacket packet, UnsafeBuffer view) {
        int length = packet.payloadLength();
        int ahead = packet.sequence() - inspection.next;
        if (inspection.stage == Inspection.Stage.JUDGED) {
            return agrees(inspection, packet, length)
                    ? forward(view, packet)
                    : DropReason.STREAM_CONTRADICTS;
        }
        if (ahead > 0) {
            return inspection.stage == Inspection.Stage.BODY
                    && ahead + (long) length <= inspection.bodyRemaining
                    && !packet.hasFlag(TcpFlyweight.FIN)
                            ? forward(view, packet)
                            : DropReason.STREAM_GAP;
        }
        int known = Math.min(length, -ahead);
        if (known < 0 || !agrees(inspection, packet, known)) {
            return DropReason.STREAM_CONTRADICTS;
        }
        if (known == length) {
            return packet.sequence() + length - inspection.released > 0
                    ? DropReason.STREAM_HELD_ALREADY
                    : forward(view, packet);
        }
        return readOn(session, flow, inspection, packet, view, known);
    }

    private static boolean agrees(Inspection inspection, InnerPacket packet, int length) {
        StreamBuffers buffers = inspection.buffers;
        return buffers == null || buffers.agrees(packet.buffer(), packet.payloadOffset(),
                packet.sequence(), length);
    }

    /** Reads the segment's octets from the first new one, as far as they may be read now. */
    private @Nullable DropReason readOn(DeviceSession session, int flow, Inspection inspection,
            InnerPacket packet, UnsafeBuffer view, int known) {
        int at = known;
        int length = packet.payloadLength();
        blockReason = null;
        boolean judgedSome = known > 0 && inspection.heldCount == 0;
        DropReason stopped = null;
        while (at < length && blockReason == null && stopped == null) {
            int offset = packet.payloadOffset() + at;
            switch (inspection.stage) {
                case BODY -> {
                    int taken = (int) Math.min(inspection.bodyRemaining, length - at);
                    at += taken;
                    advanceBody(inspection, taken);
                    judgedSome = true;
                }
                case JUDGED -> {
                    inspection.next += length - at;
                    at = length;
                    judgedSome = true;
                }
                case HEAD -> {
                    boolean atStart = inspection.heldCount == 0 && isAtHeadStart(inspection);
                    stopped = judgedSome && atStart
                            ? DropReason.REQUEST_PIPELINED
                            : prepare(session, inspection, packet, length - at);
                    if (stopped == null) {
                        int taken = readHead(session, flow, inspection, packet.buffer(), offset,
                                length - at);
                        at += taken;
                        judgedSome = inspection.stage != Inspection.Stage.HEAD
                                || isAtHeadStart(inspection);
                    }
                }
                case CHUNKS -> {
                    stopped = prepare(session, inspection, packet, length - at);
                    if (stopped == null) {
                        at += readChunks(inspection, packet.buffer(), offset, length - at);
                        judgedSome = true;
                    }
                }
                case HANDSHAKE -> throw new IllegalStateException("data before the handshake");
            }
        }
        if (blockReason != null) {
            return block(session, flow, inspection, packet, blockReason, blockDecision,
                    blockedRequest);
        }
        if (stopped != null) {
            return at == 0 || !judgedSome
                    ? stopped
                    : clip(session, inspection, packet, view, at, stopped);
        }
        if (inspection.stage == Inspection.Stage.HEAD && !isAtHeadStart(inspection)) {
            return hold(session, flow, inspection, packet, view);
        }
        pool.release(session, inspection);
        inspection.released = inspection.next;
        return forward(view, packet);
    }

    /** Whether no octet of the next head has been read. */
    private static boolean isAtHeadStart(Inspection inspection) {
        return inspection.heldCount == 0 && inspection.next == inspection.released;
    }

    private void advanceBody(Inspection inspection, int octets) {
        inspection.next += octets;
        inspection.released = inspection.next;
        inspection.bodyRemaining -= octets;
        if (inspection.bodyRemaining == 0) {
            inspection.stage = Inspection.Stage.HEAD;
        }
    }

    /** Sees to it that the octets can be read: memory, and the confirmation of the head before. */
    private @Nullable DropReason prepare(DeviceSession session, Inspection inspection,
            InnerPacket packet, int length) {
        if (inspection.heldCount == Inspection.MAX_HELD
                || packet.length() > WorkerState.HELD_PACKET_OCTETS) {
            return DropReason.STREAM_HELD_TOO_MUCH;
        }
        HttpResponses responses = inspection.responses();
        if (responses != null && !responses.isIdle()
                && inspection.stage == Inspection.Stage.HEAD && isAtHeadStart(inspection)) {
            return DropReason.REQUEST_PIPELINED;
        }
        if (!pool.mayHold(session)) {
            return DropReason.STREAM_NO_MEMORY;
        }
        StreamBuffers buffers = inspection.buffers;
        if (buffers == null) {
            buffers = pool.lend(session, inspection);
            if (buffers == null) {
                return DropReason.STREAM_NO_MEMORY;
            }
            buffers.begin(inspection.next);
            startHead(inspection, buffers);
        } else if (inspection.stage == Inspection.Stage.HEAD && isAtHeadStart(inspection)) {
            buffers.confirm(inspection.confirmed);
            if (!buffers.isEmpty()) {
                return DropReason.REQUEST_PIPELINED;
            }
            buffers.begin(inspection.next);
            startHead(inspection, buffers);
        }
        if (buffers.room() < length) {
            buffers.confirm(inspection.confirmed);
            if (buffers.room() < length) {
                return DropReason.STREAM_HELD_TOO_MUCH;
            }
        }
        return null;
    }

    private static void startHead(Inspection inspection, StreamBuffers buffers) {
        if (inspection.firstRequest) {
            buffers.reader.reset();
        } else {
            buffers.reader.expectRequest();
        }
    }

    /** Gives octets to the reader of heads, and judges what is complete. Returns how many were taken. */
    private int readHead(DeviceSession session, int flow, Inspection inspection,
            DirectBuffer buffer, int offset, int length) {
        StreamBuffers buffers = buffersOf(inspection);
        FirstBytes reader = buffers.reader;
        FirstBytes.Result result = reader.add(buffer, offset, length);
        int taken = result == FirstBytes.Result.HTTP_REQUEST ? reader.taken() : length;
        buffers.append(buffer, offset, taken);
        inspection.next += taken;
        if (inspection.firstRequest && !passesByApplication(session, flow, inspection, reader)) {
            return taken;
        }
        switch (result) {
            case NEED_MORE -> {
                return taken;
            }
            case HTTP_REQUEST -> judgeRequest(session, flow, inspection, reader);
            case TLS_CLIENT_HELLO -> {
                Decision said = http.judgeHello(session, flow, reader.tls());
                state.flows.marks(flow, state.flows.marks(flow) | FlowMarks.TLS_JUDGED);
                judged(session, flow, said, "tls");
                trials.ofRequest(session, flow, http.facts(), said, "tls");
                if (!said.isAllowed()) {
                    setBlock(DropReason.POLICY_HTTP, said, false);
                } else {
                    inspection.stage = Inspection.Stage.JUDGED;
                }
            }
            case OTHER -> {
                state.flows.marks(flow, state.flows.marks(flow) | FlowMarks.OPAQUE);
                inspection.stage = Inspection.Stage.JUDGED;
            }
            case HTTP2 -> setBlock(DropReason.REQUEST_UNMEASURED, null, false);
            case MALFORMED -> setBlock(DropReason.STREAM_MALFORMED, null, false);
        }
        return taken;
    }

    /**
     * Takes note of what the stream's first octets say of its application. Where that decides, the network phase is asked
     * now; where no http rules are, that is all there is to read. Returns whether to go on with what was read.
     */
    private boolean passesByApplication(DeviceSession session, int flow, Inspection inspection,
            FirstBytes reader) {
        if (Application.of(state.flows.application(flow)) != Application.UNDECIDED) {
            return true;
        }
        boolean waits = (state.flows.marks(flow) & FlowMarks.WAITS) != 0;
        Application application = reader.application();
        if (application == Application.UNDECIDED) {
            return !waits;
        }
        state.flows.application(flow, application.index());
        if (!waits) {
            return true;
        }
        DropReason reason = network.judge(session, flow);
        Decision said = network.decision();
        trials.ofFlow(session, flow, network, reason == null);
        if (reason != null) {
            setBlock(reason, said, false);
            return false;
        }
        verdicts.allow(session, flow, FlowVerdict.INSPECT, said);
        boolean reads = session.policy.appliesTo(Phase.HTTP);
        if (!reads) {
            inspection.stage = Inspection.Stage.JUDGED;
        }
        return reads;
    }

    private void judgeRequest(DeviceSession session, int flow, Inspection inspection,
            FirstBytes reader) {
        HttpRequestHead head = reader.http();
        Decision said = http.judgeRequest(session, flow, reader);
        String detail = HttpPhase.describe(reader);
        judged(session, flow, said, detail);
        trials.ofRequest(session, flow, http.facts(), said, detail);
        if (!said.isAllowed()) {
            setBlock(DropReason.POLICY_HTTP, said, true);
            return;
        }
        if (head.isConnect()) {
            setBlock(DropReason.REQUEST_UNMEASURED, null, true);
            return;
        }
        inspection.firstRequest = false;
        inspection.keepJudged(reader.stream(), head.length());
        if (HttpPhase.asksForResponses(session)) {
            if (inspection.judgedLength() < 0) {
                setBlock(DropReason.STREAM_HELD_TOO_MUCH, null, true);
                return;
            }
            inspection.readResponses().expect(head.isHead());
        }
        if (head.isChunked()) {
            inspection.chunks.begin(head);
            inspection.stage = Inspection.Stage.CHUNKS;
        } else {
            inspection.bodyRemaining = Math.max(0, head.contentLength());
            inspection.stage = inspection.bodyRemaining > 0
                    ? Inspection.Stage.BODY
                    : Inspection.Stage.HEAD;
        }
        pool.release(session, inspection);
        inspection.released = inspection.next;
    }

    private void judged(DeviceSession session, int flow, Decision said, String detail) {
        state.counters.add(WorkerCounters.REQUESTS_JUDGED, 1);
        if (said.isAllowed()) {
            reports.request(session, flow, detail, said);
        } else {
            blockedDetail = detail;
        }
    }

    private int readChunks(Inspection inspection, DirectBuffer buffer, int offset, int length) {
        int taken = inspection.chunks.consume(buffer, offset, length);
        if (inspection.chunks.fault() != null) {
            setBlock(DropReason.STREAM_MALFORMED, null, true);
            return taken;
        }
        buffersOf(inspection).append(buffer, offset, taken);
        inspection.next += taken;
        inspection.released = inspection.next;
        if (inspection.chunks.isAtNextHead()) {
            inspection.stage = Inspection.Stage.HEAD;
        }
        return taken;
    }

    private static StreamBuffers buffersOf(Inspection inspection) {
        StreamBuffers buffers = inspection.buffers;
        if (buffers == null) {
            throw new IllegalStateException("a head is read without buffers");
        }
        return buffers;
    }

    private void setBlock(DropReason reason, @Nullable Decision decision, boolean request) {
        blockReason = reason;
        blockDecision = decision;
        blockedRequest = request;
    }

    /** Forwards the first octets of the segment, which have been judged; the others are the device's to send again. */
    private @Nullable DropReason clip(DeviceSession session, Inspection inspection,
            InnerPacket packet, UnsafeBuffer view, int octets, DropReason why) {
        pool.release(session, inspection);
        inspection.released = inspection.next;
        int length = TcpReply.clip(view, packet, octets);
        state.outbox.toCore(view.addressOffset() + packet.offset(), length);
        state.drop(why);
        return null;
    }

    private @Nullable DropReason hold(DeviceSession session, int flow, Inspection inspection,
            InnerPacket packet, UnsafeBuffer view) {
        if (packet.hasFlag(TcpFlyweight.FIN)) {
            return block(session, flow, inspection, packet, DropReason.STREAM_MALFORMED, null,
                    false);
        }
        pool.hold(session, inspection, packet, view);
        return null;
    }

    private @Nullable DropReason forward(UnsafeBuffer view, InnerPacket packet) {
        state.outbox.toCore(view.addressOffset() + packet.offset(), packet.length());
        return null;
    }

    /**
     * Ends the connection: a request is answered by a page and a FIN, anything else by a reset; the server gets a reset
     * in the place of what it did not get.
     */
    private DropReason block(DeviceSession session, int flow, Inspection inspection,
            InnerPacket packet, DropReason reason, @Nullable Decision decision, boolean request) {
        int serverSequence = packet.acknowledgment();
        int deviceSequence = packet.sequence() + packet.sequenceLength();
        verdicts.resetServer(session, flow, inspection.released, serverSequence);
        if (request) {
            UnsafeBuffer page = BlockPage.of(decision);
            verdicts.tcpToDevice(session, flow, serverSequence, deviceSequence,
                    TcpFlyweight.ACK | TcpFlyweight.PSH | TcpFlyweight.FIN, page,
                    page.capacity());
            state.flows.reply(flow, serverSequence + page.capacity() + 1, deviceSequence);
        } else {
            verdicts.tcpToDevice(session, flow, serverSequence, deviceSequence,
                    TcpFlyweight.RST | TcpFlyweight.ACK, null, 0);
            state.flows.reply(flow, serverSequence, deviceSequence);
        }
        pool.end(flow);
        state.flows.marks(flow, state.flows.marks(flow) | FlowMarks.CLOSED_BY_US);
        verdicts.block(session, flow, reason, decision);
        if (blockedDetail != null) {
            reports.request(session, flow, blockedDetail, decision);
            blockedDetail = null;
        }
        return reason;
    }

    /** What the device still sends on a connection that we closed. */
    void afterClose(DeviceSession session, int flow, InnerPacket packet) {
        if (!packet.isTcp() || packet.hasFlag(TcpFlyweight.RST)) {
            return;
        }
        int sequence = state.flows.replySequence(flow);
        int after = packet.sequence() + packet.sequenceLength();
        if (packet.hasFlag(TcpFlyweight.FIN)) {
            verdicts.tcpToDevice(session, flow, sequence, after, TcpFlyweight.ACK, null, 0);
        } else if (packet.payloadLength() > 0) {
            verdicts.tcpToDevice(session, flow, packet.acknowledgment(), after,
                    TcpFlyweight.RST | TcpFlyweight.ACK, null, 0);
        }
    }

    /** A segment of the server, which is forwarded: it confirms what it has got. */
    void fromServer(int flow, InnerPacket packet) {
        Inspection inspection = pool.of(flow);
        if (!packet.hasFlag(TcpFlyweight.ACK)) {
            return;
        }
        int acknowledged = packet.acknowledgment();
        if (inspection.stage == Inspection.Stage.HANDSHAKE) {
            if (packet.hasFlag(TcpFlyweight.SYN)) {
                inspection.next = acknowledged;
                inspection.released = acknowledged;
                inspection.confirmed = acknowledged;
                inspection.serverNext = packet.sequence() + 1;
                inspection.stage = Inspection.Stage.HEAD;
            }
            return;
        }
        if (inspection.stage == Inspection.Stage.BODY && acknowledged - inspection.next > 0
                && acknowledged - inspection.next <= inspection.bodyRemaining) {
            advanceBody(inspection, acknowledged - inspection.next);
        }
        if (acknowledged - inspection.confirmed > 0
                && (inspection.stage == Inspection.Stage.JUDGED
                        || acknowledged - inspection.released <= 0)) {
            inspection.confirmed = acknowledged;
        }
        StreamBuffers buffers = inspection.buffers;
        if (buffers == null || inspection.confirmed - buffers.end() < 0) {
            return;
        }
        if (inspection.stage == Inspection.Stage.JUDGED) {
            pool.end(flow);
            state.flows.verdict(flow, FlowVerdict.ALLOW.index());
        } else if (inspection.stage == Inspection.Stage.BODY
                || (inspection.stage == Inspection.Stage.HEAD && isAtHeadStart(inspection))) {
            pool.takeBack(pool.owner(flow), inspection);
        }
    }

    /** Judges again, under another policy, what has passed of a connection; returns what policy says, or null. */
    @Nullable
    Decision judgeAgain(DeviceSession session, int flow) {
        if ((state.flows.marks(flow) & FlowMarks.TLS_JUDGED) != 0) {
            return http.judgeHelloAgain(session, flow);
        }
        int index = state.flows.inspection(flow);
        if (index == FlowTable.NONE) {
            return null;
        }
        Inspection inspection = pool.of(flow);
        DirectBuffer head = inspection.judged();
        if (head == null || inspection.judgedLength() < 0) {
            return null;
        }
        FirstBytes reader = again;
        reader.expectRequest();
        FirstBytes.Result result = reader.add(head, 0, inspection.judgedLength());
        return result == FirstBytes.Result.HTTP_REQUEST
                ? http.judgeRequest(session, flow, reader)
                : null;
    }

    /** Whether a request has passed that can not be judged again, for its head was too long to be kept. */
    boolean hasUnkeptRequest(int flow) {
        int index = state.flows.inspection(flow);
        return index != FlowTable.NONE && pool.of(flow).judgedLength() < 0;
    }

    /** Lets all of the flow pass: the policy has no http rules any more. */
    void letPass(int flow) {
        int index = state.flows.inspection(flow);
        if (index != FlowTable.NONE) {
            pool.release(pool.owner(flow), pool.of(flow));
            pool.end(flow);
        }
    }
}
