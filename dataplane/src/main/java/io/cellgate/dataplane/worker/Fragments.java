package io.cellgate.dataplane.worker;

import io.cellgate.dataplane.packet.DropReason;
import io.cellgate.dataplane.packet.InnerPacket;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * What later fragments are decided by: the ports that stood in the first one. Given them, a later fragment goes the way
 * of every packet of its flow: judged again when that is due, counted, held to the quota.
 *
 * <p>Theory of operation. A first fragment leaves a note: session, direction, remote address and identification, the
 * ports, and where it ended. A later fragment that finds no note is dropped, as is one that begins before the first one
 * ended: it could put other ports into place (RFC 1858 §4, RFC 5722). Notes are kept for {@value #KEEP_SECONDS} s
 * (RFC 8200 §4.5 waits 60 s at most, RFC 1122 §3.3.2 asks for 60 to 120 of whom reassembles) in a table of fixed size:
 * {@value #WINDOWS} windows of {@value #NOTES} notes each. A session's notes are all in one window, where the oldest gives
 * way. So a device that sends nothing but first fragments takes the place of its own, and of the few that share its
 * window by the chance of a hash it does not know.
 */
final class Fragments {
    private static final int WINDOWS = 1024;
    private static final int NOTES = 8;
    private static final int KEEP_SECONDS = 30;
    private static final int EMPTY = -1;

    private final long seed;
    private final int[] sessions = new int[WINDOWS * NOTES];
    private final boolean[] upward = new boolean[WINDOWS * NOTES];
    private final long[] remotesHi = new long[WINDOWS * NOTES];
    private final long[] remotesLo = new long[WINDOWS * NOTES];
    private final int[] identifications = new int[WINDOWS * NOTES];
    private final int[] ports = new int[WINDOWS * NOTES];
    private final byte[] protocols = new byte[WINDOWS * NOTES];
    private final int[] ends = new int[WINDOWS * NOTES];
    private final int[] seconds = new int[WINDOWS * NOTES];

    /** @param seed that no device knows */
    Fragments(long seed) {
        this.seed = seed;
        Arrays.fill(sessions, EMPTY);
    }

    /** Notes a first fragment, or gives a later one its ports; why it is dropped, if its first one is not known. */
    @Nullable
    DropReason take(int session, InnerPacket packet, boolean up, int nowSeconds) {
        long hi = up ? packet.dstHi() : packet.srcHi();
        long lo = up ? packet.dstLo() : packet.srcLo();
        int window = window(session);
        int oldest = window;
        for (int i = window; i < window + NOTES; i++) {
            boolean live = sessions[i] != EMPTY && nowSeconds - seconds[i] <= KEEP_SECONDS;
            if (live && sessions[i] == session && upward[i] == up && remotesLo[i] == lo
                    && remotesHi[i] == hi && identifications[i] == packet.identification()) {
                if (!packet.isLaterFragment()) {
                    return DropReason.IP_FRAGMENT; // another first one: which would be put
                                                   // together?
                }
                if (packet.fragmentOffset() < ends[i]) {
                    return DropReason.IP_FRAGMENT;
                }
                packet.become(protocols[i] & 0xff, ports[i] >>> 16, ports[i] & 0xffff);
                return null;
            }
            if (!live) {
                sessions[i] = EMPTY;
                oldest = i;
            } else if (sessions[oldest] != EMPTY && seconds[i] - seconds[oldest] < 0) {
                oldest = i;
            }
        }
        if (packet.isLaterFragment()) {
            return DropReason.IP_FRAGMENT;
        }
        sessions[oldest] = session;
        upward[oldest] = up;
        remotesHi[oldest] = hi;
        remotesLo[oldest] = lo;
        identifications[oldest] = packet.identification();
        ports[oldest] = packet.srcPort() << 16 | packet.dstPort();
        protocols[oldest] = (byte) packet.protocol();
        ends[oldest] = packet.fragmentLength();
        seconds[oldest] = nowSeconds;
        return null;
    }

    private int window(int session) {
        long h = (session ^ seed) * 0x9e3779b97f4a7c15L;
        return ((int) (h >>> 40) & (WINDOWS - 1)) * NOTES;
    }
}
