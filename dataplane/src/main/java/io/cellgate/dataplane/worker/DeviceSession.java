package io.cellgate.dataplane.worker;

import io.cellgate.dataplane.capture.PacketCapture;
import io.cellgate.dataplane.flow.FlowTable;
import io.cellgate.dataplane.packet.IpAddresses;
import io.cellgate.dataplane.session.Access;
import io.cellgate.dataplane.session.SessionFacts;
import io.cellgate.dataplane.session.UserPlaneSession;
import io.cellgate.dataplane.usage.UsageFeed;
import io.cellgate.policy.Field;
import io.cellgate.policy.PolicySlot;
import io.cellgate.policy.SessionPolicy;
import java.net.InetAddress;
import java.time.ZoneOffset;
import org.jspecify.annotations.Nullable;

/** A session as its worker holds it. Only the worker touches it. */
final class DeviceSession {
    /** No link: packets are in a tunnel. */
    static final int TUNNEL = -1;
    /**
     * Where rules ask for what the SIM has used, flows are judged again when that has grown by so much, or when another
     * second has begun.
     */
    static final int USAGE_STEP_OCTETS = 4096;
    /** Until the first packet: a session that is only there costs its policy nothing. */
    private static final long NOT_FOLLOWED = Long.MIN_VALUE;

    /** Its number in the worker's tables. */
    final int slot;
    /** Where its {@link SessionRecords record} is: what packets ask for is written there, too. */
    private final SessionRecords records;
    NameBindings names = NameBindings.NONE;
    int localTeid;
    /** The low half of the device's IPv4 address, mapped. */
    long ipv4Lo;
    /** The device's /64. */
    long prefixHi;
    long peerHi;
    long peerLo;
    int carrierIndex;
    /** Where its packets come and go as they are; {@link #TUNNEL} where they do so in a tunnel. */
    int link;
    /** Of its tunnel at the peer, which is at {@link #peerHi}, {@link #peerLo}; 0 where it has none. */
    int remoteTeid;
    /** Whether its SIM's meter must be asked, and told, at each packet: {@link #watch}. */
    boolean isWatched;
    /** Nothing is to be sent to the device now. */
    boolean downlinkHeld;
    boolean hasIpv4;
    boolean hasIpv6;
    /** Whether any rule asks for the time, and whether any asks for what its SIM has used. */
    private boolean timed;
    boolean metered;
    /** Its SIM's; null before it is installed and after it has ended. */
    @Nullable
    SimMeter meter;
    /** As signalling installed it last. */
    UserPlaneSession origin;
    SessionPolicy policy;
    /** False once it has been removed: a reference that is still about, such as a DNS answer's, must not be used. */
    boolean live = true;
    /** Whether signalling was told that the peer has no such tunnel: a flood of this must not fill its queue. */
    boolean errorIndicated;
    int firstFlow = FlowTable.NONE;
    int flowCount;
    /** How many of them the kernel forwards by itself. */
    int kernelFlows;
    /** The next session of its SIM: {@link SimMeter}. */
    @Nullable
    DeviceSession nextOfSim;
    /** What it has forwarded, but for what its record has counted since {@link #fold}. */
    private long packetsUp;
    private long bytesUp;
    private long packetsDown;
    private long bytesDown;
    /** Of the policies by which the session was last judged. */
    private long revision;
    private PolicySlot policies;
    /** What of its counters was reported, and what of their octets its SIM's meter holds. */
    private long reportedPacketsUp;
    private long reportedBytesUp;
    private long reportedPacketsDown;
    private long reportedBytesDown;
    private long meteredBytes;
    private long minute;
    private long usageBytes;
    private int usageSecond;

    DeviceSession(int slot, SessionRecords records, UserPlaneSession session) {
        this.slot = slot;
        this.records = records;
        policies = session.subscriber().policy();
        origin = session;
        records.begin(slot);
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
        nextEpoch();
        takeOver(session);
    }

    private void takeOver(UserPlaneSession session) {
        errorIndicated = false;
        policies = session.subscriber().policy();
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
        records.addresses(slot, (int) ipv4Lo, prefixHi, peerHi, peerLo, remoteTeid);
        records.kind(slot,
                (hasIpv4 ? SessionRecords.HAS_IPV4 : 0) | (hasIpv6 ? SessionRecords.HAS_IPV6 : 0)
                        | (isTunnelled() ? SessionRecords.TUNNELLED : 0)
                        | (isWatched ? SessionRecords.WATCHED : 0)
                        | (downlinkHeld ? SessionRecords.DOWNLINK_HELD : 0)
                        | SessionRecords.ASKS_FOR_EPOCH,
                carrierIndex);
    }

    /**
     * The epoch under which a flow's verdict must have been reached to count.
     *
     * @param nowMinute  since 1970; where rules ask for the time, each minute has an epoch of its own
     * @param nowSeconds of any clock; where rules ask for what was used, each second has one
     */
    int currentEpoch(long nowMinute, int nowSeconds) {
        if (policies.current().revision() != revision) {
            nextEpoch(); // first: a fault in following leaves no verdict that counts
            follow();
        }
        if (metered) {
            long bytes = meter().bytesMonth;
            if (nowSeconds != usageSecond || bytes - usageBytes >= USAGE_STEP_OCTETS) {
                usageSecond = nowSeconds;
                usageBytes = bytes;
                nextEpoch();
            }
        }
        if (timed && nowMinute != minute) {
            minute = nowMinute;
            nextEpoch();
        }
        return epoch();
    }

    private void follow() {
        long followed = policy.revision();
        timed = policy.asksForTime();
        metered = policy.mentions(Field.USAGE_BYTES_DAY)
                || policy.mentions(Field.USAGE_BYTES_MONTH)
                || policy.mentions(Field.USAGE_FLOWS_MINUTE);
        records.flag(slot, SessionRecords.ASKS_FOR_EPOCH, timed || metered);
        meter().watch();
        revision = followed;
    }

    /** Under which a verdict that is reached now counts. */
    int epoch() {
        return records.epoch(slot);
    }

    /** Has the verdicts of its flows reached again. */
    void nextEpoch() {
        records.nextEpoch(slot);
    }

    /** Of which hour since 1970 that is what was not reported. */
    int unreportedHour() {
        return records.hour(slot);
    }

    /** Has its SIM's meter asked, and told, at each packet, or not: a quota, a rule on what was used, a capture. */
    void watch(boolean matters) {
        isWatched = matters;
        records.flag(slot, SessionRecords.WATCHED, matters);
    }

    /** Adds packets that were forwarded to its counters. */
    void count(long morePacketsUp, long moreBytesUp, long morePacketsDown, long moreBytesDown) {
        packetsUp += morePacketsUp;
        bytesUp += moreBytesUp;
        packetsDown += morePacketsDown;
        bytesDown += moreBytesDown;
    }

    /** Takes what its record has counted. */
    private void fold() {
        long up = records.takeUp(slot);
        long down = records.takeDown(slot);
        count(SessionRecords.packets(up), SessionRecords.octets(up), SessionRecords.packets(down),
                SessionRecords.octets(down));
    }

    /** What it has forwarded. */
    SessionUsage usage() {
        fold();
        return new SessionUsage(localTeid, packetsUp, bytesUp, packetsDown, bytesDown, flowCount);
    }

    /** What it forwarded since this was asked last: its SIM's meter counts it now. */
    long takeUnmetered() {
        fold();
        long bytes = bytesUp + bytesDown - meteredBytes;
        meteredBytes += bytes;
        return bytes;
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

    /** Whoever captures its SIM's packets; null: nobody does. */
    @Nullable
    PacketCapture capture() {
        SimMeter its = isWatched ? meter : null;
        return its == null ? null : its.capture;
    }

    boolean hasUnreportedPackets() {
        fold();
        return packetsUp != reportedPacketsUp || packetsDown != reportedPacketsDown;
    }

    /** Fills a report with what it has forwarded since the last one. */
    void report(UsageFeed.Entry entry) {
        fold();
        entry.session = origin;
        entry.packetsUp = packetsUp - reportedPacketsUp;
        entry.bytesUp = bytesUp - reportedBytesUp;
        entry.packetsDown = packetsDown - reportedPacketsDown;
        entry.bytesDown = bytesDown - reportedBytesDown;
        reportedPacketsUp = packetsUp;
        reportedBytesUp = bytesUp;
        reportedPacketsDown = packetsDown;
        reportedBytesDown = bytesDown;
    }

    /** Reads of each cache line that a report asks for, and of its record, so that they are in the cache; the value means nothing. */
    long touch() {
        return records.touch(slot) + packetsUp + meteredBytes + (meter == null ? 0 : 1);
    }

    /** As {@link #touch}, of what a flow that begins asks for. */
    long touchForFlow() {
        SimMeter its = meter;
        return ipv4Lo + minute + firstFlow + (its == null ? 0 : its.touch()) + policy.touch();
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
