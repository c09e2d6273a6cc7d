package io.cellgate.bench.carrier;

import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the gateway gave an attached device.
 *
 * @param gatewayControl  where messages of this session go
 * @param ipv6LinkLocal   fe80:: with the interface identifier that was assigned (TS 23.401 §5.3.1.2.2)
 * @param mtu             of PCO container 0x0010; 0 where it was not sent
 */
record Assignment(int cause, int gatewayControlTeid, InetAddress gatewayControl,
        int gatewayDataTeid,
        InetAddress gatewayData, @Nullable Inet4Address ipv4, @Nullable Inet6Address ipv6LinkLocal,
        List<InetAddress> dns, int mtu) {

    /** DNS servers and MTU of protocol configuration options, TS 24.008 §10.5.6.3. */
    record Configuration(List<InetAddress> dns, int mtu) {
        private static final int IPCP = 0x8021;
        private static final int DNS_IPV6 = 0x0003;
        private static final int DNS_IPV4 = 0x000d;
        private static final int MTU_IPV4 = 0x0010;
        private static final int IPCP_HEADER_OCTETS = 4;
        private static final int IPCP_PRIMARY_DNS = 129;
        private static final int IPCP_SECONDARY_DNS = 131;

        static Configuration of(byte @Nullable [] options) {
            List<InetAddress> dns = new ArrayList<>();
            int mtu = 0;
            ByteBuffer in = ByteBuffer.wrap(options == null ? new byte[0] : options);
            if (in.hasRemaining()) {
                in.get();
            }
            while (in.remaining() >= 3) {
                int protocol = in.getShort() & 0xffff;
                byte[] content = new byte[in.get() & 0xff];
                in.get(content);
                if (protocol == IPCP) {
                    ipcp(content, dns);
                } else if ((protocol == DNS_IPV4 && content.length == 4)
                        || (protocol == DNS_IPV6 && content.length == 16)) {
                    addOnce(dns, content);
                } else if (protocol == MTU_IPV4 && content.length == 2) {
                    mtu = ByteBuffer.wrap(content).getShort() & 0xffff;
                }
            }
            return new Configuration(List.copyOf(dns), mtu);
        }

        private static void ipcp(byte[] packet, List<InetAddress> dns) {
            int at = IPCP_HEADER_OCTETS;
            while (at + 2 <= packet.length) {
                int length = packet[at + 1] & 0xff;
                if (length < 2 || at + length > packet.length) {
                    return;
                }
                int option = packet[at] & 0xff;
                if ((option == IPCP_PRIMARY_DNS || option == IPCP_SECONDARY_DNS) && length == 6) {
                    addOnce(dns, Arrays.copyOfRange(packet, at + 2, at + 6));
                }
                at += length;
            }
        }

        private static void addOnce(List<InetAddress> dns, byte[] octets) {
            InetAddress address = inet(octets);
            if (!address.isAnyLocalAddress() && !dns.contains(address)) {
                dns.add(address);
            }
        }
    }

    static InetAddress inet(byte[] octets) {
        try {
            return InetAddress.getByAddress(octets);
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException(
                    "an address of " + octets.length + " octets, expected 4 or 16", e);
        }
    }

    /** The link-local address of an assigned IPv6 address or prefix with interface identifier (16 octets). */
    static Inet6Address linkLocal(byte[] assigned) {
        byte[] octets = assigned.clone();
        Arrays.fill(octets, 0, 8, (byte) 0);
        octets[0] = (byte) 0xfe;
        octets[1] = (byte) 0x80;
        return (Inet6Address) inet(octets);
    }
}
