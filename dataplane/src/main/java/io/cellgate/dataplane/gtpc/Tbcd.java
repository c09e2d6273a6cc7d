package io.cellgate.dataplane.gtpc;

import io.cellgate.policy.subject.Imei;
import io.cellgate.policy.subject.Imsi;
import io.cellgate.policy.subject.Plmn;
import org.jspecify.annotations.Nullable;

/**
 * Decimal digits in nibbles, the low one first, with F as filler; and networks, whose nibbles have an order of
 * their own (TS 24.008 §10.5.1.3):
 *
 * <pre>
 *   26201234 → 62 02 21 43       MCC 262, MNC 01:   62 F2 10
 *                                MCC 310, MNC 410:  13 00 14
 * </pre>
 */
final class Tbcd {
    private Tbcd() {}

    /** The digits up to the first filler, or null where something else than a digit comes before it. */
    static @Nullable String digits(Octets octets) {
        StringBuilder digits = new StringBuilder(2 * octets.length());
        for (int i = 0; i < 2 * octets.length(); i++) {
            int nibble = octets.u8(i / 2) >>> (4 * (i & 1)) & 0xf;
            if (nibble == 0xf) {
                break;
            }
            if (nibble > 9) {
                return null;
            }
            digits.append((char) ('0' + nibble));
        }
        return digits.toString();
    }

    static byte[] octets(String digits) {
        byte[] octets = new byte[(digits.length() + 1) / 2];
        for (int i = 0; i < octets.length; i++) {
            int low = digits.charAt(2 * i) - '0';
            int high = 2 * i + 1 < digits.length() ? digits.charAt(2 * i + 1) - '0' : 0xf;
            octets[i] = (byte) (high << 4 | low);
        }
        return octets;
    }

    /** The digits in exactly {@code length} octets, with fillers behind. */
    static byte[] octets(String digits, int length) {
        byte[] octets = new byte[length];
        byte[] some = octets(digits);
        for (int i = 0; i < length; i++) {
            octets[i] = i < some.length ? some[i] : (byte) 0xff;
        }
        return octets;
    }

    static @Nullable Imsi imsi(Octets octets) {
        String digits = octets.length() > 8 ? null : digits(octets);
        return digits == null || digits.length() < 6 || digits.length() > 15
                ? null
                : new Imsi(digits);
    }

    /** An IMEI or IMEISV. One without any digit in it, which some networks send, is like none. */
    static @Nullable Imei imei(Octets octets) {
        String digits = octets.length() > 8 ? null : digits(octets);
        return digits == null || digits.length() < 14 ? null : new Imei(digits);
    }

    static @Nullable String msisdn(Octets octets) {
        String digits = octets.length() > 10 ? null : digits(octets);
        return digits == null || digits.isEmpty() ? null : digits;
    }

    /** Three octets; null where a nibble is not a digit. */
    static @Nullable Plmn plmn(Octets octets) {
        int mcc1 = octets.u8(0) & 0xf;
        int mcc2 = octets.u8(0) >>> 4;
        int mcc3 = octets.u8(1) & 0xf;
        int mnc3 = octets.u8(1) >>> 4;
        int mnc1 = octets.u8(2) & 0xf;
        int mnc2 = octets.u8(2) >>> 4;
        if (mcc1 > 9 || mcc2 > 9 || mcc3 > 9 || mnc1 > 9 || mnc2 > 9
                || (mnc3 > 9 && mnc3 != 0xf)) {
            return null;
        }
        String mnc = "" + mnc1 + mnc2 + (mnc3 == 0xf ? "" : mnc3);
        return new Plmn("" + mcc1 + mcc2 + mcc3, mnc);
    }

    static byte[] plmn(Plmn plmn) {
        int mnc3 = plmn.mnc().length() == 3 ? digit(plmn.mnc(), 2) : 0xf;
        return new byte[]{(byte) (digit(plmn.mcc(), 1) << 4 | digit(plmn.mcc(), 0)),
                (byte) (mnc3 << 4 | digit(plmn.mcc(), 2)),
                (byte) (digit(plmn.mnc(), 1) << 4 | digit(plmn.mnc(), 0))};
    }

    private static int digit(String digits, int index) {
        return digits.charAt(index) - '0';
    }
}
