package io.cellgate.dataplane.worker;

import io.cellgate.dataplane.io.Burst;
import io.cellgate.dataplane.io.PacketIo;
import org.agrona.BufferUtil;
import org.agrona.concurrent.UnsafeBuffer;

/** A packet I/O that hands in the same prepared packets at each receive, and takes what is sent without copying it. */
final class MemoryPacketIo implements PacketIo {
    private final UnsafeBuffer memory = new UnsafeBuffer(
            BufferUtil.allocateDirectAligned(1 << 20, 64));
    private final byte[][] uplink;
    private final byte[][] downlink;
    private final long peerLo;
    long sentToCore;
    long sentToAccess;

    MemoryPacketIo(byte[][] uplink, byte[][] downlink, long peerLo) {
        this.uplink = uplink;
        this.downlink = downlink;
        this.peerLo = peerLo;
    }

    private long put(int slot, byte[] packet) {
        int at = slot * 4096 + Burst.HEADROOM_OCTETS;
        memory.putBytes(at, packet);
        return memory.addressOffset() + at;
    }

    @Override
    public int receiveAccess(Burst burst) {
        burst.clear();
        for (int i = 0; i < uplink.length; i++) {
            burst.add(put(i, uplink[i]), uplink[i].length, 0, peerLo, 2152);
        }
        return burst.size();
    }

    @Override
    public int receiveCore(Burst burst) {
        burst.clear();
        for (int i = 0; i < downlink.length; i++) {
            burst.add(put(100 + i, downlink[i]), downlink[i].length);
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
        return "memory";
    }

    @Override
    public void close() {}
}
