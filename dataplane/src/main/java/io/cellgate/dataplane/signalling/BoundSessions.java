package io.cellgate.dataplane.signalling;

import io.cellgate.dataplane.radius.Binding;
import io.cellgate.policy.subject.Imsi;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The sessions that carriers have themselves, by each of their keys; and which bearers are over. */
final class BoundSessions {
    /** Ends are remembered for longer than a carrier's gateway goes on to repeat what came before them. */
    private static final long REMEMBER_ENDS_MILLIS = 600_000;
    private static final int MAX_ENDS = 200_000;

    private final Map<BearerId, BoundSession> byBearer = new HashMap<>();
    private final Map<InetAddress, BoundSession> byAddress = new HashMap<>();
    private final Map<Imsi, Set<BoundSession>> byImsi = new HashMap<>();
    /** The one of which nothing was said for longest is the first. */
    private final Map<String, LinkedHashSet<BoundSession>> byClient = new HashMap<>();
    private final LinkedHashMap<BearerId, Long> ends = new LinkedHashMap<>();

    /** A bearer, as a gateway of a carrier's names it. */
    record BearerId(String client, String nas, String session) {}

    private static List<BearerId> bearers(Binding binding) {
        return binding.bearers().stream()
                .map(each -> new BearerId(binding.client(), binding.nas(), each)).toList();
    }

    void add(BoundSession session) {
        Binding binding = session.binding;
        bearers(binding).forEach(id -> {
            byBearer.put(id, session);
            ends.remove(id);
        });
        binding.addresses().forEach(address -> byAddress.put(address, session));
        byImsi.computeIfAbsent(session.imsi(), _ -> new LinkedHashSet<>(2)).add(session);
        heard(session);
    }

    /** Its bearers are over with it. */
    void remove(BoundSession session, long nowMillis) {
        Binding binding = session.binding;
        bearers(binding).forEach(id -> end(id, nowMillis));
        binding.addresses().forEach(address -> byAddress.remove(address, session));
        Set<BoundSession> ofSim = byImsi.getOrDefault(session.imsi(), Set.of());
        ofSim.remove(session);
        if (ofSim.isEmpty()) {
            byImsi.remove(session.imsi());
        }
        byClient.getOrDefault(binding.client(), new LinkedHashSet<>()).remove(session);
    }

    /** Something was said of it just now. */
    void heard(BoundSession session) {
        LinkedHashSet<BoundSession> order = byClient.computeIfAbsent(session.binding.client(),
                _ -> new LinkedHashSet<>());
        order.remove(session);
        order.add(session);
    }

    void addBearer(BoundSession session, BearerId id) {
        Set<String> more = new HashSet<>(session.binding.bearers());
        more.add(id.session());
        session.binding = session.binding.with(more);
        byBearer.put(id, session);
    }

    /** One of several bearers of a session is over. */
    void endBearer(BoundSession session, BearerId id, long nowMillis) {
        Set<String> less = new HashSet<>(session.binding.bearers());
        less.remove(id.session());
        session.binding = session.binding.with(less);
        end(id, nowMillis);
    }

    /** A bearer is over, whether or not we knew of it. */
    void end(BearerId id, long nowMillis) {
        byBearer.remove(id);
        ends.remove(id);
        ends.put(id, nowMillis + REMEMBER_ENDS_MILLIS);
        Iterator<Long> oldest = ends.values().iterator();
        while (oldest.hasNext() && (oldest.next() <= nowMillis || ends.size() > MAX_ENDS)) {
            oldest.remove();
        }
    }

    /** Whether a bearer is over, so that what is said of it comes late. */
    boolean isOver(BearerId id, long nowMillis) {
        Long until = ends.get(id);
        return until != null && until > nowMillis;
    }

    /** A gateway begins anew, and gives identities anew. */
    void forgetEnds(String client, String nas) {
        ends.keySet().removeIf(id -> id.client().equals(client) && id.nas().equals(nas));
    }

    @Nullable
    BoundSession of(BearerId id) {
        return byBearer.get(id);
    }

    @Nullable
    BoundSession at(InetAddress address) {
        return byAddress.get(address);
    }

    List<BoundSession> of(Imsi imsi) {
        return List.copyOf(byImsi.getOrDefault(imsi, Set.of()));
    }

    List<BoundSession> ofClient(String client) {
        return List.copyOf(byClient.getOrDefault(client, new LinkedHashSet<>()));
    }

    int sizeOf(String client) {
        LinkedHashSet<BoundSession> all = byClient.get(client);
        return all == null ? 0 : all.size();
    }

    /** The session of a client of which nothing was said for longest. */
    @Nullable
    BoundSession longestUnheard(String client) {
        LinkedHashSet<BoundSession> order = byClient.get(client);
        return order == null || order.isEmpty() ? null : order.getFirst();
    }

    List<BoundSession> all() {
        List<BoundSession> all = new ArrayList<>();
        byClient.values().forEach(all::addAll);
        return all;
    }
}
