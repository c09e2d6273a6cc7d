package io.cellgate.dataplane.worker;

import io.cellgate.dataplane.flow.FlowTable;
import io.cellgate.dataplane.flow.FlowVerdict;
import io.cellgate.dataplane.packet.InnerPacket;
import io.cellgate.dataplane.packet.IpAddresses;
import io.cellgate.dataplane.packet.Ipv4Flyweight;
import io.cellgate.dataplane.packet.Ipv6Flyweight;
import io.cellgate.dataplane.packet.Transport;
import org.agrona.DirectBuffer;

/** Finds the flow that an ICMP error speaks of, by the packet that it quotes (RFC 792; RFC 4443 §2.4). One thread. */
final class RelatedErrors {
    private final FlowTable flows;
    private long srcHi;
    private long srcLo;
    private long dstHi;
    private long dstLo;
    private int srcPort;
    private int dstPort;
    private int protocol;

    RelatedErrors(FlowTable flows) {
        this.flows = flows;
    }

    /** Whether the error from the device is about a packet that an allowed flow brought it, and goes to who sent that. */
    boolean fromDevice(DeviceSession session, InnerPacket error) {
        return read(error) && srcHi == error.dstHi() && srcLo == error.dstLo()
                && passes(flows.find(session.slot, dstLo, dstPort, srcHi, srcLo, srcPort,
                        protocol));
    }

    /** Whether the error from the core is about a packet that the device sent on an allowed flow. */
    boolean fromCore(DeviceSession session, InnerPacket error) {
        return read(error) && srcHi == error.dstHi() && srcLo == error.dstLo()
                && passes(flows.find(session.slot, srcLo, srcPort, dstHi, dstLo, dstPort,
                        protocol));
    }

    private boolean passes(int flow) {
        return flow != FlowTable.NONE && flows.verdict(flow) != FlowVerdict.BLOCK.index();
    }

    private boolean read(InnerPacket error) {
        DirectBuffer b = error.buffer();
        int at = error.payloadOffset();
        int end = error.offset() + error.length();
        int transport;
        if (error.isIpv4()) {
            if (at + Ipv4Flyweight.MIN_HEADER_OCTETS > end || Ipv4Flyweight.version(b, at) != 4
                    || Ipv4Flyweight.headerLength(b, at) < Ipv4Flyweight.MIN_HEADER_OCTETS) {
                return false;
            }
            srcHi = 0;
            srcLo = IpAddresses.mapped(Ipv4Flyweight.source(b, at));
            dstHi = 0;
            dstLo = IpAddresses.mapped(Ipv4Flyweight.destination(b, at));
            protocol = Ipv4Flyweight.protocol(b, at);
            transport = at + Ipv4Flyweight.headerLength(b, at);
        } else {
            if (at + Ipv6Flyweight.HEADER_OCTETS > end || Ipv4Flyweight.version(b, at) != 6) {
                return false;
            }
            srcHi = Ipv6Flyweight.sourceHi(b, at);
            srcLo = Ipv6Flyweight.sourceLo(b, at);
            dstHi = Ipv6Flyweight.destinationHi(b, at);
            dstLo = Ipv6Flyweight.destinationLo(b, at);
            protocol = Ipv6Flyweight.nextHeader(b, at);
            transport = at + Ipv6Flyweight.HEADER_OCTETS;
        }
        if (transport + 8 > end) {
            return false;
        }
        if (protocol == Transport.TCP || protocol == Transport.UDP) {
            srcPort = Transport.sourcePort(b, transport);
            dstPort = Transport.destinationPort(b, transport);
            return true;
        }
        if (protocol == Transport.ICMP || protocol == Transport.ICMPV6) {
            srcPort = Transport.sourcePort(b, transport + 4);
            dstPort = srcPort;
            return true;
        }
        return false;
    }
}
