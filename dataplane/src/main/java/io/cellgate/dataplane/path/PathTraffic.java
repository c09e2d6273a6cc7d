package io.cellgate.dataplane.path;

import java.util.concurrent.TimeUnit;

/** The messages of a path: how many, how many a second of late, how many had to be repeated. Owned by one thread. */
public final class PathTraffic {
    /** Rates are of as long a time, the last one that is over. */
    public static final int WINDOW_SECONDS = 5;
    private static final long WINDOW_NANOS = TimeUnit.SECONDS.toNanos(WINDOW_SECONDS);

    private long received;
    private long sent;
    private long repeatedByPeer;
    private long repeatedByUs;
    private long windowNanos;
    private long receivedBefore;
    private long sentBefore;
    private double receivedPerSecond;
    private double sentPerSecond;

    public void countReceived() {
        received++;
    }

    public void countSent() {
        sent++;
    }

    /** The peer sent a request again. */
    public void countRepeatedByPeer() {
        repeatedByPeer++;
    }

    /** We sent a request again. */
    public void countRepeatedByUs() {
        repeatedByUs++;
    }

    /** To be called more often than the window is long. */
    public void tick(long nowNanos) {
        if (windowNanos == 0) {
            windowNanos = nowNanos;
        }
        long nanos = nowNanos - windowNanos;
        if (nanos >= WINDOW_NANOS) {
            receivedPerSecond = (received - receivedBefore) * 1e9 / nanos;
            sentPerSecond = (sent - sentBefore) * 1e9 / nanos;
            receivedBefore = received;
            sentBefore = sent;
            windowNanos = nowNanos;
        }
    }

    /** As it is now. */
    public Snapshot snapshot() {
        return new Snapshot(received, sent, receivedPerSecond, sentPerSecond, repeatedByPeer,
                repeatedByUs);
    }

    /** What it has counted; the rates are of the last {@value #WINDOW_SECONDS} seconds that are over. */
    public record Snapshot(long received, long sent, double receivedPerSecond, double sentPerSecond,
            long repeatedByPeer, long repeatedByUs) {}
}
