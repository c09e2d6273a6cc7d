package io.cellgate.dataplane.signalling;

import io.cellgate.dataplane.gtpc.FqCsid;
import io.cellgate.policy.subject.Imsi;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntPredicate;
import org.agrona.collections.Int2ObjectHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The live sessions by each of their keys. A SIM has few, so those of an IMSI are a chain through the sessions
 * themselves, and [IMSI, EBI] is a walk along it.
 */
final class SessionTable {
    private final Int2ObjectHashMap<Session> byControlTeid = new Int2ObjectHashMap<>();
    private final Int2ObjectHashMap<Session> byUserTeid = new Int2ObjectHashMap<>();
    private final Map<Imsi, Session> byImsi = new HashMap<>();
    private final SecureRandom random;
    private volatile int size;
    /** By where their MME and SGW have them. */
    final ConnectionSets sets = new ConnectionSets();

    SessionTable(SecureRandom random) {
        this.random = random;
    }

    /**
     * Numbers that no live session has and nobody can guess.
     *
     * @param suits which TEIDs the user plane takes
     */
    Session.Identity newIdentity(IntPredicate suits) {
        long interfaceId = random.nextLong();
        return new Session.Identity(newTeid(byControlTeid, _ -> true),
                newTeid(byUserTeid, suits), random.nextInt(),
                interfaceId == 0 ? 1 : interfaceId);
    }

    private int newTeid(Int2ObjectHashMap<Session> taken, IntPredicate suits) {
        int teid = random.nextInt();
        while (teid == 0 || taken.containsKey(teid) || !suits.test(teid)) {
            teid = random.nextInt();
        }
        return teid;
    }

    void add(Session session) {
        byControlTeid.put(session.controlTeid, session);
        byUserTeid.put(session.userTeid, session);
        session.nextOfImsi = byImsi.put(session.key.imsi(), session);
        session.peer.add(session);
        sets.add(session);
        size = byControlTeid.size();
    }

    void remove(Session session) {
        byControlTeid.remove(session.controlTeid);
        byUserTeid.remove(session.userTeid);
        size = byControlTeid.size();
        session.peer.remove(session);
        sets.remove(session);
        Imsi imsi = session.key.imsi();
        Session before = null;
        for (Session s = byImsi.get(imsi); s != session && s != null; s = s.nextOfImsi) {
            before = s;
        }
        Session after = session.nextOfImsi;
        session.nextOfImsi = null;
        if (before != null) {
            before.nextOfImsi = after;
        } else if (after != null) {
            byImsi.put(imsi, after);
        } else {
            byImsi.remove(imsi);
        }
    }

    /** The session is with another peer, or its peer speaks another version now. */
    void move(Session session, Peer to, GtpVersion version) {
        session.peer.remove(session);
        session.peer = to;
        session.version = version;
        to.add(session);
    }

    /** Its MME or SGW has it in another set; null where that stays. */
    void regroup(Session session, @Nullable FqCsid mmeSets, @Nullable FqCsid sgwSets) {
        if (mmeSets == null && sgwSets == null) {
            return;
        }
        sets.remove(session);
        session.mmeSets = mmeSets == null ? session.mmeSets : mmeSets;
        session.sgwSets = sgwSets == null ? session.sgwSets : sgwSets;
        sets.add(session);
    }

    /** A session that has taken the place of another: its user plane tunnel and what the device knows of it are the same. */
    Session.Identity identityAfter(Session before) {
        return new Session.Identity(newTeid(byControlTeid, _ -> true), before.userTeid,
                before.chargingId,
                before.interfaceId);
    }

    @Nullable
    Session byControlTeid(int teid) {
        return byControlTeid.get(teid);
    }

    @Nullable
    Session byUserTeid(int teid) {
        return byUserTeid.get(teid);
    }

    @Nullable
    Session find(BearerKey key) {
        Session session = byImsi.get(key.imsi());
        while (session != null && session.key.ebi() != key.ebi()) {
            session = session.nextOfImsi;
        }
        return session;
    }

    List<Session> of(Imsi imsi) {
        List<Session> sessions = new ArrayList<>(1);
        for (Session s = byImsi.get(imsi); s != null; s = s.nextOfImsi) {
            sessions.add(s);
        }
        return sessions;
    }

    List<Session> all() {
        return new ArrayList<>(byControlTeid.values());
    }

    /** Any thread may ask. */
    int size() {
        return size;
    }
}
