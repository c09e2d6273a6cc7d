package io.cellgate.bench.carrier;

import io.cellgate.policy.subject.Plmn;
import org.jspecify.annotations.Nullable;

/**
 * A device as its carrier presents it: what goes into Create Session Request or Create PDP Context Request.
 *
 * @param imei    15 or 16 digits; null where the visited network withholds it
 * @param serving the network that serves it
 * @param rat     code of TS 29.274 §8.17
 * @param area    tracking area code (LTE) or location area code (2G, 3G)
 * @param cell    E-UTRAN cell identity or cell identity
 * @param pdn     1 IPv4, 2 IPv6, 3 IPv4v6 (TS 29.274 §8.34)
 */
public record Device(String imsi, @Nullable String imei, String msisdn, Plmn serving, int rat,
        int area, int cell, String apn, int pdn) {
    static final int PDN_IPV4 = 1;
    static final int PDN_IPV6 = 2;
    static final int PDN_IPV4V6 = 3;

    boolean wantsIpv4() {
        return pdn != PDN_IPV6;
    }

    boolean wantsIpv6() {
        return pdn != PDN_IPV4;
    }

    Device movedTo(Plmn other) {
        return new Device(imsi, imei, msisdn, other, rat, area, cell, apn, pdn);
    }
}
