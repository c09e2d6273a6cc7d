package io.cellgate.dataplane.flow;

import io.cellgate.dataplane.packet.TcpFlyweight;

/**
 * As much of a TCP connection's state as it takes to expire it in time: RFC 5382 §5 asks at least 2 hours 4 minutes of
 * an established one and 4 minutes of one that is opening or closing; after a reset, or FINs both ways, it is over.
 * States are small numbers, kept in the flow's record.
 */
public final class TcpTracker {
    public static final int OPENING = 0;
    public static final int ESTABLISHED = 1;
    public static final int FIN_FROM_DEVICE = 2;
    public static final int FIN_FROM_REMOTE = 3;
    public static final int CLOSED = 4;
    private static final int[] TIMEOUT_SECONDS = {240, 7440, 240, 240, 10};

    private TcpTracker() {}

    /** The state after a segment of the connection. */
    public static int next(int state, int flags, boolean fromDevice) {
        if ((flags & TcpFlyweight.RST) != 0) {
            return CLOSED;
        }
        if ((flags & TcpFlyweight.FIN) != 0) {
            return switch (state) {
                case FIN_FROM_DEVICE -> fromDevice ? state : CLOSED;
                case FIN_FROM_REMOTE -> fromDevice ? CLOSED : state;
                case CLOSED -> CLOSED;
                default -> fromDevice ? FIN_FROM_DEVICE : FIN_FROM_REMOTE;
            };
        }
        boolean answersSyn = !fromDevice
                && (flags & (TcpFlyweight.SYN | TcpFlyweight.ACK)) == (TcpFlyweight.SYN
                        | TcpFlyweight.ACK);
        return state == OPENING && answersSyn ? ESTABLISHED : state;
    }

    public static int timeoutSeconds(int state) {
        return TIMEOUT_SECONDS[state];
    }
}
