package io.cellgate.dataplane.signalling;

import io.cellgate.dataplane.radius.AccountingClient;
import io.cellgate.dataplane.radius.Binding;
import io.cellgate.dataplane.session.Access;
import io.cellgate.dataplane.session.AttachRequest;
import io.cellgate.dataplane.session.PdnType;
import io.cellgate.dataplane.session.Subscriber;
import io.cellgate.dataplane.session.UserPlaneSession;
import io.cellgate.dataplane.signalling.SessionRules.Ruling;
import io.cellgate.policy.subject.Imsi;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * A session that is its carrier's, of which accounting tells. We cannot refuse or end it; where it may not be it is barred,
 * which is to say that none of its packets passes, until it may be again or the carrier ends it. Owned by the signalling
 * thread.
 */
final class BoundSession {
    /** Names of its parts in the user plane, which has one /64 in each. */
    final int[] ids;
    final int link;
    /** Where we were told of it. */
    final InetAddress source;
    AccountingClient client;
    Binding binding;
    /** Whom it was let pass for last; null where it never was. */
    @Nullable
    Subscriber subscriber;
    Ruling ruling = new Ruling(null, null, List.of());
    /** Why it may not be; null where it may, or where that is not known yet. */
    @Nullable
    Reject barred;
    /** What the user plane was told of it last; empty where it has nothing of it. */
    List<UserPlaneSession> installed = List.of();
    /** Set when it ends; completes when nothing of it is forwarded, and that is durable. */
    @Nullable
    CompletableFuture<Void> gone;
    /** It is being judged. */
    boolean settling;
    /** Something has changed since that began. */
    boolean stale;
    /** Who waits for it to stand as it is to. */
    List<CompletableFuture<Void>> waiting = new ArrayList<>(1);

    BoundSession(AccountingClient client, Binding binding, InetAddress source, int link,
            int[] ids) {
        this.client = client;
        this.binding = binding;
        this.source = source;
        this.link = link;
        this.ids = ids;
    }

    /** How many parts the user plane has of such a binding. */
    static int parts(Binding binding) {
        return Math.max(1, binding.ipv6Prefixes().size());
    }

    Imsi imsi() {
        return binding.imsi();
    }

    boolean hasEnded() {
        return gone != null;
    }

    AttachRequest request() {
        PdnType type = binding.ipv6Prefixes().isEmpty()
                ? PdnType.IPV4
                : binding.ipv4() == null ? PdnType.IPV6 : PdnType.IPV4V6;
        return new AttachRequest(client.carrier(), binding.imsi(), binding.imei(), binding.apn(),
                binding.rat(), type, binding.location());
    }

    List<UserPlaneSession> forUserPlane(Subscriber whose) {
        List<UserPlaneSession> parts = new ArrayList<>(ids.length);
        AttachRequest request = request();
        for (int i = 0; i < ids.length; i++) {
            parts.add(new UserPlaneSession(ids[i], new Access.Plain(link),
                    client.carrier().index(), i == 0 ? binding.ipv4() : null,
                    binding.ipv6Prefixes().isEmpty() ? null : binding.ipv6Prefixes().get(i),
                    whose, request, binding.timeZone(), ruling.quarantine(), false));
        }
        return parts;
    }

    /** Null where the SIM was never known: there is nobody to show it to. */
    @Nullable
    SessionView view() {
        Subscriber whose = subscriber;
        Reject reason = barred;
        return whose == null
                ? null
                : new SessionView(ids[0], imsi(), 0, whose.iccid(), whose.account(),
                        whose.fleet(), binding.imei(), binding.apn(), binding.rat(),
                        request().pdnType(), binding.ipv4(),
                        binding.ipv6Prefixes().isEmpty()
                                ? null
                                : binding.ipv6Prefixes().getFirst(),
                        client.carrier().id(), source, null, binding.location(),
                        binding.since(), binding.heard(), whose.policy(), ruling.quarantine(),
                        reason == null ? null : reason.reason(), null);
    }
}
