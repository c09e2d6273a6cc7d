package io.cellgate.dataplane.capture;

import io.cellgate.dataplane.gtpu.GtpuHeaderFlyweight;
import io.cellgate.dataplane.packet.IpAddresses;
import io.cellgate.dataplane.packet.Ipv4Flyweight;
import io.cellgate.dataplane.packet.Ipv6Flyweight;
import io.cellgate.dataplane.packet.Transport;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.agrona.BufferUtil;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.agrona.concurrent.ringbuffer.OneToOneRingBuffer;
import org.agrona.concurrent.ringbuffer.RingBufferDescriptor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One capture under way, or ended: what came from a SIM's device, before it was judged, and what was sent to it. It ends
 * when it is stopped or one of its limits is reached. The worker copies packets into a ring and waits for nothing: where the
 * ring is full they are lost to the capture, and counted.
 */
public final class PacketCapture implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(PacketCapture.class);
    private static final int RING_OCTETS = 1 << 20;
    private static final int MESSAGE = 1;
    /** Of each message in the ring: time 8, peer 16, flags 4, 4 unused; then the packet. */
    private static final int TIME = 0;
    private static final int PEER_HI = 8;
    private static final int PEER_LO = 16;
    private static final int FLAGS = 24;
    private static final int OCTETS = 32;
    private static final int UPWARD = 1;
    private static final long IDLE_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

    /** What is taken: the device's packets, or the GTP-U datagrams that carry them. */
    public enum Layer {
        INNER, OUTER
    }

    /** Where it stands. */
    public enum State {
        RUNNING,
        /** By whoever started it, or because the SIM is another's now. */
        STOPPED,
        /** It has as much as it was to take. */
        COMPLETE,
        /** The file could not be written. */
        FAILED
    }

    /** When it ends by itself, at the latest. */
    public record Limits(long octets, long packets, Duration time) {}

    private final Layer layer;
    private final Limits limits;
    private final InetAddress own;
    private final Path file;
    private final OneToOneRingBuffer ring = new OneToOneRingBuffer(
            new UnsafeBuffer(BufferUtil.allocateDirectAligned(
                    RING_OCTETS + RingBufferDescriptor.TRAILER_LENGTH, 64)));
    private final UnsafeBuffer source = new UnsafeBuffer(0, 0);
    private final UnsafeBuffer frame = new UnsafeBuffer(new byte[65_536]);
    private final Thread thread;
    private volatile State state = State.RUNNING;
    private volatile boolean stopping;
    /** No packet comes any more; what came is still written. */
    private volatile boolean over;
    private volatile long packets;
    private volatile long octets;
    private volatile long lost;

    /**
     * Begins a file. Packets come once a worker was given the capture.
     *
     * @param own our address towards the carriers, for the headers of the outer layer
     */
    public PacketCapture(Path file, Layer layer, Limits limits, InetAddress own)
            throws IOException {
        this.file = file;
        this.layer = layer;
        this.limits = limits;
        this.own = own;
        OutputStream out = new BufferedOutputStream(
                Files.newOutputStream(file, StandardOpenOption.CREATE_NEW), 1 << 16);
        thread = Thread.ofPlatform().name("cellgate-capture").daemon().start(() -> run(out));
    }

    /** Takes a datagram from the device's peer, which has the packet at an offset. Worker only. */
    public void up(long epochMillis, long address, int length, int packetAt, long peerHi,
            long peerLo) {
        if (layer == Layer.INNER) {
            take(epochMillis, address + packetAt, length - packetAt, UPWARD, peerHi, peerLo);
        } else {
            take(epochMillis, address, length, UPWARD, peerHi, peerLo);
        }
    }

    /** Takes a datagram to the device's peer, which has the packet at an offset. Worker only. */
    public void down(long epochMillis, long address, int length, int packetAt, long peerHi,
            long peerLo) {
        if (layer == Layer.INNER) {
            take(epochMillis, address + packetAt, length - packetAt, 0, peerHi, peerLo);
        } else {
            take(epochMillis, address, length, 0, peerHi, peerLo);
        }
    }

    @SuppressWarnings("NonAtomicVolatileUpdate") // one writer
    private void take(long epochMillis, long address, int length, int flags, long peerHi,
            long peerLo) {
        if (over) {
            return;
        }
        int at = length <= 0 ? -1 : ring.tryClaim(MESSAGE, OCTETS + length);
        if (at < 0) {
            lost++;
            return;
        }
        MutableDirectBuffer buffer = ring.buffer();
        buffer.putLong(at + TIME, epochMillis);
        buffer.putLong(at + PEER_HI, peerHi);
        buffer.putLong(at + PEER_LO, peerLo);
        buffer.putInt(at + FLAGS, flags);
        source.wrap(address, length);
        buffer.putBytes(at + OCTETS, source, 0, length);
        ring.commit(at);
    }

    private void run(OutputStream out) {
        State end = State.FAILED;
        try (out) {
            PcapngWriter writer = new PcapngWriter(out);
            long deadline = System.nanoTime() + limits.time().toNanos();
            while (state == State.RUNNING && !over) {
                if (stopping || System.nanoTime() - deadline >= 0) {
                    over = true;
                    while (state == State.RUNNING && read(writer) > 0) {
                        // what came until now
                    }
                } else if (read(writer) == 0) {
                    writer.flush();
                    LockSupport.parkNanos(this, IDLE_NANOS);
                }
            }
            end = stopping ? State.STOPPED : State.COMPLETE;
        } catch (IOException | RuntimeException e) {
            log.error("the capture to {} has failed", file, e);
        }
        over = true;
        state = end;
    }

    private int read(PcapngWriter writer) {
        return ring.read((_, buffer, at, length) -> write(writer, buffer, at, length), 1000);
    }

    @SuppressWarnings("NonAtomicVolatileUpdate") // one writer
    private void write(PcapngWriter writer, MutableDirectBuffer buffer, int at, int length) {
        int size = length - OCTETS;
        boolean up = (buffer.getInt(at + FLAGS) & UPWARD) != 0;
        long peerHi = buffer.getLong(at + PEER_HI);
        long peerLo = buffer.getLong(at + PEER_LO);
        boolean bare = layer == Layer.INNER || (peerHi | peerLo) == 0; // by a plain link there is
                                                                       // no outer
        int whole = bare ? size : encapsulate(buffer, at + OCTETS, size, up, peerHi, peerLo);
        if (state != State.RUNNING || packets == limits.packets()
                || writer.octets() + PcapngWriter.octetsOf(whole) > limits.octets()) {
            state = State.COMPLETE;
            return;
        }
        try {
            if (bare) {
                writer.packet(buffer.getLong(at + TIME), up, buffer, at + OCTETS, size);
            } else {
                writer.packet(buffer.getLong(at + TIME), up, frame, 0, whole);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        packets++;
        octets = writer.octets();
    }

    /** Puts the headers before a datagram with which it was on the wire, as far as they are known here. */
    private int encapsulate(MutableDirectBuffer from, int at, int size, boolean up, long peerHi,
            long peerLo) {
        boolean v4 = IpAddresses.isIpv4(peerHi, peerLo);
        long ownHi = IpAddresses.hi(own);
        long ownLo = IpAddresses.lo(own);
        long srcHi = up ? peerHi : ownHi;
        long srcLo = up ? peerLo : ownLo;
        long dstHi = up ? ownHi : peerHi;
        long dstLo = up ? ownLo : peerLo;
        int udp = v4 ? Ipv4Flyweight.MIN_HEADER_OCTETS : Ipv6Flyweight.HEADER_OCTETS;
        int udpLength = Transport.UDP_HEADER_OCTETS + size;
        if (v4) {
            Ipv4Flyweight.write(frame, 0, udp + udpLength, Transport.UDP, (int) srcLo,
                    (int) dstLo);
        } else {
            Ipv6Flyweight.write(frame, 0, udpLength, Transport.UDP, 64, srcHi, srcLo, dstHi,
                    dstLo);
        }
        frame.putShort(udp, (short) GtpuHeaderFlyweight.PORT, ByteOrder.BIG_ENDIAN);
        frame.putShort(udp + 2, (short) GtpuHeaderFlyweight.PORT, ByteOrder.BIG_ENDIAN);
        frame.putShort(udp + 4, (short) udpLength, ByteOrder.BIG_ENDIAN);
        frame.putShort(udp + 6, (short) 0);
        frame.putBytes(udp + Transport.UDP_HEADER_OCTETS, from, at, size);
        Transport.writeChecksum(frame, udp, udpLength, Transport.UDP, srcHi, srcLo, dstHi, dstLo);
        return udp + udpLength;
    }

    public State state() {
        return state;
    }

    /** Whether it takes no packet any more. */
    public boolean isOver() {
        return over;
    }

    public Path file() {
        return file;
    }

    /** Packets in the file. */
    public long packets() {
        return packets;
    }

    /** Octets of the file. */
    public long octets() {
        return octets;
    }

    /** Packets that are not in the file as they came faster than it was written. */
    public long lost() {
        return lost;
    }

    /** Stops it, if it runs, and has the file whole. */
    @Override
    public void close() {
        stopping = true;
        LockSupport.unpark(thread);
        if (!Thread.currentThread().equals(thread)) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
