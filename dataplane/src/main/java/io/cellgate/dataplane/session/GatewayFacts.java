package io.cellgate.dataplane.session;

import io.cellgate.policy.Field;
import java.util.EnumSet;
import java.util.Set;

/** Which facts of the policy language this gateway never learns: what policies may ask of it in vain. */
public final class GatewayFacts {
    private static final Set<Field> UNKNOWN = Set.copyOf(EnumSet.of(Field.SIM_EID,
            Field.DNS_CATEGORIES, Field.DNS_ANSWER_COUNTRY, Field.NET_DST_COUNTRY,
            Field.NET_DST_ASN, Field.NET_APP, Field.TLS_JA4, Field.HTTP_RESPONSE_STATUS,
            Field.HTTP_RESPONSE_CONTENT_TYPE));

    private GatewayFacts() {}

    /** Comparisons of these are false here, whatever the device does. */
    public static Set<Field> unknown() {
        return UNKNOWN;
    }
}
