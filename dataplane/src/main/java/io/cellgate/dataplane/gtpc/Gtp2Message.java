package io.cellgate.dataplane.gtpc;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A GTPv2-C message split into its header and elements (TS 29.274 §8.2): type (8), length (16), spare (4) and
 * instance (4), value.
 *
 * @param brokenElement set where an element reaches past the message; those before it are there
 */
public record Gtp2Message(Gtp2Header header, List<Ie> ies, @Nullable Fault brokenElement)
        implements
            GtpcMessage {
    private static final int IE_HEADER = 4;

    public Gtp2Message {
        ies = List.copyOf(ies);
    }

    /** Reads the first message of a datagram; a piggybacked one begins {@code header().octets()} later. */
    public static Decoded<Gtp2Message> decode(Octets datagram) {
        return switch (Gtp2Header.decode(datagram)) {
            case Decoded.Bad<Gtp2Header>(Fault fault) -> Decoded.bad(fault);
            case Decoded.Good<Gtp2Header>(Gtp2Header header) -> {
                List<Ie> ies = new ArrayList<>();
                Fault broken = split(datagram.slice(header.ownOctets(),
                        header.octets() - header.ownOctets()), ies);
                yield Decoded.good(new Gtp2Message(header, ies, broken));
            }
        };
    }

    /** Splits octets into elements; returns what is wrong with the last one, or null. */
    static @Nullable Fault split(Octets octets, List<Ie> into) {
        int at = 0;
        while (at < octets.length()) {
            int left = octets.length() - at;
            int type = octets.u8(at);
            int length = left < IE_HEADER ? 0 : octets.u16(at + 1);
            if (left - IE_HEADER < length) {
                return new Fault(SignallingFault.IE_PAST_END, type,
                        left < IE_HEADER ? 0 : octets.u8(at + 3) & 0xf, "element needs "
                                + (IE_HEADER + length) + " octets, " + left + " are left");
            }
            into.add(new Ie(type, octets.u8(at + 3) & 0xf,
                    octets.slice(at + IE_HEADER, length)));
            at += IE_HEADER + length;
        }
        return null;
    }

    public @Nullable Gtp2Type type() {
        return Gtp2Type.ofCode(header.typeCode());
    }

    /** The type of a message whose type is known to be known. */
    public Gtp2Type typeOrThrow() {
        Gtp2Type type = type();
        if (type == null) {
            throw new IllegalStateException("message type " + header.typeCode());
        }
        return type;
    }

    /** The control endpoint of a request's sender, where it has one that can be read. */
    public @Nullable FTeid sender() {
        return reader().optional(Gtp2Ie.F_TEID, 0);
    }

    @Override
    public int senderTeid() {
        FTeid sender = sender();
        return sender == null ? 0 : sender.teid();
    }

    @Override
    public String typeText() {
        return typeOrThrow().text();
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

    /** The restart counter, which any message may carry, or null. */
    public @Nullable Integer recovery() {
        return reader().optional(Gtp2Ie.RECOVERY, 0);
    }

    /** The cause of a response, or null where it has none. */
    public @Nullable CauseIe cause() {
        return reader().optional(Gtp2Ie.CAUSE, 0);
    }
}
