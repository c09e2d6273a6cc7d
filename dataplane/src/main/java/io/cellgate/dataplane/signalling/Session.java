package io.cellgate.dataplane.signalling;

import io.cellgate.dataplane.gtpc.FqCsid;
import io.cellgate.dataplane.gtpc.BearerQos;
import io.cellgate.dataplane.gtpc.Ambr;
import io.cellgate.dataplane.gtpc.Octets;
import io.cellgate.dataplane.peer.Carrier;
import io.cellgate.dataplane.session.Access;
import io.cellgate.dataplane.session.AttachRequest;
import io.cellgate.dataplane.session.Subscriber;
import io.cellgate.dataplane.session.UserPlaneSession;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayDeque;
import java.util.concurrent.CompletableFuture;
import io.cellgate.dataplane.signalling.SessionRules.Ruling;
import org.jspecify.annotations.Nullable;

/** A PDN connection. Owned by the signalling thread. */
final class Session {
    private static final int MAX_WAITING_CHANGES = 8;

    final BearerKey key;
    final int controlTeid;
    final int userTeid;
    final int chargingId;
    final @Nullable Inet4Address ipv4;
    final @Nullable Inet6Address ipv6Prefix;
    final long interfaceId;
    final @Nullable String msisdn;
    final Instant since;

    GtpVersion version;
    Peer peer;
    Endpoint control;
    Endpoint user;
    AttachRequest request;
    Subscriber subscriber;
    /** What the session-phase rules said last. */
    Ruling ruling = Ruling.NOTHING;
    @Nullable
    ZoneOffset timeZone;
    /** The QoS profile that a GTPv1 peer asked for last. */
    Octets qosProfile;
    Instant changed;
    /** What its carrier says that the subscriber may have, of all connections to the APN and of this one, if it said. */
    @Nullable
    Ambr ambr;
    @Nullable
    BearerQos qos;
    /** Bits a second to which its SIM is held, having used up its quota; 0: to none. */
    long rateBps;
    /** What its carrier has agreed to hold it to: {@link #ambr}, or less where the SIM is held to a rate. */
    @Nullable
    Ambr agreed;
    /** Where its MME and SGW have it, TS 23.007 §16; null where they do not say. */
    @Nullable
    FqCsid mmeSets;
    @Nullable
    FqCsid sgwSets;
    /** The device is away for a telephone call, TS 29.274 §7.4. */
    boolean suspended;
    /** The user endpoint is an RNC's, TS 29.060 §7.7.81. */
    boolean directTunnel;
    /** That RNC has said that it has no tunnel for it, TS 23.007 §21.2. */
    boolean tunnelLost;
    /** An update of ours waits for the carrier's answer; one at a time. */
    boolean updating;
    /** Set when the session ends; completes when nothing of it is forwarded any more. */
    @Nullable
    CompletableFuture<Void> gone;
    /** A reevaluation that has not begun yet: another one would find out no more. */
    @Nullable
    CompletableFuture<Void> queuedReevaluation;
    /** The next session of the same IMSI, see {@link SessionTable}. */
    @Nullable
    Session nextOfImsi;

    private boolean changing;
    private @Nullable ArrayDeque<Runnable> waitingChanges;

    Session(CreateOrder order, Peer peer, Subscriber subscriber, Identity identity,
            @Nullable Inet4Address ipv4, @Nullable Inet6Address ipv6Prefix, Instant now) {
        this.key = order.key();
        this.controlTeid = identity.controlTeid();
        this.userTeid = identity.userTeid();
        this.chargingId = identity.chargingId();
        this.interfaceId = identity.interfaceId();
        this.ipv4 = ipv4;
        this.ipv6Prefix = ipv6Prefix;
        this.msisdn = order.msisdn();
        this.since = now;
        this.changed = now;
        this.version = order.version();
        this.peer = peer;
        this.control = order.control();
        this.user = order.user();
        this.request = order.request();
        this.subscriber = subscriber;
        this.timeZone = order.timeZone();
        this.qosProfile = order.qosProfile();
        this.ambr = order.bearer().ambr();
        this.qos = order.bearer().qos();
        this.rateBps = subscriber.allowance().rateBps();
        this.agreed = granted(ambr);
        this.mmeSets = order.bearer().mmeSets();
        this.sgwSets = order.bearer().sgwSets();
    }

    /** The random numbers of a session, none of which tells anything of another's. */
    record Identity(int controlTeid, int userTeid, int chargingId, long interfaceId) {}

    boolean hasEnded() {
        return gone != null;
    }

    Carrier carrier() {
        return request.carrier();
    }

    /** What of these rates it is granted. */
    @Nullable
    Ambr granted(@Nullable Ambr asked) {
        return asked == null || rateBps == 0 ? asked : asked.atMost(rateBps);
    }

    UserPlaneSession forUserPlane() {
        return new UserPlaneSession(userTeid, new Access.Tunnel(user.teid(), user.address()),
                carrier().index(), ipv4, ipv6Prefix, subscriber, request, timeZone,
                ruling.quarantine(),
                suspended || tunnelLost);
    }

    /**
     * Runs a change that ends with {@link #changeDone}, after those before it. False where too many wait already.
     */
    boolean change(Runnable change) {
        ArrayDeque<Runnable> waiting = waitingChanges;
        if (waiting != null && waiting.size() >= MAX_WAITING_CHANGES) {
            return false;
        }
        changeWithoutBound(change);
        return true;
    }

    /** As {@link #change}, for what must not be refused and comes but once. */
    void changeWithoutBound(Runnable change) {
        if (!changing) {
            changing = true;
            change.run();
            return;
        }
        ArrayDeque<Runnable> waiting = waitingChanges;
        if (waiting == null) {
            waiting = new ArrayDeque<>(2);
            waitingChanges = waiting;
        }
        waiting.add(change);
    }

    void changeDone() {
        ArrayDeque<Runnable> waiting = waitingChanges;
        Runnable next = waiting == null ? null : waiting.poll();
        if (next == null) {
            changing = false;
            waitingChanges = null;
        } else {
            next.run();
        }
    }

    SessionView view() {
        return new SessionView(userTeid, key.imsi(), key.ebi(), subscriber.iccid(),
                subscriber.account(), subscriber.fleet(), request.imei(), request.apn(),
                request.rat(), request.pdnType(), ipv4, ipv6Prefix, carrier().id(),
                control.address(), version, request.location(), since, changed,
                subscriber.policy(), ruling.quarantine(), null, agreed);
    }
}
