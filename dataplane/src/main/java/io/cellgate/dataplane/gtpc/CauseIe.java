package io.cellgate.dataplane.gtpc;

/**
 * A GTPv2 cause, TS 29.274 §8.4, and the element to blame.
 *
 * @param offendingType 0 where no element is to blame
 */
public record CauseIe(int value, int offendingType, int offendingInstance) {
    public static CauseIe of(int value) {
        return new CauseIe(value, 0, 0);
    }

    /** Whether the request was accepted, wholly or with changes: 16 to 63. */
    public boolean isAccepted() {
        return value >= 16 && value < 64;
    }

    static CauseIe decode(Octets octets) {
        return octets.length() < 6
                ? of(octets.u8(0))
                : new CauseIe(octets.u8(0), octets.u8(2), octets.u8(5) & 0xf);
    }

    void encode(OctetWriter out) {
        out.u8(value).u8(0);
        if (offendingType != 0) {
            out.u8(offendingType).u16(0).u8(offendingInstance);
        }
    }
}
