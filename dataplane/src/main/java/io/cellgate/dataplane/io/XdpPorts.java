package io.cellgate.dataplane.io;

import io.cellgate.dataplane.packet.IpPrefix;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.net.Inet4Address;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Ports of the {@code xdp} backend: AF_XDP sockets of both interfaces over one memory. */
final class XdpPorts implements LinkPacketIo.Ports {
    private static final int FRAME_OCTETS = 2048;
    private static final int LARGE_FRAME_OCTETS = 4096;

    private final List<InetSocketAddress> gtpu;
    private final List<IpPrefix> devices;
    private final String coreInterface;
    private final List<String> warnings = new ArrayList<>();
    private final int workers;
    /** The worker whose ports are being opened. */
    private int worker = -1;
    /** The first worker's view of the memory, and that of the worker whose ports are being opened. */
    private @Nullable Umem first;
    private @Nullable Umem umem;
    private @Nullable XdpPort accessPort;
    private @Nullable XdpPort corePort;
    private final int mostKernelFlows;
    private @Nullable Kernel kernel;

    private @Nullable KernelLinks kernelLinks;

    /** What forwards without workers. */
    private record Kernel(KernelTable table, KernelForwarding forwarding, NetdevNetlink netlink,
            HostInterface access) {}

    /**
     * @param devices         the prefixes of their addresses
     * @param workers         how many there will be; each opens its access side, then its core side
     * @param mostKernelFlows how many flows the kernel may forward by itself; 0: none
     */
    XdpPorts(List<InetSocketAddress> gtpu, List<IpPrefix> devices, String coreInterface,
            int workers, int mostKernelFlows) {
        this.mostKernelFlows = mostKernelFlows;
        this.workers = workers;
        this.gtpu = gtpu;
        this.devices = devices;
        this.coreInterface = coreInterface;
    }

    @Override
    public FramePort access(LinuxCalls calls, Arena arena, HostInterface device)
            throws IOException {
        worker++;
        if (accessPort != null && first != null) {
            Umem mine = first.sister(first.freeCount() / (workers - worker + 1));
            umem = mine;
            return new XdpPort(calls, arena, mine, device, accessPort, worker);
        }
        HostInterface coreDevice = HostInterface.find(calls, coreInterface);
        int mtu = Math.max(device.mtuOctets(), coreDevice.mtuOctets());
        int frame = mtu + Umem.HEADROOM_OCTETS + 18 <= FRAME_OCTETS
                ? FRAME_OCTETS
                : LARGE_FRAME_OCTETS;
        if (mtu + Umem.HEADROOM_OCTETS + 18 > frame) {
            throw new IOException("MTU: got " + mtu + ", expected at most "
                    + (LARGE_FRAME_OCTETS - Umem.HEADROOM_OCTETS - 18) + " for AF_XDP");
        }
        // for each queue: what its fill ring holds, and what each worker may be sending
        Umem memory = new Umem(arena,
                (XdpSocket.RECEIVED + workers * XdpSocket.SENT)
                        * (device.queues() + coreDevice.queues()),
                frame);
        umem = memory;
        first = memory;
        kernel = mostKernelFlows == 0 ? null : tryKernel(device, coreDevice);
        XdpPort port = new XdpPort(calls, arena, memory, device, null, workers,
                (map, count) -> XdpFilter.access(gtpu, forwarding(), map, count));
        accessPort = port;
        warn(device, port);
        return port;
    }

    @Override
    public FramePort core(LinuxCalls calls, Arena arena, HostInterface device)
            throws IOException {
        if (umem == null) {
            throw new IllegalStateException("the access side is opened first");
        }
        if (corePort != null) {
            return new XdpPort(calls, arena, umem, device, corePort, worker);
        }
        XdpPort port = new XdpPort(calls, arena, umem, device, accessPort, workers,
                (map, count) -> XdpFilter.core(devices, forwarding(), map, count));
        corePort = port;
        warn(device, port);
        if (kernel != null && accessPort != null) {
            kernelLinks = watch(kernel, accessPort.mode(), device, port.mode());
        }
        return port;
    }

    /** Null where it cannot be said what the interfaces take: then no worker gives anything to the kernel. */
    private @Nullable KernelLinks watch(Kernel kernel, Ebpf.Mode accessMode, HostInterface core,
            Ebpf.Mode coreMode) {
        try {
            return new KernelLinks(kernel.table, kernel.netlink,
                    new KernelLinks.Side(kernel.access, accessMode),
                    new KernelLinks.Side(core, coreMode));
        } catch (IOException | RuntimeException e) {
            warnOfNoKernel(e);
            return null;
        }
    }

    private void warnOfNoKernel(Exception e) {
        warnings.add("no flow is forwarded by the kernel alone: "
                + (e instanceof IOException ? e.getMessage() : e.toString()));
    }

    private @Nullable KernelForwarding forwarding() {
        return kernel == null ? null : kernel.forwarding;
    }

    /** Makes the table and has the kernel verify the programs that use it; null where it does not take them. */
    private @Nullable Kernel tryKernel(HostInterface access, HostInterface core) {
        Frame.Tunnel local = gtpu.stream()
                .filter(at -> at.getAddress() instanceof Inet4Address).findFirst()
                .map(at -> Frame.Tunnel.at(at, access.mac())).orElse(null);
        if (local == null) {
            warnings.add(
                    "no flow is forwarded by the kernel alone: there is no GTP-U address of IPv4");
            return null;
        }
        KernelTable table = null;
        try (Ebpf trial = new Ebpf()) {
            table = new KernelTable(mostKernelFlows);
            KernelForwarding forwarding = new KernelForwarding(table, local, access.index(),
                    core.index(), core.mac(), core.hasLocalPeer());
            int map = trial.socketMap(1);
            int _ = trial.load(XdpFilter.access(gtpu, forwarding, map, workers));
            int _ = trial.load(XdpFilter.core(devices, forwarding, map, workers));
            return new Kernel(table, forwarding, new NetdevNetlink(), access);
        } catch (IOException | RuntimeException e) {
            if (table != null) {
                table.close();
            }
            warnOfNoKernel(e);
            return null;
        }
    }

    @Override
    public @Nullable KernelFlows kernelFlows(NextHopWatch nextHops) {
        KernelLinks links = kernelLinks;
        if (kernel == null || links == null) {
            return null;
        }
        nextHops.whenWrong(kernel.table.ender());
        return new KernelFlows(kernel.table, worker, workers, new KernelFlows.Ways() {
            @Override
            public long toRemote(int address) {
                return nextHops.giveOverCore(address);
            }

            @Override
            public long toPeer(int address) {
                return nextHops.giveOverAccess(address);
            }

            @Override
            public int longestToCore() {
                return links.longestToCore();
            }

            @Override
            public int longestToAccess() {
                return links.longestToAccess();
            }
        });
    }

    @Override
    public void close() {
        if (kernelLinks != null) {
            kernelLinks.close();
        } else if (kernel != null) {
            kernel.netlink.close();
        }
        if (kernel != null) {
            kernel.table.close();
        }
        kernelLinks = null;
        kernel = null;
    }

    private void warn(HostInterface device, XdpPort port) {
        if (port.mode() == Ebpf.Mode.GENERIC) {
            warnings.add("interface " + device.name() + ": its driver (" + device.driver()
                    + ") has no XDP, so frames are copied once more; "
                    + "packets that were merged before they came here (GRO) or come unsegmented from a peer on"
                    + " this host are lost: ethtool -K " + device.name()
                    + " gro off lro off, and at such a peer ethtool -K PEER tso off gso off");
        }
        if (device.hasLocalPeer()) {
            warnings.add("interface " + device.name() + " is a veth: what its peer's programs send"
                    + " has unfinished checksums unless the peer has ethtool -K PEER tx off; those of TCP and"
                    + " UDP to devices are finished here, at some cost");
        }
    }

    @Override
    public List<String> warnings() {
        return List.copyOf(warnings);
    }

    @Override
    public String describe() {
        KernelLinks links = kernelLinks;
        boolean forwards = links != null
                && (links.longestToCore() > 0 || links.longestToAccess() > 0);
        return "xdp (" + mode(accessPort) + ", " + mode(corePort) + ")"
                + (kernel == null || !forwards
                        ? ""
                        : ", up to " + (1 << kernel.table.bits())
                                + " decided flows by the kernel alone");
    }

    private static String mode(@Nullable XdpPort port) {
        return port == null ? "closed" : port.mode().name().toLowerCase(Locale.ROOT);
    }
}
