package io.cellgate.dataplane.gtpc;

/**
 * The header of GTPv2-C, TS 29.274 §5.1: eight octets, or twelve with a TEID.
 *
 * <pre>
 *    0                   1                   2                   3
 *    0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 *   +-----+-+-+-+---+---------------+-------------------------------+
 *   |  2  |P|T|M|   |     type      | length of what follows        |
 *   +-----+-+-+-+---+---------------+-------------------------------+
 *   | TEID, if T                                                    |
 *   +-----------------------------------------------+---------------+
 *   | sequence number                               |               |
 *   +-----------------------------------------------+---------------+
 * </pre>
 *
 * @param typeCode    the message type as on the wire; it need not be one of {@link Gtp2Type}
 * @param hasTeid     the T flag
 * @param teid        0 where there is none
 * @param piggybacked the P flag: another message follows in the datagram
 * @param octets      how many octets the whole message has, header included
 */
public record Gtp2Header(int typeCode, boolean hasTeid, int teid, int sequence,
        boolean piggybacked, int octets) {
    static final int FIXED_OCTETS = 4;

    int ownOctets() {
        return hasTeid ? 12 : 8;
    }

    static Decoded<Gtp2Header> decode(Octets datagram) {
        if (datagram.length() < 8) {
            return tooShort(datagram, 8);
        }
        int flags = datagram.u8(0);
        boolean hasTeid = (flags & 0x08) != 0;
        int need = hasTeid ? 12 : 8;
        int octets = FIXED_OCTETS + datagram.u16(2);
        if (datagram.length() < need || octets < need) {
            return tooShort(datagram, need);
        }
        if (octets > datagram.length()) {
            return Decoded.bad(Fault.ofMessage(SignallingFault.LENGTH_PAST_DATAGRAM,
                    "message of " + octets + " octets in a datagram of " + datagram.length()));
        }
        return Decoded.good(new Gtp2Header(datagram.u8(1), hasTeid,
                hasTeid ? datagram.i32(4) : 0, datagram.u24(need - 4), (flags & 0x10) != 0,
                octets));
    }

    private static <T> Decoded<T> tooShort(Octets datagram, int need) {
        return Decoded.bad(Fault.ofMessage(SignallingFault.TOO_SHORT, "got " + datagram.length()
                + " octets, expected at least the " + need
                + " of a header, counted by its length"));
    }
}
