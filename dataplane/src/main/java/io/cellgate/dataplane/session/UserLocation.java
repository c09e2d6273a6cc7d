package io.cellgate.dataplane.session;

import io.cellgate.policy.subject.Plmn;
import org.jspecify.annotations.Nullable;

/**
 * Where a device is, as far as its network says: TS 29.274 §8.21 (ULI) and §8.18 (Serving Network), TS 29.060
 * §7.7.51 and the RAI. Each area is null where it was not sent.
 *
 * @param plmn the serving network
 * @param tac  tracking area code (E-UTRAN, 16 bits)
 * @param lac  location area code (GERAN/UTRAN, 16 bits)
 * @param cell the cell: ECI (28 bits) of an ECGI, else CI or SAC (16 bits)
 */
public record UserLocation(@Nullable Plmn plmn, @Nullable Integer tac, @Nullable Integer lac,
        @Nullable Integer cell) {
    public static final UserLocation UNKNOWN = new UserLocation(null, null, null, null);

    /** What is known of the place now: a network without an area leaves the area before, where it is the same network. */
    public UserLocation after(UserLocation before) {
        boolean onlyNetwork = tac == null && lac == null && cell == null;
        return onlyNetwork && plmn != null && plmn.equals(before.plmn()) ? before : this;
    }
}
