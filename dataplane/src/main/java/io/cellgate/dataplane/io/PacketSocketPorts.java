package io.cellgate.dataplane.io;

import io.cellgate.dataplane.packet.IpAddresses;
import io.cellgate.dataplane.packet.IpPrefix;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Ports of the {@code afpacket} backend: packet sockets on both interfaces. */
final class PacketSocketPorts implements LinkPacketIo.Ports {
    private static final int IPV4_BITS = 96;

    private final List<InetSocketAddress> gtpu;
    private final IpPrefix[] devices;
    private final List<String> warnings = new ArrayList<>();
    private final PacketSocketGroup accessGroup;
    private final PacketSocketGroup coreGroup;

    /**
     * @param devices the prefixes of their addresses
     * @param workers how many there will be
     */
    PacketSocketPorts(List<InetSocketAddress> gtpu, List<IpPrefix> devices, int workers) {
        this.gtpu = gtpu;
        this.devices = devices.toArray(IpPrefix[]::new);
        accessGroup = new PacketSocketGroup(workers, Steering::spreadFramesByTeid);
        coreGroup = new PacketSocketGroup(workers, Steering::spreadFramesByDestination);
    }

    @Override
    public FramePort access(LinuxCalls calls, Arena arena, HostInterface device)
            throws IOException {
        Frame.Tunnel[] ours = gtpu.stream().map(local -> Frame.Tunnel.at(local, device.mac()))
                .toArray(Frame.Tunnel[]::new);
        Frame frame = new Frame();
        String drops = null;
        if (accessGroup.isEmpty()) {
            warn(device);
            drops = String.join("; ", gtpu.stream().map(PacketSocketPorts::accessDrop).toList());
        }
        return new PacketSocketPort(calls, arena, device, (address, length) -> {
            for (Frame.Tunnel local : ours) {
                if (frame.isTunnelTo(address, length, local)) {
                    return true;
                }
            }
            return false;
        }, drops, socket -> accessGroup.join(calls, socket));
    }

    private static String accessDrop(InetSocketAddress local) {
        String address = local.getAddress().getHostAddress();
        String udp = " udp dport " + local.getPort() + " drop";
        return local.getAddress().getAddress().length == 4
                ? "ip daddr " + address + " ip hdrlength 5 ip frag-off & 0x3fff == 0" + udp
                : "ip6 daddr " + address + " ip6 nexthdr udp" + udp;
    }

    @Override
    public FramePort core(LinuxCalls calls, Arena arena, HostInterface device)
            throws IOException {
        String drops = null;
        if (coreGroup.isEmpty()) {
            warn(device);
            drops = String.join("; ",
                    Arrays.stream(devices).map(PacketSocketPorts::coreDrop).toList());
        }
        Frame frame = new Frame();
        return new PacketSocketPort(calls, arena, device,
                (address, length) -> frame.isFor(address, length, devices), drops,
                socket -> coreGroup.join(calls, socket));
    }

    private static String coreDrop(IpPrefix prefix) {
        boolean ipv4 = prefix.bits() >= IPV4_BITS
                && IpAddresses.isIpv4(prefix.hi(), prefix.lo());
        ByteBuffer octets = ipv4
                ? ByteBuffer.allocate(4).putInt((int) prefix.lo())
                : ByteBuffer.allocate(16).putLong(prefix.hi()).putLong(prefix.lo());
        try {
            String address = InetAddress.getByAddress(octets.array()).getHostAddress();
            return ipv4
                    ? "ip daddr " + address + "/" + (prefix.bits() - IPV4_BITS)
                            + " ip hdrlength 5 ip ttl > 1 drop"
                    : "ip6 daddr " + address + "/" + prefix.bits() + " ip6 hoplimit > 1 drop";
        } catch (UnknownHostException e) {
            throw new IllegalStateException("an address of the length of an address", e);
        }
    }

    private void warn(HostInterface device) {
        if (device.hasLocalPeer()) {
            warnings.add("interface " + device.name()
                    + " is a veth: its peer's programs send unsegmented and with"
                    + " unfinished checksums; ethtool -K PEER tso off gso off tx-udp-segmentation off, or large"
                    + " packets are lost");
        }
    }

    @Override
    public List<String> warnings() {
        return List.copyOf(warnings);
    }

    @Override
    public String describe() {
        return "afpacket";
    }
}
