package io.cellgate.control.log;

import java.net.InetAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A line of a log.
 *
 * @param id         grows with each line of its kind, over restarts too; 0 until it is written
 * @param atMillis   when, UTC
 * @param owner      whose it was then
 * @param event      what happened: of a flow its kind of event, of signalling the procedure
 * @param reason     why packets are dropped, or a message was refused; null if none
 * @param cause      of signalling: the cause that the peer was told; else 0
 * @param remote     the address at the other end; of signalling the peer
 * @param remotePort 0 where there is none
 * @param names      of the remote address, or of the query: the one it was judged by first
 * @param detail     of a request its method and path, of a query its type, of signalling what was got and expected
 * @param traffic    of flows and queries; null of signalling
 * @param session    what policies knew of the session then, as {@link RecordedFacts} writes it; null where there is none
 * @param facts      what they knew beside that and what is in this line, likewise
 * @param shadow     of an event shadow what the policy in shadow mode says; else null
 */
public record LogEntry(long id, long atMillis, Owner owner, String event, String verdict,
        Decider decider, @Nullable String reason, int cause, @Nullable InetAddress remote,
        int remotePort, List<String> names, @Nullable String detail, @Nullable Traffic traffic,
        @Nullable String session, @Nullable String facts, @Nullable String shadow) {

    /** Account, SIM (ICCID) and IMSI; each null where it is not known. */
    public record Owner(@Nullable String account, @Nullable String sim, @Nullable String imsi) {}

    /** The rule and policy that decided; null and 0 where none was asked. */
    public record Decider(@Nullable String rule, @Nullable String policy, long revision) {
        public static final Decider NONE = new Decider(null, null, 0);
    }

    /**
     * @param upward    whether the device began it
     * @param toDevice  whether the remote address was another device's
     * @param protocol  the number of RFC 790's list
     */
    public record Traffic(boolean upward, boolean toDevice, int protocol, InetAddress device,
            int devicePort, long startedMillis, long octetsUp, long packetsUp, long octetsDown,
            long packetsDown) {}

    public LogEntry {
        names = List.copyOf(names);
    }

    /** The name that it was judged by, or null. */
    public @Nullable String name() {
        return names.isEmpty() ? null : names.getFirst();
    }
}
