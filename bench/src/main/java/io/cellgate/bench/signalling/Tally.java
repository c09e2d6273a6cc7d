package io.cellgate.bench.signalling;

import io.cellgate.bench.carrier.LoadPeer;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Counts answers, and how long they took. A created session of the churning devices is deleted again at once. */
final class Tally implements LoadPeer.Listener {
    private static final int MOST = 4_000_000;

    long created;
    long deleted;
    long failed;
    int lastCause;
    boolean churning;
    /** What was given to those that were created while it was not churning, if that is to be kept. */
    List<LoadPeer.Assigned> kept = new ArrayList<>();
    boolean keeping;
    private final long[] nanos = new long[MOST];
    private int answers;

    @Override
    public void created(LoadPeer peer, int device, LoadPeer.Assigned assigned, long took) {
        created++;
        if (answers < nanos.length) {
            nanos[answers++] = took;
        }
        if (keeping) {
            kept.add(assigned);
        }
        if (churning) {
            try {
                peer.delete(device, assigned.controlTeid());
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    @Override
    public void deleted(LoadPeer peer, int device, long took) {
        deleted++;
    }

    @Override
    public void failed(LoadPeer peer, int device, int cause) {
        failed++;
        lastCause = cause;
    }

    void clear() {
        created = 0;
        deleted = 0;
        failed = 0;
        answers = 0;
    }

    double millis(double part) {
        long[] sorted = Arrays.copyOf(nanos, answers);
        Arrays.sort(sorted);
        return answers == 0 ? 0 : sorted[(int) Math.min(answers - 1, part * answers)] / 1e6;
    }
}
