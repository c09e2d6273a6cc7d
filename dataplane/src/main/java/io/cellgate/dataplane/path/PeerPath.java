package io.cellgate.dataplane.path;

/**
 * The path to a peer in one GTP version. Owned by the signalling thread.
 *
 * <p>A restart counter is eight bits and grows by one at each start. A counter is newer than the last one known
 * where it is 1 to 127 ahead of it, counted modulo 256; otherwise it is older, and was overtaken on the way:
 *
 * <pre>
 *   known 254: 255, 0, 1, … 125 are newer; 126, … 253 are older
 * </pre>
 *
 * The answer to an Echo Request of ours cannot have been overtaken by what was known when we asked. There any other
 * counter is a restart, a smaller one too: so a node that lost its counter is found out.
 */
public final class PeerPath {
    /** No restart counter was seen. */
    public static final int NOT_KNOWN = -1;
    private static final int MOST_DOUBLINGS = 4;

    private final PathTraffic traffic = new PathTraffic();
    private PathState state = PathState.UNKNOWN;
    private long stateSinceMillis;
    private long lastHeardMillis;
    private int restartCounter;
    private int restarts;
    private int counterWhenAsked = NOT_KNOWN;
    private boolean isAsked;
    private long nextEchoNanos;
    private int unanswered;
    private long roundTripNanos = NOT_KNOWN;

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

    public PeerPath() {
        this(NOT_KNOWN);
    }

    /** @param restartCounter what the peer said before we started, or {@link #NOT_KNOWN} */
    public PeerPath(int restartCounter) {
        this.restartCounter = restartCounter;
    }

    /** A message of the peer's own accord holds its counter. */
    public Restart onRestartCounter(int received) {
        int ahead = received - restartCounter & 0xff;
        return restartCounter != NOT_KNOWN && ahead >= 128 ? Restart.OLDER : taken(received);
    }

    /** Its answer to our Echo Request holds its counter. */
    public Restart onEchoCounter(int received) {
        return counterWhenAsked == restartCounter ? taken(received) : onRestartCounter(received);
    }

    private Restart taken(int received) {
        Restart said = restartCounter == NOT_KNOWN
                ? Restart.FIRST
                : received == restartCounter ? Restart.SAME : Restart.RESTARTED;
        restartCounter = received;
        restarts += said == Restart.RESTARTED ? 1 : 0;
        return said;
    }

    /** Anything came from the peer; gives whether the path was not up before. */
    public boolean onHeard(long epochMillis) {
        lastHeardMillis = epochMillis;
        unanswered = 0;
        return become(PathState.UP, epochMillis);
    }

    /** Whether the path was not suspect, or worse, already. */
    public boolean onEchoRepeated(long epochMillis) {
        return state != PathState.DOWN && become(PathState.SUSPECT, epochMillis);
    }

    /** Whether the path was not down already. */
    public boolean onEchoUnanswered(long epochMillis) {
        isAsked = false;
        unanswered++;
        return become(PathState.DOWN, epochMillis);
    }

    /** @param nanos from the request to the answer, or -1 where it was repeated and the answer may be to either */
    public void onEchoAnswered(long nanos) {
        isAsked = false;
        roundTripNanos = nanos < 0 ? roundTripNanos : nanos;
    }

    private boolean become(PathState next, long epochMillis) {
        if (state == next) {
            return false;
        }
        state = next;
        stateSinceMillis = epochMillis;
        return true;
    }

    /**
     * Whether it is time for an Echo Request; the next one is due an interval later, twice as long with each that was
     * not answered, up to sixteen times. There is one at a time.
     */
    public boolean takeEchoDue(long nowNanos, long intervalNanos) {
        if (nextEchoNanos == 0) {
            nextEchoNanos = nowNanos + intervalNanos;
        }
        if (isAsked || nowNanos - nextEchoNanos < 0) {
            return false;
        }
        nextEchoNanos = nowNanos + (intervalNanos << Math.min(unanswered, MOST_DOUBLINGS));
        isAsked = true;
        counterWhenAsked = restartCounter;
        return true;
    }

    public PathState state() {
        return state;
    }

    /** Since when the path is in its state; 0 before the first. */
    public long stateSinceMillis() {
        return stateSinceMillis;
    }

    /** When anything came last; 0: never. */
    public long lastHeardMillis() {
        return lastHeardMillis;
    }

    /** How often the peer has restarted since we started: what it asked before, it does not know of any more. */
    public int restarts() {
        return restarts;
    }

    /** The peer's restart counter, or {@link #NOT_KNOWN}. */
    public int restartCounter() {
        return restartCounter;
    }

    /** Of the last Echo Request that was answered at once, or {@link #NOT_KNOWN}. */
    public long roundTripNanos() {
        return roundTripNanos;
    }

    public PathTraffic traffic() {
        return traffic;
    }
}
