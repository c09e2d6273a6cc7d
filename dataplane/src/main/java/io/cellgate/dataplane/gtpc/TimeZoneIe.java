package io.cellgate.dataplane.gtpc;

import java.time.ZoneOffset;
import org.jspecify.annotations.Nullable;

/**
 * UE Time Zone (TS 29.274 §8.44) and MS Time Zone (TS 29.060 §7.7.52): quarters of an hour east of UTC in
 * swapped BCD with a sign bit, TS 23.040 §9.2.3.11, then two bits of daylight saving that it already includes.
 */
public final class TimeZoneIe {
    private TimeZoneIe() {}

    /** Null for octets that are none. */
    public static @Nullable ZoneOffset decode(Octets octets) {
        int octet = octets.u8(0);
        int tens = octet & 0x7;
        int units = octet >>> 4;
        int quarters = 10 * tens + units;
        return units > 9 || quarters > 72
                ? null
                : ZoneOffset.ofTotalSeconds(900 * ((octet & 0x8) != 0 ? -quarters : quarters));
    }

    static byte[] octets(ZoneOffset zone) {
        int quarters = zone.getTotalSeconds() / 900;
        int size = Math.abs(quarters);
        return new byte[]{(byte) (size % 10 << 4 | (quarters < 0 ? 0x8 : 0) | size / 10), 0};
    }
}
