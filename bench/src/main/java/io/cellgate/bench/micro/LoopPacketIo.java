package io.cellgate.bench.micro;

import io.cellgate.dataplane.io.Burst;
import io.cellgate.dataplane.io.PacketIo;
import org.agrona.BufferUtil;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Packet I/O without a kernel: hands in prepared packets in turn, a burst at each receive, and forgets what is sent. Packets are
 * copied into memory that is as large as the rings of a real one, so that they come as cold as there.
 */
public final class LoopPacketIo implements PacketIo {
    private static final int FRAME_OCTETS = 2048;
    private static final int FRAMES = 4096;

    private final UnsafeBuffer memory = new UnsafeBuffer(
            BufferUtil.allocateDirectAligned(FRAMES * FRAME_OCTETS, 4096));
    private byte[][] uplink;
    private byte[][] downlink;
    private final long peerLo;
    private int nextUp;
    private int nextDown;
    private int frame;
    /** How many were sent. */
    public long sent;

    /** @param peerLo of the mapped IPv4 address that they come from */
    public LoopPacketIo(byte[][] uplink, byte[][] downlink, long peerLo) {
        this.uplink = uplink;
        this.downlink = downlink;
        this.peerLo = peerLo;
    }

    /** Hands in others from now on. */
    public void replace(byte[][] uplinkNow, byte[][] downlinkNow) {
        uplink = uplinkNow;
        downlink = downlinkNow;
        nextUp = 0;
        nextDown = 0;
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
        for (int i = 0; i < burst.capacity() && uplink.length > 0; i++) {
            nextUp = nextUp + 1 == uplink.length ? 0 : nextUp + 1;
            burst.add(put(uplink[nextUp]), uplink[nextUp].length, 0, peerLo, 2152);
        }
        return burst.size();
    }

    @Override
    public int receiveCore(Burst burst) {
        burst.clear();
        for (int i = 0; i < burst.capacity() && downlink.length > 0; i++) {
            nextDown = nextDown + 1 == downlink.length ? 0 : nextDown + 1;
            burst.add(put(downlink[nextDown]), downlink[nextDown].length);
        }
        return burst.size();
    }

    @Override
    public int sendAccess(Burst burst) {
        sent += burst.size();
        return burst.size();
    }

    @Override
    public int sendCore(Burst burst) {
        sent += burst.size();
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
