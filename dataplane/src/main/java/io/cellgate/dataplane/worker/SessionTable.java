package io.cellgate.dataplane.worker;

import io.cellgate.dataplane.packet.IpAddresses;
import io.cellgate.dataplane.session.UserPlaneSession;
import java.util.ArrayList;
import java.util.List;
import org.agrona.collections.Int2ObjectHashMap;
import org.agrona.collections.IntArrayList;
import org.agrona.collections.Long2ObjectHashMap;
import org.jspecify.annotations.Nullable;

/** A worker's sessions: by the TEID of uplink packets, by the destination of downlink ones, by the peer's TEID. */
final class SessionTable {
    private final Int2ObjectHashMap<DeviceSession> byTeid = new Int2ObjectHashMap<>();
    private final Int2ObjectHashMap<DeviceSession> byIpv4 = new Int2ObjectHashMap<>();
    private final Long2ObjectHashMap<DeviceSession> byPrefix = new Long2ObjectHashMap<>();
    private final Int2ObjectHashMap<DeviceSession> byRemoteTeid = new Int2ObjectHashMap<>();
    private final List<@Nullable DeviceSession> bySlot = new ArrayList<>();
    private final IntArrayList freeSlots = new IntArrayList();
    private final int maxBindings;

    SessionTable(int maxBindings) {
        this.maxBindings = maxBindings;
    }

    int size() {
        return byTeid.size();
    }

    @Nullable
    DeviceSession byTeid(int teid) {
        return byTeid.get(teid);
    }

    /** The session whose device has this address. */
    @Nullable
    DeviceSession byAddress(long hi, long lo) {
        return IpAddresses.isIpv4(hi, lo) ? byIpv4.get((int) lo) : byPrefix.get(hi);
    }

    @Nullable
    DeviceSession bySlot(int slot) {
        return bySlot.get(slot);
    }

    /** The session whose tunnel at the peer with this address has this identifier. */
    @Nullable
    DeviceSession byRemote(int teid, long hi, long lo) {
        DeviceSession session = byRemoteTeid.get(teid);
        while (session != null && !session.isRemote(teid, hi, lo)) {
            session = session.nextOfRemoteTeid;
        }
        return session;
    }

    Iterable<DeviceSession> all() {
        return byTeid.values();
    }

    DeviceSession add(UserPlaneSession session) {
        int slot = freeSlots.isEmpty() ? bySlot.size() : freeSlots.popInt();
        DeviceSession added = new DeviceSession(slot, session, maxBindings);
        if (slot == bySlot.size()) {
            bySlot.add(added);
        } else {
            bySlot.set(slot, added);
        }
        byTeid.put(added.localTeid, added);
        index(added);
        return added;
    }

    void replace(DeviceSession existing, UserPlaneSession session) {
        unindex(existing);
        existing.replaceBy(session);
        index(existing);
    }

    void remove(DeviceSession session) {
        unindex(session);
        byTeid.remove(session.localTeid);
        bySlot.set(session.slot, null);
        freeSlots.addInt(session.slot);
        session.live = false;
    }

    private void index(DeviceSession session) {
        if (session.hasIpv4) {
            byIpv4.put((int) session.ipv4Lo, session);
        }
        if (session.hasIpv6) {
            byPrefix.put(session.prefixHi, session);
        }
        session.nextOfRemoteTeid = byRemoteTeid.put(session.remoteTeid, session);
    }

    private void unindex(DeviceSession session) {
        if (session.hasIpv4 && byIpv4.get((int) session.ipv4Lo) == session) {
            byIpv4.remove((int) session.ipv4Lo);
        }
        if (session.hasIpv6 && byPrefix.get(session.prefixHi) == session) {
            byPrefix.remove(session.prefixHi);
        }
        DeviceSession first = byRemoteTeid.get(session.remoteTeid);
        if (first == session) {
            if (session.nextOfRemoteTeid == null) {
                byRemoteTeid.remove(session.remoteTeid);
            } else {
                byRemoteTeid.put(session.remoteTeid, session.nextOfRemoteTeid);
            }
        } else {
            for (DeviceSession at = first; at != null; at = at.nextOfRemoteTeid) {
                if (at.nextOfRemoteTeid == session) {
                    at.nextOfRemoteTeid = session.nextOfRemoteTeid;
                }
            }
        }
        session.nextOfRemoteTeid = null;
    }
}
