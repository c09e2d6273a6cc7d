package io.cellgate.dataplane.flow;

import io.cellgate.dataplane.inspect.Application;
import io.cellgate.dataplane.packet.DropReason;
import io.cellgate.dataplane.session.Subscriber;
import io.cellgate.dataplane.session.UserPlaneSession;
import io.cellgate.dns.DnsAnswer;
import io.cellgate.policy.Decision;
import java.net.InetAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One line of the flow log.
 *
 * @param event          what happened
 * @param epochMillis    when, UTC
 * @param startedMillis  when the flow began, UTC
 * @param session        whose it is, and what was known of its session then
 * @param upward         whether the device began it
 * @param protocol       the number of RFC 790's list: 1, 6, 17, 58
 * @param device         the device's address
 * @param devicePort     0 where the protocol has none; an echo's identifier
 * @param remotePort     likewise
 * @param toDevice       whether the remote address is another device's
 * @param name           the name by which it was judged: resolved by the device, its SNI or Host; null if none
 * @param said           whether the device said that name itself: SNI or Host
 * @param names          all names that were bound to the remote address, at most {@link #MAX_NAMES} beside the one that
 *                       was bound when the flow began
 * @param detail         of an HTTP request its method and path, of a DNS query its type; null if none
 * @param application    what its first octets show; UNDECIDED where they were not looked at, or not yet
 * @param offer          of a TLS connection what its ClientHello said; null if none was read
 * @param answer         of a DNS query the answer that it was judged by; null where it was judged without one
 * @param rule           the rule that decided, "default", or null where none was asked
 * @param policy         that rule's policy; null where none was asked
 * @param policyRevision the revision under which it was decided; 0 where none was asked
 * @param dropReason     null where it is allowed
 * @param shadow         of an event of that kind what differs; else null
 */
public record FlowRecord(Event event, long epochMillis, long startedMillis,
        UserPlaneSession session, boolean upward, int protocol, InetAddress device, int devicePort,
        InetAddress remote, int remotePort, boolean toDevice, @Nullable String name, boolean said,
        List<String> names, @Nullable String detail, Application application,
        @Nullable TlsOffer offer, @Nullable DnsAnswer answer, FlowVerdict verdict,
        @Nullable String rule,
        @Nullable String policy, long policyRevision,
        @Nullable DropReason dropReason, long bytesUp, long packetsUp, long bytesDown,
        long packetsDown, @Nullable Shadow shadow) {
    /** Names bound to one address that a record tells of. */
    public static final int MAX_NAMES = 8;
    /** Octets of a request's path that a record tells of. */
    public static final int MAX_PATH_OCTETS = 256;

    public FlowRecord {
        names = List.copyOf(names);
    }

    public Subscriber subscriber() {
        return session.subscriber();
    }

    /**
     * What a policy in shadow mode says where it differs from the enforced one.
     *
     * @param phase     the phase that was decided
     * @param insteadOf the action that the enforced policy took
     * @param action    the action that the shadow policy would have taken
     * @param rule      the rule of the shadow policy
     */
    public record Shadow(String phase, String insteadOf, String action, String rule, String policy,
            long policyRevision) {
        static Shadow of(Decision said, Decision beside) {
            return new Shadow(said.phase().text(), said.action().text(), beside.action().text(),
                    beside.ruleId(), beside.policyName(), beside.policyRevision());
        }
    }

    /** What happened. */
    public enum Event {
        /** It began and was judged, or was judged anew with another outcome. */
        VERDICT,
        /** An HTTP request, or a TLS connection's beginning, of a flow was judged. */
        REQUEST,
        /** A DNS query was judged. */
        DNS,
        /** A rule with the action {@code log} matched it. */
        LOG_RULE,
        /** A policy in shadow mode would have decided it otherwise. */
        SHADOW,
        /** It is over: closed, idle, or its session ended. */
        END;

        private static final Event[] ALL = values();

        /** How the log's ring holds it. */
        public int index() {
            return ordinal();
        }

        public static Event of(int index) {
            return ALL[index];
        }
    }
}
