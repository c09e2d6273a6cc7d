package io.cellgate.dataplane.gtpc;

/**
 * Bearer Level Quality of Service, TS 29.274 §8.15: 22 octets.
 *
 * @param priority     allocation and retention priority with its flags, as on the wire
 * @param qci          QoS class identifier
 * @param maxUpKbps    0 for a bearer without a guaranteed rate, as are the others
 */
public record BearerQos(int priority, int qci, long maxUpKbps, long maxDownKbps,
        long guaranteedUpKbps, long guaranteedDownKbps) {

    /** What a default bearer of a best-effort device has: priority level 9, QCI 9. */
    public static final BearerQos BEST_EFFORT = new BearerQos(9 << 2, 9, 0, 0, 0, 0);

    static BearerQos decode(Octets octets) {
        return new BearerQos(octets.u8(0), octets.u8(1), octets.u40(2), octets.u40(7),
                octets.u40(12), octets.u40(17));
    }

    void encode(OctetWriter out) {
        out.u8(priority).u8(qci).u40(maxUpKbps).u40(maxDownKbps).u40(guaranteedUpKbps)
                .u40(guaranteedDownKbps);
    }
}
