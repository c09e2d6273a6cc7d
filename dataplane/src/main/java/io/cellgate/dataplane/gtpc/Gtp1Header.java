package io.cellgate.dataplane.gtpc;

/**
 * The header of GTPv1-C, TS 29.060 §6: eight octets, and four more where one of E, S and PN is set; GTP-C always
 * sets S. Extension headers follow where E is set, each with its length in units of four octets first and the type
 * of the next one last.
 *
 * <pre>
 *    0                   1                   2                   3
 *    0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 *   +-----+-+-+-+-+-+---------------+-------------------------------+
 *   |  1  |T|*|E|S|N|     type      | length of what follows octet 8|
 *   +-----+-+-+-+-+-+---------------+-------------------------------+
 *   | TEID                                                          |
 *   +-------------------------------+---------------+---------------+
 *   | sequence number               | N-PDU number  | next ext type |
 *   +-------------------------------+---------------+---------------+
 * </pre>
 *
 * @param typeCode    the message type as on the wire; it need not be one of {@link Gtp1Type}
 * @param hasSequence the S flag
 * @param sequence    0 where there is none
 * @param octets      how many octets the whole message has, header included
 * @param bodyFrom    where the information elements begin
 * @param misunderstoodExtension the first extension header that its receiver has to understand (bit 8 of its type,
 *                    TS 29.060 §6) and we do not, or 0
 */
public record Gtp1Header(int typeCode, int teid, boolean hasSequence, int sequence, int octets,
        int bodyFrom, int misunderstoodExtension) {
    static final int FIXED_OCTETS = 8;
    private static final int MUST_BE_UNDERSTOOD = 0x80;

    static Decoded<Gtp1Header> decode(Octets datagram) {
        if (datagram.length() < FIXED_OCTETS) {
            return bad(SignallingFault.TOO_SHORT,
                    "got " + datagram.length() + " octets, expected a header of at least 8");
        }
        int flags = datagram.u8(0);
        if ((flags & 0x10) == 0) {
            return bad(SignallingFault.VERSION_NOT_SUPPORTED, "got GTP' (PT 0), expected GTP");
        }
        int octets = FIXED_OCTETS + datagram.u16(2);
        if (octets > datagram.length()) {
            return bad(SignallingFault.LENGTH_PAST_DATAGRAM, "message of " + octets
                    + " octets in a datagram of " + datagram.length());
        }
        boolean optional = (flags & 0x07) != 0;
        int bodyFrom = optional ? FIXED_OCTETS + 4 : FIXED_OCTETS;
        if (octets < bodyFrom) {
            return bad(SignallingFault.TOO_SHORT,
                    "got " + octets + " octets, expected a header of " + bodyFrom);
        }
        boolean hasSequence = (flags & 0x02) != 0;
        int next = (flags & 0x04) != 0 ? datagram.u8(11) : 0;
        int misunderstood = 0;
        while (next != 0) {
            if ((next & MUST_BE_UNDERSTOOD) != 0 && misunderstood == 0) {
                misunderstood = next;
            }
            int extension = bodyFrom < octets ? 4 * datagram.u8(bodyFrom) : 0;
            if (extension == 0 || extension > octets - bodyFrom) {
                return bad(SignallingFault.TOO_SHORT, "extension header 0x"
                        + Integer.toHexString(next) + " of " + extension + " octets, "
                        + (octets - bodyFrom) + " are left");
            }
            bodyFrom += extension;
            next = datagram.u8(bodyFrom - 1);
        }
        return Decoded.good(new Gtp1Header(datagram.u8(1), datagram.i32(4), hasSequence,
                hasSequence ? datagram.u16(8) : 0, octets, bodyFrom, misunderstood));
    }

    private static <T> Decoded<T> bad(SignallingFault reason, String detail) {
        return Decoded.bad(Fault.ofMessage(reason, detail));
    }
}
