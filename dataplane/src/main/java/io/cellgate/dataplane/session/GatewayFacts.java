package io.cellgate.dataplane.session;

import io.cellgate.policy.Field;
import java.util.Set;

/** Which facts of the policy language this gateway never learns: what policies may ask of it in vain. */
public final class GatewayFacts {
    private static final Set<Field> UNKNOWN = Set.of(Field.SIM_EID);

    private GatewayFacts() {}

    /** Comparisons of these are false here, whatever the device does and whatever files the gateway was given. */
    public static Set<Field> unknown() {
        return UNKNOWN;
    }
}
