package io.cellgate.dataplane.worker;

import io.cellgate.dataplane.flow.FlowTable;
import io.cellgate.dataplane.packet.InnerPacket;
import java.util.ArrayList;
import java.util.List;
import org.agrona.collections.IntArrayList;
import org.agrona.concurrent.UnsafeBuffer;
import org.jspecify.annotations.Nullable;

/**
 * The inspections of a worker, and the memory that reading connections takes: buffers of streams, packets held back.
 * All of it is bounded, pooled, and shared out among devices: one that dribbles a request into each of many flows
 * uses up its own share. One thread.
 */
final class InspectionPool {
    private static final int MAX_BUFFERS = 512;
    /** One SIM gets at most this part of what is for all: it could dribble a request into each of many flows. */
    private static final int SHARE = 4;

    private final WorkerState state;
    private final List<Inspection> inspections = new ArrayList<>();
    private final IntArrayList freeInspections = new IntArrayList();
    private final List<StreamBuffers> freeBuffers = new ArrayList<>();
    private final UnsafeBuffer heldView = new UnsafeBuffer(0, 0);
    private int buffersMade;

    InspectionPool(WorkerState state) {
        this.state = state;
    }

    /** Begins to read a new flow; false where there is no room for another, or the SIM has its share. */
    boolean begin(DeviceSession session, int flow) {
        int most = state.config.maxInspections();
        int taken = inspections.size() - freeInspections.size();
        SimMeter meter = session.meter();
        if (!FairShare.grants(meter.inspections, most - taken, Math.max(1, most / SHARE))) {
            return false;
        }
        Inspection inspection;
        if (!freeInspections.isEmpty()) {
            inspection = inspections.get(freeInspections.popInt());
        } else {
            inspection = new Inspection(inspections.size());
            inspections.add(inspection);
        }
        meter.inspections++;
        inspection.begin();
        state.flows.inspection(flow, inspection.index);
        return true;
    }

    /** That of a flow which is read. */
    Inspection of(int flow) {
        return inspections.get(state.flows.inspection(flow));
    }

    /** Forgets a flow's inspection, if it has one; what it held is dropped. */
    void end(int flow) {
        int index = state.flows.inspection(flow);
        if (index == FlowTable.NONE) {
            return;
        }
        Inspection inspection = inspections.get(index);
        for (int i = 0; i < inspection.heldCount; i++) {
            state.held.give(inspection.held[i]);
        }
        DeviceSession session = owner(flow);
        session.meter().heldPackets -= inspection.heldCount;
        session.meter().inspections--;
        inspection.heldCount = 0;
        takeBack(session, inspection);
        freeInspections.addInt(index);
        state.flows.inspection(flow, FlowTable.NONE);
    }

    DeviceSession owner(int flow) {
        DeviceSession session = state.sessions.bySlot(state.flows.session(flow));
        if (session == null) {
            throw new IllegalStateException("a flow without its session");
        }
        return session;
    }

    /** Gives an inspection buffers of its own; null where there are none, or the device has its share. */
    @Nullable
    StreamBuffers lend(DeviceSession session, Inspection inspection) {
        SimMeter meter = session.meter();
        int free = MAX_BUFFERS - buffersMade + freeBuffers.size();
        if (!FairShare.grants(meter.readers, free, MAX_BUFFERS / SHARE)) {
            return null;
        }
        StreamBuffers buffers;
        if (freeBuffers.isEmpty()) {
            buffersMade++;
            buffers = new StreamBuffers();
        } else {
            buffers = freeBuffers.removeLast();
        }
        meter.readers++;
        inspection.buffers = buffers;
        return buffers;
    }

    /** Takes the buffers of an inspection back, if it has any. */
    void takeBack(DeviceSession session, Inspection inspection) {
        StreamBuffers buffers = inspection.buffers;
        if (buffers != null) {
            inspection.buffers = null;
            session.meter().readers--;
            freeBuffers.add(buffers);
        }
    }

    /** Whether one more packet of the device may be held. */
    boolean mayHold(DeviceSession session) {
        return FairShare.grants(session.meter().heldPackets, state.held.freeCount(),
                Math.max(Inspection.MAX_HELD, state.config.maxHeldPackets() / SHARE));
    }

    /** Keeps a copy of a packet. */
    void hold(DeviceSession session, Inspection inspection, InnerPacket packet,
            UnsafeBuffer view) {
        int frame = state.held.take();
        heldView.wrap(state.held.packetAddress(frame), packet.length());
        heldView.putBytes(0, view, packet.offset(), packet.length());
        inspection.held[inspection.heldCount] = frame;
        inspection.heldLengths[inspection.heldCount] = packet.length();
        inspection.heldCount++;
        session.meter().heldPackets++;
    }

    /** Sends what was held to the server, in its order. */
    void release(DeviceSession session, Inspection inspection) {
        for (int i = 0; i < inspection.heldCount; i++) {
            state.outbox.heldToCore(inspection.held[i], inspection.heldLengths[i]);
        }
        session.meter().heldPackets -= inspection.heldCount;
        inspection.heldCount = 0;
    }
}
