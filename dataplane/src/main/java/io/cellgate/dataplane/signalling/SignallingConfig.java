package io.cellgate.dataplane.signalling;

import java.net.InetAddress;
import java.time.Duration;

/**
 * How the gateway speaks GTP-C.
 *
 * @param address            where it listens, and what it names as its control endpoint; a real address, not the
 *                           wildcard. Default 127.0.0.1
 * @param port               UDP port it listens on. Default 2123
 * @param peerPort           UDP port to which its own requests go. Default 2123
 * @param t3                 how long it waits for an answer before it repeats a request (T3-RESPONSE). Default 3 s
 * @param n3                 how often it sends a request at most (N3-REQUESTS). Default 3
 * @param echoInterval       how long after an Echo Request to a peer with sessions the next one follows; TS 29.274
 *                           §7.1.1 wants at least 60 s. Default 60 s
 * @param restartCounter     our Recovery value, 0 to 255: one more than at the last start (TS 23.007 §18)
 * @param maxPendingAttaches attaches that may wait for the inventory at once; more are refused with "no
 *                           resources". Default 20000
 * @param repliesPerPeer     replies kept for one peer's retransmissions; past it the oldest goes. Default 100000
 * @param paths              what is known of peers from before, and hears what becomes of them. Default nothing
 */
public record SignallingConfig(InetAddress address, int port, int peerPort, Duration t3, int n3,
        Duration echoInterval, int restartCounter, int maxPendingAttaches, int repliesPerPeer,
        PathMemory paths) {
    public static final int GTP_C_PORT = 2123;

    public SignallingConfig {
        if (address.isAnyLocalAddress()) {
            throw new IllegalArgumentException("GTP-C address: got the wildcard "
                    + address.getHostAddress() + ", expected an address that peers can send to");
        }
        if (restartCounter < 0 || restartCounter > 255) {
            throw new IllegalArgumentException(
                    "restart counter: got " + restartCounter + ", expected 0 to 255");
        }
        if (t3.isNegative() || t3.isZero() || n3 < 1) {
            throw new IllegalArgumentException("T3 and N3: got " + t3 + " and " + n3
                    + ", expected more than nothing and at least 1");
        }
    }

    public static SignallingConfig defaults(int restartCounter) {
        return new SignallingConfig(InetAddress.getLoopbackAddress(), GTP_C_PORT, GTP_C_PORT,
                Duration.ofSeconds(3), 3, Duration.ofSeconds(60), restartCounter, 20_000, 100_000,
                PathMemory.NONE);
    }

    public SignallingConfig at(InetAddress newAddress) {
        return new SignallingConfig(newAddress, port, peerPort, t3, n3, echoInterval,
                restartCounter, maxPendingAttaches, repliesPerPeer, paths);
    }

    public SignallingConfig onPorts(int newPort, int newPeerPort) {
        return new SignallingConfig(address, newPort, newPeerPort, t3, n3, echoInterval,
                restartCounter, maxPendingAttaches, repliesPerPeer, paths);
    }

    public SignallingConfig withTimers(Duration newT3, int newN3, Duration newEchoInterval) {
        return new SignallingConfig(address, port, peerPort, newT3, newN3, newEchoInterval,
                restartCounter, maxPendingAttaches, repliesPerPeer, paths);
    }

    public SignallingConfig withPending(int newMaxPendingAttaches) {
        return new SignallingConfig(address, port, peerPort, t3, n3, echoInterval, restartCounter,
                newMaxPendingAttaches, repliesPerPeer, paths);
    }

    public SignallingConfig withPaths(PathMemory memory) {
        return new SignallingConfig(address, port, peerPort, t3, n3, echoInterval, restartCounter,
                maxPendingAttaches, repliesPerPeer, memory);
    }
}
