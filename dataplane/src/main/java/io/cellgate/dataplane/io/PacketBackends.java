package io.cellgate.dataplane.io;

import io.cellgate.dataplane.packet.IpPrefix;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Opens the packet I/O that is asked for, or the fastest that this host allows, and says why it is not a faster one. */
public final class PacketBackends {
    /** The backends, and the wish for the best of them. */
    public enum Backend {
        /** The fastest that can be opened. */
        AUTO,
        /** By AF_XDP, past the kernel's network stack. */
        XDP,
        /** By packet sockets, past it as well, with a copy more. */
        AFPACKET,
        /** Through the kernel, which routes, translates and fragments: {@link TunPacketIo}. */
        TUN;

        /** Reads {@code auto}, {@code xdp}, {@code afpacket} or {@code tun}. */
        public static Backend of(String text) {
            for (Backend backend : values()) {
                if (backend.name().toLowerCase(Locale.ROOT).equals(text)) {
                    return backend;
                }
            }
            throw new IllegalArgumentException(
                    "packet I/O: got \"" + text + "\", expected auto, xdp, afpacket or tun");
        }
    }

    /**
     * What is wanted.
     *
     * @param accessInterface towards the carriers; null: the one that has the first GTP-U address
     * @param coreInterface   towards the internet; null: none, so the kernel forwards
     * @param nat             whether the kernel translates devices' addresses
     * @param kernelFlows     how many decided flows the kernel may forward by itself on {@code xdp}, of 80
     *                        octets each, all taken at the start; 0: none
     */
    public record Wish(Backend backend, @Nullable String accessInterface,
            @Nullable String coreInterface, boolean nat, int kernelFlows) {
        private static final int MOST_KERNEL_FLOWS = 1 << 22;
        public static final Wish TUN = new Wish(Backend.TUN, null, null, false, 0);

        public Wish {
            if (kernelFlows < 0 || kernelFlows > MOST_KERNEL_FLOWS) {
                throw new IllegalArgumentException("flows forwarded by the kernel: got "
                        + kernelFlows + ", expected 0 to " + MOST_KERNEL_FLOWS);
            }
        }
    }

    private PacketBackends() {}

    /**
     * Opens it in the network namespace of the calling thread, for each worker.
     *
     * @param kernel  the kernel's way, which every backend has
     * @param workers how many threads forward; each gets one of what comes back
     * @param devices the prefixes of devices' addresses
     * @param say     is told what was not taken, and why
     * @throws IOException where what is asked for by name cannot be opened
     */
    public static List<? extends PacketIo> open(TunPacketIo.Config kernel, int workers, Wish wish,
            List<IpPrefix> devices, Consumer<String> say) throws IOException {
        List<TunPacketIo> tun = TunPacketIo.open(kernel, workers);
        if (wish.backend == Backend.AUTO && wish.coreInterface == null) {
            say.accept(
                    "packet I/O is tun: a faster one needs the interface towards the internet named");
            return tun;
        }
        List<Backend> faster = switch (wish.backend) {
            case AUTO -> List.of(Backend.XDP, Backend.AFPACKET);
            case XDP, AFPACKET -> List.of(wish.backend);
            case TUN -> List.of();
        };
        for (Backend backend : faster) {
            try {
                return fast(backend, tun, kernel.gtpu(), wish, devices, say);
            } catch (IOException | RuntimeException e) {
                String name = backend.name().toLowerCase(Locale.ROOT);
                if (wish.backend != Backend.AUTO) {
                    tun.forEach(TunPacketIo::close);
                    throw new IOException("packet I/O " + name + ": " + e.getMessage(), e);
                }
                say.accept("packet I/O is not " + name + ": " + e.getMessage());
            }
        }
        return tun;
    }

    private static List<LinkPacketIo> fast(Backend backend, List<TunPacketIo> tun,
            List<InetSocketAddress> gtpu,
            Wish wish, List<IpPrefix> devices, Consumer<String> say) throws IOException {
        if (wish.nat) {
            throw new IOException("NAT is asked for, which only the kernel does");
        }
        if (wish.coreInterface == null) {
            throw new IOException("no interface towards the internet is named");
        }
        String accessInterface = wish.accessInterface == null
                ? interfaceOf(gtpu.getFirst().getAddress())
                : wish.accessInterface;
        if (accessInterface.equals(wish.coreInterface)) {
            throw new IOException("got " + accessInterface
                    + " towards the carriers and towards the internet, expected two interfaces");
        }
        LinkPacketIo.Ports ports = backend == Backend.XDP
                ? new XdpPorts(gtpu, devices, wish.coreInterface, tun.size(), wish.kernelFlows)
                : new PacketSocketPorts(gtpu, devices, tun.size());
        List<LinkPacketIo> opened = new ArrayList<>();
        try {
            for (TunPacketIo kernel : tun) {
                opened.add(new LinkPacketIo(kernel, gtpu, accessInterface, wish.coreInterface,
                        ports));
            }
        } catch (IOException | RuntimeException e) {
            opened.forEach(LinkPacketIo::closeLinks);
            ports.close();
            throw e;
        }
        ports.warnings().forEach(say);
        return opened;
    }

    private static String interfaceOf(InetAddress address) throws IOException {
        NetworkInterface found = NetworkInterface.getByInetAddress(address);
        if (found == null) {
            throw new IOException("no interface has the address " + address.getHostAddress());
        }
        return found.getName();
    }
}
