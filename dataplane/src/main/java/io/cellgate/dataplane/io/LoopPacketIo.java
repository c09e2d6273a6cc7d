package io.cellgate.dataplane.io;

import org.agrona.BufferUtil;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Packet I/O without a kernel, for benchmarks and tests of what is decided: hands in prepared packets in turn, some at each
 * receive, and forgets what is sent. They lie one after the other, so that a million of them cost their reader no more than
 * one, and are copied into memory that is as large as the rings of a real one, so that they come as cold as there.
 */
public final class LoopPacketIo implements PacketIo {
    private static final int FRAME_OCTETS = 2048;
    private static final int FRAMES = 4096;

    private final UnsafeBuffer memory = new UnsafeBuffer(
            BufferUtil.allocateDirectAligned(FRAMES * FRAME_OCTETS, 4096));
    private final long peerLo;
    private final int atATime;
    private Packets uplink;
    private Packets downlink;
    private int frame;
    private long sentToCore;
    private long sentToAccess;

    /**
     * @param peerLo  of the mapped IPv4 address that datagrams come from
     * @param atATime how many packets of each side are handed in at a receive, if it has any
     */
    public LoopPacketIo(byte[][] uplink, byte[][] downlink, long peerLo, int atATime) {
        this.uplink = new Packets(uplink);
        this.downlink = new Packets(downlink);
        this.peerLo = peerLo;
        this.atATime = atATime;
    }

    /** Hands in others from now on. */
    public void replace(byte[][] uplinkNow, byte[][] downlinkNow) {
        uplink = new Packets(uplinkNow);
        downlink = new Packets(downlinkNow);
    }

    /** Packets in turn. */
    private static final class Packets {
        private final UnsafeBuffer octets;
        /** Of each where it begins, and of the last where it ends. */
        private final int[] starts;
        private int next;

        Packets(byte[][] packets) {
            starts = new int[packets.length + 1];
            for (int i = 0; i < packets.length; i++) {
                starts[i + 1] = starts[i] + packets[i].length;
            }
            octets = new UnsafeBuffer(new byte[starts[packets.length]]);
            for (int i = 0; i < packets.length; i++) {
                octets.putBytes(starts[i], packets[i]);
            }
        }

        boolean isEmpty() {
            return starts.length == 1;
        }

        /** Copies the next one; returns its length. */
        int copyTo(UnsafeBuffer memory, int at) {
            int from = starts[next];
            int length = starts[next + 1] - from;
            next = next + 2 == starts.length ? 0 : next + 1;
            memory.putBytes(at, octets, from, length);
            return length;
        }
    }

    public long sentToCore() {
        return sentToCore;
    }

    public long sentToAccess() {
        return sentToAccess;
    }

    private int nextFrame() {
        frame = frame + 1 & FRAMES - 1;
        return frame * FRAME_OCTETS + Burst.HEADROOM_OCTETS;
    }

    @Override
    public int receiveAccess(Burst burst) {
        burst.clear();
        while (burst.size() < atATime && !uplink.isEmpty()) {
            int at = nextFrame();
            int length = uplink.copyTo(memory, at);
            burst.add(memory.addressOffset() + at, length, 0, peerLo, 2152);
        }
        return burst.size();
    }

    @Override
    public int receiveCore(Burst burst) {
        burst.clear();
        while (burst.size() < atATime && !downlink.isEmpty()) {
            int at = nextFrame();
            int length = downlink.copyTo(memory, at);
            burst.add(memory.addressOffset() + at, length);
        }
        return burst.size();
    }

    @Override
    public int sendAccess(Burst burst) {
        sentToAccess += burst.size();
        return burst.size();
    }

    @Override
    public int sendCore(Burst burst) {
        sentToCore += burst.size();
        return burst.size();
    }

    @Override
    public void await(long timeoutNanos) {}

    @Override
    public void wake() {}

    @Override
    public String describe() {
        return "loop";
    }

    @Override
    public void close() {}
}
