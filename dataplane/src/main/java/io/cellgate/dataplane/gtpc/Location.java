package io.cellgate.dataplane.gtpc;

import io.cellgate.dataplane.session.UserLocation;
import io.cellgate.policy.subject.Plmn;
import org.jspecify.annotations.Nullable;

/**
 * User Location Information in the forms of TS 29.274 §8.21 and TS 29.060 §7.7.51, and the Routeing Area Identity
 * (TS 29.060 §7.7.3). The GTPv2 form is a flag octet and then, in this order and where flagged:
 *
 * <pre>
 *   0x01 CGI  plmn lac ci        7      0x08 TAI   plmn tac        5
 *   0x02 SAI  plmn lac sac       7      0x10 ECGI  plmn eci(28)    7
 *   0x04 RAI  plmn lac rac       7      0x20 LAI   plmn lac        5
 * </pre>
 *
 * What follows them (eNodeB identities) is ignored.
 *
 * <p>RADIUS accounting (TS 29.061 §16.4.7.2, attribute 22) has the areas of GTPv1 by its types 0 to 2 and, from 128 on: TAI;
 * ECGI; both. What follows a TAI of type 132 (an eNodeB's identity) is ignored.
 */
public final class Location {
    private static final int[] LENGTHS = {7, 7, 7, 5, 7, 5};

    private Location() {}

    static @Nullable UserLocation decodeGtp2(Octets octets) {
        int flags = octets.u8(0);
        Plmn plmn = null;
        Integer tac = null;
        Integer lac = null;
        Integer cell = null;
        int at = 1;
        for (int area = 0; area < LENGTHS.length; area++) {
            if ((flags >>> area & 1) == 0) {
                continue;
            }
            if (octets.length() - at < LENGTHS[area]) {
                return null;
            }
            Plmn here = Tbcd.plmn(octets.slice(at, 3));
            if (here == null) {
                return null;
            }
            plmn = here;
            switch (area) {
                case 0, 1 -> {
                    lac = octets.u16(at + 3);
                    cell = octets.u16(at + 5);
                }
                case 3 -> tac = octets.u16(at + 3);
                case 4 -> cell = octets.i32(at + 3) & 0x0fff_ffff;
                default -> lac = octets.u16(at + 3);
            }
            at += LENGTHS[area];
        }
        return new UserLocation(plmn, tac, lac, cell);
    }

    /** As TAI and ECGI where there is a TAC, else as CGI. */
    static byte[] encodeGtp2(UserLocation location) {
        Plmn plmn = requirePlmn(location);
        Integer tac = location.tac();
        Integer lac = location.lac();
        Integer cell = location.cell();
        OctetWriter areas = new OctetWriter();
        int flags = 0;
        if (tac == null && lac != null && cell != null) {
            flags |= 0x01;
            areas.octets(Tbcd.plmn(plmn)).u16(lac).u16(cell);
        }
        if (tac != null) {
            flags |= 0x08;
            areas.octets(Tbcd.plmn(plmn)).u16(tac);
        }
        if (tac != null && cell != null) {
            flags |= 0x10;
            areas.octets(Tbcd.plmn(plmn)).u32(cell);
        }
        if (lac != null && (flags & 0x01) == 0) {
            flags |= 0x20;
            areas.octets(Tbcd.plmn(plmn)).u16(lac);
        }
        return new OctetWriter().u8(flags).octets(areas.toArray()).toArray();
    }

    /** Geographic location type (0 CGI, 1 SAI, 2 RAI), then PLMN, LAC, and CI, SAC or RAC. */
    static @Nullable UserLocation decodeGtp1(Octets octets) {
        Plmn plmn = Tbcd.plmn(octets.slice(1, 3));
        return plmn == null
                ? null
                : switch (octets.u8(0)) {
                    case 0, 1 -> new UserLocation(plmn, null, octets.u16(4), octets.u16(6));
                    case 2 -> new UserLocation(plmn, null, octets.u16(4), null);
                    default -> null;
                };
    }

    /** As RADIUS accounting says it; null for what it has no form of that we know. */
    public static @Nullable UserLocation decodeAccounting(Octets octets) {
        int type = octets.length() == 0 ? -1 : octets.u8(0);
        return switch (type) {
            case 0, 1 -> octets.length() < 8 ? null : decodeGtp1(octets);
            case 2 -> octets.length() < 6 ? null : decodeGtp1(octets);
            case 128, 132 -> octets.length() < 6 ? null : tai(octets.slice(1, 5));
            case 129 -> octets.length() < 8 ? null : ecgi(octets.slice(1, 7), null);
            case 130 -> octets.length() < 13
                    ? null
                    : ecgi(octets.slice(6, 7), octets.u16(4));
            default -> null;
        };
    }

    private static @Nullable UserLocation tai(Octets area) {
        Plmn plmn = Tbcd.plmn(area.slice(0, 3));
        return plmn == null ? null : new UserLocation(plmn, area.u16(3), null, null);
    }

    private static @Nullable UserLocation ecgi(Octets cell, @Nullable Integer tac) {
        Plmn plmn = Tbcd.plmn(cell.slice(0, 3));
        return plmn == null
                ? null
                : new UserLocation(plmn, tac, null, cell.i32(3) & 0x0fff_ffff);
    }

    static byte[] encodeGtp1(UserLocation location) {
        Integer lac = location.lac();
        Integer cell = location.cell();
        return new OctetWriter().u8(cell == null ? 2 : 0).octets(Tbcd.plmn(requirePlmn(location)))
                .u16(lac == null ? 0 : lac).u16(cell == null ? 0xffff : cell).toArray();
    }

    static @Nullable UserLocation decodeRai(Octets octets) {
        Plmn plmn = Tbcd.plmn(octets.slice(0, 3));
        return plmn == null ? null : new UserLocation(plmn, null, octets.u16(3), null);
    }

    static byte[] encodeRai(UserLocation location) {
        Integer lac = location.lac();
        return new OctetWriter().octets(Tbcd.plmn(requirePlmn(location)))
                .u16(lac == null ? 0 : lac).u8(0xff).toArray();
    }

    private static Plmn requirePlmn(UserLocation location) {
        Plmn plmn = location.plmn();
        if (plmn == null) {
            throw new IllegalArgumentException("location: got none, expected a network (PLMN)");
        }
        return plmn;
    }
}
