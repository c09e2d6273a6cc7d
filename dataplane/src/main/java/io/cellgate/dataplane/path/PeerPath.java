package io.cellgate.dataplane.path;

/**
 * The path to a peer in one GTP version.
 *
 * <p>A restart counter is eight bits and grows by one at each start. A counter is newer than the last one known
 * where it is 1 to 127 ahead of it, counted modulo 256; otherwise it is older, and was overtaken on the way:
 *
 * <pre>
 *   known 254: 255, 0, 1, … 125 are newer; 126, … 253 are older
 * </pre>
 */
public final class PeerPath {
    private static final int NOT_KNOWN = -1;

    private PathState state = PathState.UNKNOWN;
    private int restartCounter = NOT_KNOWN;
    private long nextEchoNanos;

    /** What a restart counter says of its sender. */
    public enum Restart {
        /** The first one seen. */
        FIRST,
        /** It has run on. */
        SAME,
        /** It started anew: what it knew of sessions is gone. TS 23.007 §18. */
        RESTARTED,
        /** An old message: nothing follows from it. */
        OLDER
    }

    public Restart onRestartCounter(int received) {
        if (restartCounter == NOT_KNOWN) {
            restartCounter = received;
            return Restart.FIRST;
        }
        int ahead = received - restartCounter & 0xff;
        if (ahead == 0) {
            return Restart.SAME;
        }
        if (ahead >= 128) {
            return Restart.OLDER;
        }
        restartCounter = received;
        return Restart.RESTARTED;
    }

    /** Anything came from the peer. */
    public void onHeard() {
        state = PathState.UP;
    }

    public void onEchoRepeated() {
        if (state != PathState.DOWN) {
            state = PathState.SUSPECT;
        }
    }

    public void onEchoUnanswered() {
        state = PathState.DOWN;
    }

    /** Whether it is time for an Echo Request; the next one is due an interval later. */
    public boolean takeEchoDue(long nowNanos, long intervalNanos) {
        if (nextEchoNanos == 0) {
            nextEchoNanos = nowNanos + intervalNanos;
        }
        if (nowNanos - nextEchoNanos < 0) {
            return false;
        }
        nextEchoNanos = nowNanos + intervalNanos;
        return true;
    }

    public PathState state() {
        return state;
    }

    /** The peer's restart counter, or -1 where none was seen. */
    public int restartCounter() {
        return restartCounter;
    }
}
