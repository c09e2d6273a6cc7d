package io.cellgate.dataplane.gtpc;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A GTPv1-C message split into its header and elements, TS 29.060 §7.7. Types below 128 are TV, with a length that
 * their type implies, so an unknown one of these ends what can be read; the others are TLV with 16 bits of length.
 *
 * @param brokenElement set where an element reaches past the message; those before it are there
 */
public record Gtp1Message(Gtp1Header header, List<Ie> ies, @Nullable Fault brokenElement)
        implements
            GtpcMessage {
    /** Lengths of TV values by type; 0: not known. TS 29.060 table 38. */
    private static final byte[] TV_LENGTHS = new byte[128];

    static {
        int[][] known = {{1, 1}, {2, 8}, {3, 6}, {4, 4}, {5, 4}, {8, 1}, {9, 28}, {11, 1}, {12, 3},
                {13, 1}, {14, 1}, {15, 1}, {16, 4}, {17, 4}, {18, 5}, {19, 1}, {20, 1}, {21, 1},
                {22, 9}, {23, 1}, {24, 1}, {25, 2}, {26, 2}, {27, 2}, {28, 2}, {29, 1}, {126, 1},
                {127, 4}};
        for (int[] entry : known) {
            TV_LENGTHS[entry[0]] = (byte) entry[1];
        }
    }

    public Gtp1Message {
        ies = List.copyOf(ies);
    }

    public static Decoded<Gtp1Message> decode(Octets datagram) {
        return switch (Gtp1Header.decode(datagram)) {
            case Decoded.Bad<Gtp1Header>(Fault fault) -> Decoded.bad(fault);
            case Decoded.Good<Gtp1Header>(Gtp1Header header) -> {
                List<Ie> ies = new ArrayList<>();
                Fault broken = split(
                        datagram.slice(header.bodyFrom(), header.octets() - header.bodyFrom()),
                        ies);
                yield Decoded.good(new Gtp1Message(header, ies, broken));
            }
        };
    }

    private static @Nullable Fault split(Octets octets, List<Ie> into) {
        int[] seen = new int[256];
        int at = 0;
        while (at < octets.length()) {
            int type = octets.u8(at);
            int left = octets.length() - at;
            int ieHeader = type < 128 ? 1 : 3;
            if (type < 128 && TV_LENGTHS[type] == 0) {
                return null;
            }
            int length = type < 128 ? TV_LENGTHS[type] : left < 3 ? 0 : octets.u16(at + 1);
            if (left - ieHeader < length) {
                return new Fault(SignallingFault.IE_PAST_END, type, seen[type], "element needs "
                        + (ieHeader + length) + " octets, " + left + " are left");
            }
            into.add(new Ie(type, seen[type]++, octets.slice(at + ieHeader, length)));
            at += ieHeader + length;
        }
        return null;
    }

    public @Nullable Gtp1Type type() {
        return Gtp1Type.ofCode(header.typeCode());
    }

    /** The type of a message whose type is known to be known. */
    public Gtp1Type typeOrThrow() {
        Gtp1Type type = type();
        if (type == null) {
            throw new IllegalStateException("message type " + header.typeCode());
        }
        return type;
    }

    @Override
    public String typeText() {
        return typeOrThrow().text();
    }

    @Override
    public int senderTeid() {
        Integer teid = reader().optional(Gtp1Ie.TEID_CONTROL, 0);
        return teid == null ? 0 : teid;
    }

    @Override
    public int teid() {
        return header.teid();
    }

    @Override
    public int sequence() {
        return header.sequence();
    }

    IeReader reader() {
        return new IeReader(ies, brokenElement);
    }

    /** The restart counter, which some messages carry, or null. */
    public @Nullable Integer recovery() {
        return reader().optional(Gtp1Ie.RECOVERY, 0);
    }

    /** The cause of a response, or null where it has none. */
    public @Nullable Integer cause() {
        return reader().optional(Gtp1Ie.CAUSE, 0);
    }
}
