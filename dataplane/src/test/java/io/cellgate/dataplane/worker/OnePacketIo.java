package io.cellgate.dataplane.worker;

import io.cellgate.dataplane.io.Burst;
import io.cellgate.dataplane.io.PacketIo;
import java.net.InetAddress;
import org.agrona.BufferUtil;
import org.agrona.concurrent.UnsafeBuffer;
import io.cellgate.dataplane.packet.IpAddresses;
import org.jspecify.annotations.Nullable;

/** Takes what is sent and hands in one packet at a time, on the side on which one was laid. */
class OnePacketIo implements PacketIo {
    private final UnsafeBuffer memory = new UnsafeBuffer(
            BufferUtil.allocateDirectAligned(Burst.HEADROOM_OCTETS + MAX_PACKET_OCTETS, 64));
    private final InetAddress peer;
    byte @Nullable [] access;
    byte @Nullable [] core;
    byte @Nullable [] plain;

    /** @param peer that datagrams come from, an IPv4 address */
    OnePacketIo(InetAddress peer) {
        this.peer = peer;
    }

    private long put(byte[] packet) {
        memory.putBytes(Burst.HEADROOM_OCTETS, packet);
        return memory.addressOffset() + Burst.HEADROOM_OCTETS;
    }

    @Override
    public int receiveAccess(Burst burst) {
        burst.clear();
        if (access != null) {
            burst.add(put(access), access.length, 0, IpAddresses.lo(peer), 2152);
            access = null;
        }
        return burst.size();
    }

    @Override
    public int receiveCore(Burst burst) {
        burst.clear();
        if (core != null) {
            burst.add(put(core), core.length);
            core = null;
        }
        return burst.size();
    }

    @Override
    public int receivePlain(Burst burst) {
        burst.clear();
        if (plain != null) {
            burst.addPlain(put(plain), plain.length, 0);
            plain = null;
        }
        return burst.size();
    }

    @Override
    public int sendAccess(Burst burst) {
        return burst.size();
    }

    @Override
    public int sendCore(Burst burst) {
        return burst.size();
    }

    @Override
    public int sendPlain(Burst burst) {
        return burst.size();
    }

    @Override
    public void await(long timeoutNanos) {}

    @Override
    public void wake() {}

    @Override
    public String describe() {
        return "one packet at a time";
    }

    @Override
    public void close() {}
}
