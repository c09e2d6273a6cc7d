package io.cellgate.dataplane.worker;

import io.cellgate.dataplane.capture.PacketCapture;
import io.cellgate.dataplane.gtpu.GtpuHeaderFlyweight;
import io.cellgate.dataplane.io.Burst;
import io.cellgate.dataplane.io.PacketIo;
import io.cellgate.dataplane.packet.DropReason;
import org.agrona.collections.IntArrayList;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * What a worker is about to send: forwarded packets where they were received or held, and packets of our own in frames
 * of this outbox. All goes out in its order at {@link #flush}, at the end of a burst or when there is no more room.
 */
final class Outbox {
    private static final int CAPACITY = 256;
    private static final int FRAMES = 128;
    private static final int FRAME_OCTETS = 4096;

    private final PacketIo io;
    private final SessionTable sessions;
    private final WorkerCounters counters;
    private final Frames held;
    private final Burst access = new Burst(CAPACITY);
    private final Burst core = new Burst(CAPACITY);
    private final Burst plain = new Burst(CAPACITY);
    private final Frames frames = new Frames(FRAMES, FRAME_OCTETS);
    private final UnsafeBuffer[] views = new UnsafeBuffer[FRAMES];
    private final UnsafeBuffer tunnelHeader = new UnsafeBuffer(0, 0);
    private final IntArrayList heldToFree = new IntArrayList();
    private int nextFrame;
    /** The worker's clock, for what is captured. */
    long epochMillis;
    /** Frames that have not been sent; one may be in the hands of who is filling it. */
    private int framesUsed;

    Outbox(PacketIo io, SessionTable sessions, WorkerCounters counters, Frames held) {
        this.io = io;
        this.sessions = sessions;
        this.counters = counters;
        this.held = held;
        for (int i = 0; i < FRAMES; i++) {
            int frame = frames.take();
            views[i] = new UnsafeBuffer(frames.packetAddress(frame), FRAME_OCTETS);
        }
    }

    /** A buffer for a packet of our own; it must be handed to one of the sending methods, or not used. */
    UnsafeBuffer frame() {
        if (framesUsed == FRAMES - 1) {
            flush();
        }
        framesUsed++;
        nextFrame = (nextFrame + 1) % FRAMES;
        return views[nextFrame];
    }

    /** Sends an IP packet to the core. */
    void toCore(long address, int lengthOctets) {
        if (core.isFull()) {
            flush();
        }
        core.add(address, lengthOctets);
    }

    /** Sends a held packet to the core and gives its frame back once it is out. */
    void heldToCore(int frame, int lengthOctets) {
        toCore(held.packetAddress(frame), lengthOctets);
        heldToFree.addInt(frame);
    }

    /** Sends an IP packet the session's way; the octets before it are overwritten. */
    void toDevice(int slot, long address, int lengthOctets) {
        if (sessions.records().has(slot, SessionRecords.DOWNLINK_HELD)) {
            counters.drop(DropReason.DOWNLINK_HELD);
        } else if (sessions.records().has(slot, SessionRecords.TUNNELLED)) {
            intoTunnel(slot, address, lengthOctets);
        } else {
            byLink(sessions.of(slot), address, lengthOctets);
        }
    }

    private void byLink(DeviceSession session, long address, int lengthOctets) {
        if (plain.isFull()) {
            flush();
        }
        PacketCapture capture = session.capture();
        if (capture != null) {
            capture.down(epochMillis, address, lengthOctets, 0, 0, 0);
        }
        plain.addPlain(address, lengthOctets, session.link);
    }

    private void intoTunnel(int slot, long address, int lengthOctets) {
        if (access.isFull()) {
            flush();
        }
        long start = address - GtpuHeaderFlyweight.MIN_HEADER_OCTETS;
        tunnelHeader.wrap(start, GtpuHeaderFlyweight.MIN_HEADER_OCTETS);
        SessionRecords records = sessions.records();
        GtpuHeaderFlyweight.writeGPdu(tunnelHeader, 0, records.remoteTeid(slot), lengthOctets);
        PacketCapture capture = sessions.capture(slot);
        if (capture != null) {
            capture.down(epochMillis, start,
                    GtpuHeaderFlyweight.MIN_HEADER_OCTETS + lengthOctets,
                    GtpuHeaderFlyweight.MIN_HEADER_OCTETS, records.peerHi(slot),
                    records.peerLo(slot));
        }
        access.add(start, GtpuHeaderFlyweight.MIN_HEADER_OCTETS + lengthOctets,
                records.peerHi(slot), records.peerLo(slot), GtpuHeaderFlyweight.PORT);
    }

    /** Sends a GTP-U message of our own. */
    void toPeer(UnsafeBuffer frame, int lengthOctets, long peerHi, long peerLo, int peerPort) {
        if (access.isFull()) {
            flush();
        }
        access.add(frame.addressOffset(), lengthOctets, peerHi, peerLo, peerPort);
    }

    void flush() {
        if (core.size() > 0) {
            count(core.size() - io.sendCore(core));
            core.clear();
        }
        if (access.size() > 0) {
            count(access.size() - io.sendAccess(access));
            access.clear();
        }
        if (plain.size() > 0) {
            count(plain.size() - io.sendPlain(plain));
            plain.clear();
        }
        framesUsed = 1;
        for (int i = 0; i < heldToFree.size(); i++) {
            held.give(heldToFree.getInt(i));
        }
        heldToFree.clear();
    }

    /** Forgets what was not sent. */
    void discard() {
        count(core.size() + access.size() + plain.size());
        core.clear();
        access.clear();
        plain.clear();
        flush();
    }

    private void count(int refused) {
        for (int i = 0; i < refused; i++) {
            counters.drop(DropReason.SEND_REFUSED);
        }
    }
}
