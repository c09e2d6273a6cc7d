package io.cellgate.dataplane.io;

import org.agrona.BufferUtil;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Packet I/O without a kernel, for benchmarks and tests of what is decided: hands in prepared packets in turn, some at each
 * receive, and forgets what is sent. Packets are copied into memory that is as large as the rings of a real one, so that they come
 * as cold as there.
 */
public final class LoopPacketIo implements PacketIo {
    private static final int FRAME_OCTETS = 2048;
    private static final int FRAMES = 4096;

    private final UnsafeBuffer memory = new UnsafeBuffer(
            BufferUtil.allocateDirectAligned(FRAMES * FRAME_OCTETS, 4096));
    private final long peerLo;
    private final int atATime;
    private byte[][] uplink;
    private byte[][] downlink;
    private int nextUp;
    private int nextDown;
    private int frame;
    private long sentToCore;
    private long sentToAccess;

    /**
     * @param peerLo  of the mapped IPv4 address that datagrams come from
     * @param atATime how many packets of each side are handed in at a receive, if it has any
     */
    public LoopPacketIo(byte[][] uplink, byte[][] downlink, long peerLo, int atATime) {
        this.uplink = uplink;
        this.downlink = downlink;
        this.peerLo = peerLo;
        this.atATime = atATime;
    }

    /** Hands in others from now on. */
    public void replace(byte[][] uplinkNow, byte[][] downlinkNow) {
        uplink = uplinkNow;
        downlink = downlinkNow;
        nextUp = 0;
        nextDown = 0;
    }

    public long sentToCore() {
        return sentToCore;
    }

    public long sentToAccess() {
        return sentToAccess;
    }

    private long put(byte[] packet) {
        frame = frame + 1 & FRAMES - 1;
        int at = frame * FRAME_OCTETS + Burst.HEADROOM_OCTETS;
        memory.putBytes(at, packet);
        return memory.addressOffset() + at;
    }

    @Override
    public int receiveAccess(Burst burst) {
        burst.clear();
        while (burst.size() < atATime && uplink.length > 0) {
            byte[] packet = uplink[nextUp];
            nextUp = nextUp + 1 == uplink.length ? 0 : nextUp + 1;
            burst.add(put(packet), packet.length, 0, peerLo, 2152);
        }
        return burst.size();
    }

    @Override
    public int receiveCore(Burst burst) {
        burst.clear();
        while (burst.size() < atATime && downlink.length > 0) {
            byte[] packet = downlink[nextDown];
            nextDown = nextDown + 1 == downlink.length ? 0 : nextDown + 1;
            burst.add(put(packet), packet.length);
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
