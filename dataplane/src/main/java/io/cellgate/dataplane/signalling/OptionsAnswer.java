package io.cellgate.dataplane.signalling;

import io.cellgate.dataplane.gtpc.Octets;
import io.cellgate.dataplane.gtpc.ProtocolOptions;
import io.cellgate.dataplane.gtpc.ProtocolOptions.Item;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * What a device that asks by protocol configuration options is answered, TS 24.008 §10.5.6.3: name servers, the MTU,
 * and a friendly word to PAP and CHAP, which say nothing that the SIM has not proven better. What we do not know is
 * passed over.
 */
final class OptionsAnswer {
    private static final int CONFIGURE_REQUEST = 1;
    private static final int CONFIGURE_ACK = 2;
    private static final int CONFIGURE_NAK = 3;
    private static final int IPCP_PRIMARY_DNS = 129;
    private static final int IPCP_SECONDARY_DNS = 131;
    private static final int BEARER_CONTROL_BY_MS_ONLY = 1;

    private final List<InetAddress> dnsServers;
    private final int mtu;

    OptionsAnswer(List<InetAddress> dnsServers, int mtu) {
        this.dnsServers = dnsServers;
        this.mtu = mtu;
    }

    /** An answer may be empty: then none is due. */
    ProtocolOptions to(ProtocolOptions asked, boolean hasIpv4, boolean hasIpv6) {
        List<Item> answer = new ArrayList<>();
        for (Item item : asked.items()) {
            switch (item.id()) {
                case ProtocolOptions.IPCP -> ipcp(item.content(), answer);
                case ProtocolOptions.PAP -> authenticated(ProtocolOptions.PAP, item.content(), 1,
                        new byte[]{2, 0, 0, 5, 0}, answer);
                // the challenge and the response to it come as two items: the response is answered
                case ProtocolOptions.CHAP -> authenticated(ProtocolOptions.CHAP, item.content(), 2,
                        new byte[]{3, 0, 0, 4}, answer);
                case ProtocolOptions.DNS_IPV4 -> {
                    if (hasIpv4) {
                        dns(ProtocolOptions.DNS_IPV4, 4, answer);
                    }
                }
                case ProtocolOptions.DNS_IPV6 -> {
                    if (hasIpv6) {
                        dns(ProtocolOptions.DNS_IPV6, 16, answer);
                    }
                }
                case ProtocolOptions.IPV4_MTU -> {
                    if (hasIpv4) {
                        answer.add(item(ProtocolOptions.IPV4_MTU, (byte) (mtu >>> 8), (byte) mtu));
                    }
                }
                case ProtocolOptions.BEARER_CONTROL_MODE -> answer.add(item(
                        ProtocolOptions.BEARER_CONTROL_MODE, (byte) BEARER_CONTROL_BY_MS_ONLY));
                default -> {
                    // unknown containers are ignored, TS 24.008 §10.5.6.3
                }
            }
        }
        return new ProtocolOptions(answer);
    }

    private static Item item(int id, byte... content) {
        return new Item(id, Octets.of(content));
    }

    private void dns(int id, int addressOctets, List<Item> answer) {
        for (InetAddress server : dnsServers) {
            byte[] octets = server.getAddress();
            if (octets.length == addressOctets) {
                answer.add(item(id, octets));
            }
        }
    }

    /** Answers a request of code {@code asked} with {@code reply}, whose second octet becomes its identifier. */
    private static void authenticated(int protocol, Octets content, int asked, byte[] reply,
            List<Item> answer) {
        if (content.length() < 4 || content.u8(0) != asked) {
            return;
        }
        reply[1] = (byte) content.u8(1);
        answer.add(item(protocol, reply));
    }

    /**
     * A Configure-Request (RFC 1661 §5.1) that asks for name servers (RFC 1877). Where it names other servers than
     * ours, 0.0.0.0 among them, it is answered with a Configure-Nak that holds ours, else with a Configure-Ack.
     */
    private void ipcp(Octets request, List<Item> answer) {
        if (request.length() < 4 || request.u8(0) != CONFIGURE_REQUEST
                || request.u16(2) > request.length() || request.u16(2) < 4) {
            return;
        }
        List<byte[]> servers = new ArrayList<>();
        for (InetAddress server : dnsServers) {
            if (server instanceof Inet4Address) {
                servers.add(server.getAddress());
            }
        }
        byte[] out = new byte[16];
        int length = 4;
        boolean asAsked = true;
        int at = 4;
        while (at + 2 <= request.u16(2)) {
            int option = request.u8(at);
            int optionLength = request.u8(at + 1);
            if (optionLength < 2 || at + optionLength > request.u16(2)) {
                return;
            }
            int which = option == IPCP_PRIMARY_DNS ? 0 : option == IPCP_SECONDARY_DNS ? 1 : -1;
            if (which >= 0 && optionLength == 6 && which < servers.size() && length + 6 <= 16) {
                byte[] server = servers.get(which);
                asAsked &= Arrays.equals(server, request.slice(at + 2, 4).toArray());
                out[length] = (byte) option;
                out[length + 1] = 6;
                System.arraycopy(server, 0, out, length + 2, 4);
                length += 6;
            }
            at += optionLength;
        }
        if (length > 4) {
            out[0] = (byte) (asAsked ? CONFIGURE_ACK : CONFIGURE_NAK);
            out[1] = (byte) request.u8(1);
            out[3] = (byte) length;
            answer.add(item(ProtocolOptions.IPCP, Arrays.copyOf(out, length)));
        }
    }
}
