package io.cellgate.dataplane.io;

import io.cellgate.dataplane.packet.IpAddresses;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.net.InetSocketAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A backend that takes frames from two interfaces and gives frames to them, past the kernel's network stack: an access
 * interface towards the carriers and a core interface towards the internet. What the fast way is not for goes through the
 * kernel as on {@link TunPacketIo}, which is part of this: fragments and what has to be fragmented, packets whose next
 * hop is not known yet (the kernel then asks for it) or lies behind another interface, whose TTL ends here, or with IP
 * options. So each rare case is the kernel's, and right.
 *
 * <p>NAT is the kernel's, too: with it, use {@link TunPacketIo}. Two packets of a flow may change their order where a next
 * hop becomes known or is lost between them.
 */
public final class LinkPacketIo implements PacketIo {
    /** How often the kernel's way is looked at while the fast one is busy. */
    private static final int ROUNDS_BETWEEN = 16;
    private static final int KERNEL_BURST = 256;

    private final TunPacketIo kernel;
    private final Arena arena;
    private final FramePort access;
    private final FramePort core;
    private final NextHopWatch nextHops;
    private final HostInterface accessDevice;
    private final HostInterface coreDevice;
    private final Frame.@Nullable Tunnel fromIpv4;
    private final Frame.@Nullable Tunnel fromIpv6;
    private final Frame frame = new Frame();
    private final FramePort.Sink accessSink = this::fromAccess;
    private final FramePort.Sink coreSink = this::fromCore;
    private final Burst kernelAccess = new Burst(KERNEL_BURST);
    private final Burst kernelCore = new Burst(KERNEL_BURST);
    private final String description;
    private final Ports ports;
    private final @Nullable KernelFlows kernelFlows;
    private Burst receiving = kernelAccess;
    private int accessRounds;
    private int coreRounds;
    private boolean closed;

    /** What makes a port of each interface. */
    interface Ports {
        FramePort access(LinuxCalls calls, Arena arena, HostInterface device) throws IOException;

        FramePort core(LinuxCalls calls, Arena arena, HostInterface device) throws IOException;

        /** What there is to know of the interfaces, once both are open. */
        List<String> warnings();

        /** What it is, once both are open. */
        String describe();

        /** What the worker whose ports were opened last may give to the kernel; null: nothing. */
        default @Nullable KernelFlows kernelFlows(NextHopWatch nextHops) {
            return null;
        }

        /** Gives back what is for all workers, once all ports are closed and no worker runs. */
        default void close() {}
    }

    /**
     * Opens both interfaces; on failure nothing stays open but the kernel's way.
     *
     * @param kernel this object's from now on, once it is made
     */
    LinkPacketIo(TunPacketIo kernel, List<InetSocketAddress> gtpu, String accessInterface,
            String coreInterface, Ports ports) throws IOException {
        this.kernel = kernel;
        arena = Arena.ofShared();
        LinuxCalls calls = new LinuxCalls(arena);
        this.ports = ports;
        FramePort openAccess = null;
        FramePort openCore = null;
        NextHopWatch openHops = null;
        try {
            accessDevice = HostInterface.find(calls, accessInterface);
            coreDevice = HostInterface.find(calls, coreInterface);
            openAccess = ports.access(calls, arena, accessDevice);
            openCore = ports.core(calls, arena, coreDevice);
            openHops = new NextHopWatch(accessDevice, coreDevice);
            kernelFlows = ports.kernelFlows(openHops);
        } catch (IOException | RuntimeException e) {
            if (openHops != null) {
                openHops.close();
            }
            if (openAccess != null) {
                openAccess.close();
            }
            if (openCore != null) {
                openCore.close();
            }
            arena.close();
            throw e;
        }
        access = openAccess;
        core = openCore;
        nextHops = openHops;
        fromIpv4 = tunnel(gtpu, true, accessDevice.mac());
        fromIpv6 = tunnel(gtpu, false, accessDevice.mac());
        kernel.alsoAwait(access.descriptors());
        kernel.alsoAwait(core.descriptors());
        description = ports.describe() + ": access " + accessInterface + ", core "
                + coreInterface + "; beside it " + kernel.describe();
    }

    private static Frame.@Nullable Tunnel tunnel(List<InetSocketAddress> gtpu, boolean ipv4,
            long mac) {
        for (InetSocketAddress local : gtpu) {
            if (local.getAddress().getAddress().length == 4 == ipv4) {
                return Frame.Tunnel.at(local, mac);
            }
        }
        return null;
    }

    @Override
    public int receiveAccess(Burst burst) {
        burst.clear();
        receiving = burst;
        access.receive(accessSink, burst.capacity());
        if (burst.size() == 0 || ++accessRounds % ROUNDS_BETWEEN == 0) {
            kernel.addAccess(burst);
        }
        return burst.size();
    }

    @Override
    public int receiveCore(Burst burst) {
        burst.clear();
        receiving = burst;
        core.receive(coreSink, burst.capacity());
        if (burst.size() == 0 || ++coreRounds % ROUNDS_BETWEEN == 0) {
            kernel.addCore(burst);
        }
        return burst.size();
    }

    private void fromAccess(long address, int length) {
        if (frame.readTunnel(address, length)) {
            receiving.add(frame.payloadAddress, frame.payloadOctets, frame.fromHi, frame.fromLo,
                    frame.fromPort);
        }
    }

    private void fromCore(long address, int length) {
        long packet = address + Frame.ETHERNET_OCTETS;
        int octets = frame.ipOctets(address, length);
        if (coreDevice.hasLocalPeer()) {
            frame.completeChecksum(packet, octets);
        }
        if (frame.hop(packet, octets)) {
            receiving.add(packet, octets);
        }
    }

    @Override
    public int sendAccess(Burst burst) {
        NextHops hops = nextHops.overAccess();
        int sent = 0;
        for (int i = 0; i < burst.size(); i++) {
            long toHi = burst.peerHi(i);
            long toLo = burst.peerLo(i);
            Frame.Tunnel from = IpAddresses.isIpv4(toHi, toLo) ? fromIpv4 : fromIpv6;
            if (from == null) {
                continue;
            }
            int headers = from.headerOctets();
            long mac = headers - Frame.ETHERNET_OCTETS + burst.length(i) > accessDevice
                    .mtuOctets() ? NextHops.UNKNOWN : hops.mac(toHi, toLo);
            if (mac == NextHops.UNKNOWN) {
                kernelAccess.add(burst.address(i), burst.length(i), toHi, toLo,
                        burst.peerPort(i));
                if (kernelAccess.isFull()) {
                    sent += flushKernelAccess();
                }
                continue;
            }
            frame.writeTunnel(burst.address(i), burst.length(i), from, mac, toHi, toLo,
                    burst.peerPort(i));
            sent += access.send(burst.address(i) - headers, headers + burst.length(i)) ? 1 : 0;
        }
        sent -= access.flush();
        return kernelAccess.size() == 0 ? sent : sent + flushKernelAccess();
    }

    private int flushKernelAccess() {
        int sent = kernel.sendAccess(kernelAccess);
        kernelAccess.clear();
        return sent;
    }

    @Override
    public int sendCore(Burst burst) {
        NextHops hops = nextHops.overCore();
        int sent = 0;
        for (int i = 0; i < burst.size(); i++) {
            long packet = burst.address(i);
            int length = burst.length(i);
            long mac = length > coreDevice.mtuOctets()
                    ? NextHops.UNKNOWN
                    : hops.mac(frame.destinationHi(packet, length),
                            frame.destinationLo(packet, length));
            if (mac == NextHops.UNKNOWN || !frame.hop(packet, length)) {
                kernelCore.add(packet, length);
                if (kernelCore.isFull()) {
                    sent += flushKernelCore();
                }
                continue;
            }
            frame.writeEthernet(packet, mac, coreDevice.mac());
            sent += core.send(packet - Frame.ETHERNET_OCTETS,
                    Frame.ETHERNET_OCTETS + length) ? 1 : 0;
        }
        sent -= core.flush();
        return kernelCore.size() == 0 ? sent : sent + flushKernelCore();
    }

    private int flushKernelCore() {
        int sent = kernel.sendCore(kernelCore);
        kernelCore.clear();
        return sent;
    }

    @Override
    public int receivePlain(Burst burst) {
        return kernel.receivePlain(burst);
    }

    @Override
    public int sendPlain(Burst burst) {
        return kernel.sendPlain(burst);
    }

    @Override
    public void await(long timeoutNanos) {
        int _ = access.flush();
        int _ = core.flush();
        kernel.await(timeoutNanos);
    }

    @Override
    public void wake() {
        kernel.wake();
    }

    @Override
    public @Nullable KernelFlows kernelFlows() {
        return kernelFlows;
    }

    @Override
    public String describe() {
        return description;
    }

    @Override
    public void close() {
        if (closed) {
            return;
        }
        closeLinks();
        kernel.close();
    }

    /** Gives the interfaces back; the kernel's way stays open. */
    void closeLinks() {
        closed = true;
        kernel.awaitAlone();
        nextHops.close();
        access.close();
        core.close();
        ports.close();
        arena.close();
    }
}
