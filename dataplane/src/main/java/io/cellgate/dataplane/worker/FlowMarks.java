package io.cellgate.dataplane.worker;

/** What a worker notes in a flow's record, a bit each. */
final class FlowMarks {
    /** The device did not begin it. */
    static final int DOWNWARD = 1;
    /** A blocked one whose device is told so. */
    static final int REJECT = 2;
    /** A connection that we closed in the server's place: what the device still sends is answered. */
    static final int CLOSED_BY_US = 4;
    /** Its first octets were read and are neither HTTP nor TLS: it goes by the network phase. */
    static final int OPAQUE = 8;
    /** Its ClientHello was judged, by the name kept for the flow; where that is null it had none. */
    static final int TLS_JUDGED = 16;
    /** UDP of a policy that judges requests: QUIC must not pass. */
    static final int NO_QUIC = 32;

    /** Its application decides, and is not known yet: nothing beyond the handshake has passed. */
    static final int WAITS = 64;

    /** The kernel forwards it: {@link Offload}. */
    static final int IN_KERNEL = 128;

    private FlowMarks() {}
}
