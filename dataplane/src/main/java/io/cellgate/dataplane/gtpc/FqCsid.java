package io.cellgate.dataplane.gtpc;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A Fully Qualified PDN Connection Set Identifier, TS 29.274 §8.62: a node and some of the sets into which it has put
 * its connections, so that it can say of a whole set that it is lost (TS 23.007 §16).
 *
 * <pre>
 *   | node-ID type (4) | number of sets (4) |  node-ID: IPv4 (32), IPv6 (128) or other (32)  |  set (16) ...
 * </pre>
 *
 * @param nodeIdType 0: IPv4 address, 1: IPv6 address, 2: network and a number of the operator's
 */
public record FqCsid(int nodeIdType, Octets nodeId, List<Integer> sets) {
    public static final int IPV4 = 0;
    public static final int IPV6 = 1;

    public FqCsid {
        sets = List.copyOf(sets);
    }

    /** The set of a node that is known by its address. */
    public static FqCsid of(byte[] address, int set) {
        return new FqCsid(address.length == 4 ? IPV4 : IPV6, Octets.of(address), List.of(set));
    }

    /** Null where it is shorter than it says, or of a type that is not known. */
    static @Nullable FqCsid decode(Octets octets) {
        int type = octets.u8(0) >>> 4;
        int count = octets.u8(0) & 0xf;
        int nodeOctets = switch (type) {
            case 0, 2 -> 4;
            case 1 -> 16;
            default -> 0;
        };
        if (nodeOctets == 0 || octets.length() < 1 + nodeOctets + 2 * count) {
            return null;
        }
        List<Integer> sets = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            sets.add(octets.u16(1 + nodeOctets + 2 * i));
        }
        return new FqCsid(type, octets.slice(1, nodeOctets), sets);
    }

    void encode(OctetWriter out) {
        out.u8(nodeIdType << 4 | sets.size()).octets(nodeId);
        sets.forEach(out::u16);
    }
}
