package io.cellgate.policy.learn;

import java.util.List;

/**
 * What a proposed rule rests on.
 *
 * @param rule        its id
 * @param times       how often that was seen
 * @param devices     of how many SIMs
 * @param firstMillis when first, UTC
 * @param of          names or addresses that were seen, at most {@link #MOST}
 * @param generalised parents that stand for several names of {@code of}; empty where none does
 */
public record Evidence(String rule, long times, int devices, long firstMillis, long lastMillis,
        List<String> of, List<String> generalised) {
    public static final int MOST = 50;

    public Evidence {
        of = List.copyOf(of.size() > MOST ? of.subList(0, MOST) : of);
        generalised = List.copyOf(generalised);
    }
}
