package io.cellgate.dataplane.worker;

import io.cellgate.dataplane.flow.FlowTable;
import io.cellgate.dataplane.packet.IpAddresses;
import io.cellgate.dataplane.session.Access;
import io.cellgate.dataplane.session.SessionFacts;
import io.cellgate.dataplane.session.UserPlaneSession;
import io.cellgate.dataplane.usage.UsageFeed;
import io.cellgate.policy.Field;
import io.cellgate.policy.SessionPolicy;
import io.cellgate.policy.subject.MobileCountryCode;
import io.cellgate.policy.subject.Plmn;
import java.net.InetAddress;
import java.time.ZoneOffset;
import org.jspecify.annotations.Nullable;

/** A session as its worker holds it. Only the worker touches it. */
final class DeviceSession {
    /**
     * Where rules ask for what the SIM has used, flows are judged again when that has grown by so much, or when another
     * second has begun.
     */
    static final int USAGE_STEP_OCTETS = 4096;
    /** No link: packets are in a tunnel. */
    static final int TUNNEL = -1;

    /** Until the first packet: a session that is only there costs its policy nothing. */
    private static final long NOT_FOLLOWED = Long.MIN_VALUE;

    final int slot;
    NameBindings names = NameBindings.NONE;
    int localTeid;
    /** Of its tunnel at the peer, and where that is; 0 where it has none. */
    int remoteTeid;
    long peerHi;
    long peerLo;
    /** Where its packets come and go as they are; {@link #TUNNEL} where they do so in a tunnel. */
    int link;
    int carrierIndex;
    /** Nothing is to be sent to the device now. */
    boolean downlinkHeld;
    boolean hasIpv4;
    /** The low half of the device's IPv4 address, mapped. */
    long ipv4Lo;
    boolean hasIpv6;
    /** The device's /64. */
    long prefixHi;
    /** As signalling installed it last. */
    UserPlaneSession origin;
    SessionPolicy policy;
    /** False once it has been removed: a reference that is still about, such as a DNS answer's, must not be used. */
    boolean live = true;
    /** Grows whenever verdicts of flows must be reached again: another policy, facts, or peers. */
    int epoch = 1;
    /** Whether signalling was told that the peer has no such tunnel: a flood of this must not fill its queue. */
    boolean errorIndicated;
    int firstFlow = FlowTable.NONE;
    int flowCount;
    long packetsUp;
    long bytesUp;
    long packetsDown;
    long bytesDown;
    /** What of these was reported. */
    private long reportedPacketsUp;
    private long reportedBytesUp;
    private long reportedPacketsDown;
    private long reportedBytesDown;
    /** Its SIM's; null before it is installed and after it has ended. */
    @Nullable
    SimMeter meter;
    /** Whether it is in the list of those that are to be reported, what follows it there, and of which hour it is. */
    boolean isUnreported;
    @Nullable
    DeviceSession nextUnreported;
    long unreportedHour;
    private long revision;
    private boolean timed;
    private long minute;
    private boolean metered;
    private long usageBytes;
    private int usageSecond;

    DeviceSession(int slot, UserPlaneSession session) {
        this.slot = slot;
        origin = session;
        policy = policyOf(session);
        takeOver(session);
    }

    private static SessionPolicy policyOf(UserPlaneSession session) {
        SessionPolicy policy = new SessionPolicy(session.subscriber().policy(),
                () -> SessionFacts.of(session.subscriber(), session.request()));
        policy.quarantine(session.quarantine());
        return policy;
    }

    /** Becomes the session as it is now; its flows stay, and are judged anew. */
    void replaceBy(UserPlaneSession session) {
        policy = policyOf(session);
        epoch++;
        takeOver(session);
    }

    private void takeOver(UserPlaneSession session) {
        errorIndicated = false;
        localTeid = session.localTeid();
        switch (session.access()) {
            case Access.Tunnel(int teid, InetAddress peer) -> {
                link = TUNNEL;
                remoteTeid = teid;
                peerHi = IpAddresses.hi(peer);
                peerLo = IpAddresses.lo(peer);
            }
            case Access.Plain(int number) -> {
                link = number;
                remoteTeid = 0;
                peerHi = 0;
                peerLo = 0;
            }
        }
        carrierIndex = session.carrierIndex();
        downlinkHeld = session.downlinkHeld();
        origin = session;
        revision = NOT_FOLLOWED;
        hasIpv4 = session.ipv4() != null;
        ipv4Lo = session.ipv4() == null ? 0 : IpAddresses.lo(session.ipv4());
        hasIpv6 = session.ipv6Prefix() != null;
        prefixHi = session.ipv6Prefix() == null ? 0 : IpAddresses.hi(session.ipv6Prefix());
    }

    /**
     * The epoch under which a flow's verdict must have been reached to count.
     *
     * @param nowMinute  since 1970; where rules ask for the time, each minute has an epoch of its own
     * @param nowSeconds of any clock; where rules ask for what was used, each second has one
     */
    int currentEpoch(long nowMinute, int nowSeconds) {
        if (policy.revision() != revision) {
            follow();
            epoch++;
        }
        if (metered) {
            long bytes = meter().bytesMonth;
            if (nowSeconds != usageSecond || bytes - usageBytes >= USAGE_STEP_OCTETS) {
                usageSecond = nowSeconds;
                usageBytes = bytes;
                epoch++;
            }
        }
        if (timed && nowMinute != minute) {
            minute = nowMinute;
            epoch++;
        }
        return epoch;
    }

    /** Reads from each part of it that a packet needs, so that it is in the cache; the value means nothing. */
    long touch() {
        return ipv4Lo + bytesUp + usageBytes + epoch + carrierIndex + (meter == null ? 0 : 1);
    }

    private void follow() {
        revision = policy.revision();
        timed = policy.asksForTime();
        metered = policy.mentions(Field.USAGE_BYTES_DAY)
                || policy.mentions(Field.USAGE_BYTES_MONTH)
                || policy.mentions(Field.USAGE_FLOWS_MINUTE);
    }

    /** Whether verdicts of its flows may change without anybody's doing: as time goes by, or as it is used. */
    boolean changesByItself() {
        return timed || metered;
    }

    /** Whether any rule asks for what its SIM has used. */
    boolean isMetered() {
        return metered;
    }

    SimMeter meter() {
        SimMeter its = meter;
        if (its == null) {
            throw new IllegalStateException("a session without its SIM's meter");
        }
        return its;
    }

    boolean hasUnreportedPackets() {
        return packetsUp != reportedPacketsUp || packetsDown != reportedPacketsDown;
    }

    /** Fills a report with what it has forwarded since the last one. */
    void report(UsageFeed.Entry entry) {
        Plmn plmn = origin.request().location().plmn();
        entry.subscriber = origin.subscriber();
        entry.carrier = origin.request().carrier().id();
        entry.country = plmn == null ? null : MobileCountryCode.country(plmn);
        entry.packetsUp = packetsUp - reportedPacketsUp;
        entry.bytesUp = bytesUp - reportedBytesUp;
        entry.packetsDown = packetsDown - reportedPacketsDown;
        entry.bytesDown = bytesDown - reportedBytesDown;
        reportedPacketsUp = packetsUp;
        reportedBytesUp = bytesUp;
        reportedPacketsDown = packetsDown;
        reportedBytesDown = bytesDown;
    }

    /** Where the device is; null where that is not known. */
    @Nullable
    ZoneOffset timeZone() {
        return origin.timeZone();
    }

    /** The high half of the address that the device has on its side of a flow with this remote address. */
    long deviceHi(long remoteHi, long remoteLo) {
        return IpAddresses.isIpv4(remoteHi, remoteLo) ? 0 : prefixHi;
    }

    /** Whether the address is the device's own. */
    boolean has(long hi, long lo) {
        return IpAddresses.isIpv4(hi, lo)
                ? hasIpv4 && lo == ipv4Lo
                : hasIpv6 && hi == prefixHi;
    }

    /** Whether its packets come and go in a tunnel. */
    boolean isTunnelled() {
        return link == TUNNEL;
    }

    boolean isRemote(int teid, long addressHi, long addressLo) {
        return remoteTeid == teid && peerHi == addressHi && peerLo == addressLo;
    }
}
