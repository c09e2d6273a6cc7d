package io.cellgate.dataplane.signalling;

import io.cellgate.dataplane.gtpc.FqCsid;
import io.cellgate.dataplane.gtpc.Octets;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Which sessions are in which set of connections of an MME or SGW, so that a whole set can end (TS 23.007 §16). */
final class ConnectionSets {
    private final Map<Place, Set<Session>> bySet = new HashMap<>();

    private record Place(int nodeIdType, Octets nodeId, int set) {}

    void add(Session session) {
        forEachPlace(session,
                (place, s) -> bySet.computeIfAbsent(place, _ -> new HashSet<>()).add(s));
    }

    void remove(Session session) {
        forEachPlace(session, (place, s) -> bySet.computeIfPresent(place,
                (_, sessions) -> sessions.remove(s) && sessions.isEmpty() ? null : sessions));
    }

    private static void forEachPlace(Session session, BiConsumer<Place, Session> then) {
        forEachPlace(session.mmeSets, place -> then.accept(place, session));
        forEachPlace(session.sgwSets, place -> then.accept(place, session));
    }

    private static void forEachPlace(@Nullable FqCsid sets,
            Consumer<Place> then) {
        if (sets != null) {
            sets.sets().forEach(set -> then
                    .accept(new Place(sets.nodeIdType(), sets.nodeId(), set)));
        }
    }

    /** The sessions in any of these sets. */
    Set<Session> in(FqCsid sets) {
        Set<Session> found = new HashSet<>();
        forEachPlace(sets, place -> found.addAll(bySet.getOrDefault(place, Set.of())));
        return found;
    }
}
