package io.cellgate.inventory.place;

import io.cellgate.policy.subject.Plmn;
import org.jspecify.annotations.Nullable;

/**
 * A cell of a network: {@code 26201-ECI} of E-UTRAN (28 bits, TS 23.003 §19.6), {@code 26201-LAC-CI} of GERAN and UTRAN (16
 * bits each, §4.3.1).
 *
 * @param area the LAC; null of E-UTRAN, whose cells have numbers of their own in the whole network
 */
public record CellId(Plmn plmn, @Nullable Integer area, int cell) {
    private static final int MAX_ECI = 0x0fff_ffff;

    public CellId {
        int most = area == null ? MAX_ECI : Area.MAX_CODE;
        if (cell < 0 || cell > most) {
            throw new IllegalArgumentException("cell: got " + cell + ", expected 0 to " + most);
        }
        if (area != null && (area < 0 || area > Area.MAX_CODE)) {
            throw new IllegalArgumentException(
                    "area: got " + area + ", expected 0 to " + Area.MAX_CODE);
        }
    }

    /** @throws IllegalArgumentException if it is neither PLMN-ECI nor PLMN-LAC-CI */
    public static CellId parse(String text) {
        String[] parts = text.split("-", -1);
        return switch (parts.length) {
            case 2 -> new CellId(Plmn.parse(parts[0]), null, Area.number(parts[1]));
            case 3 -> new CellId(Plmn.parse(parts[0]), Area.number(parts[1]),
                    Area.number(parts[2]));
            default -> throw new IllegalArgumentException("cell: got \"" + text
                    + "\", expected PLMN-ECI or PLMN-LAC-CI, such as 26201-84674305");
        };
    }

    /**
     * Its place in the table's order: MCC and MNC as numbers, 20 bits; whether it is E-UTRAN's, 1 bit; ECI, or LAC and CI, 32
     * bits. An MNC of two digits and one of three that begins with 0 are taken for the same, as files do.
     */
    long key() {
        long network = Integer.parseInt(plmn.mcc()) * 1000L + Integer.parseInt(plmn.mnc());
        Integer lac = area;
        return network << 33 | (lac == null ? 1L << 32 | cell : (long) lac << 16 | cell);
    }

    @Override
    public String toString() {
        return plmn + "-" + (area == null ? "" : area + "-") + cell;
    }
}
