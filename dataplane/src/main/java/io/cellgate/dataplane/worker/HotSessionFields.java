package io.cellgate.dataplane.worker;

import io.cellgate.policy.PolicySlot;
import org.jspecify.annotations.Nullable;

/**
 * What each packet of an established flow asks of its session or changes in it, apart from all else: Java lays out the fields
 * of a superclass together and first, so these take three cache lines at most, whatever {@link DeviceSession} holds beside
 * them. With a million sessions each line is one access to memory a packet.
 */
abstract class HotSessionFields {
    /** No link: packets are in a tunnel. */
    static final int TUNNEL = -1;

    long packetsUp;
    long bytesUp;
    long packetsDown;
    long bytesDown;
    /** The low half of the device's IPv4 address, mapped. */
    long ipv4Lo;
    /** The device's /64. */
    long prefixHi;
    long peerHi;
    long peerLo;
    /** Of the policies by which the session was last judged. */
    long revision;
    /** Its number in the worker's tables. */
    final int slot;
    /** Grows whenever verdicts of flows must be reached again: another policy, facts, or peers. */
    int epoch = 1;
    int carrierIndex;
    /** Where its packets come and go as they are; {@link #TUNNEL} where they do so in a tunnel. */
    int link;
    /** Of its tunnel at the peer, which is at {@link #peerHi}, {@link #peerLo}; 0 where it has none. */
    int remoteTeid;
    /** Of which hour since 1970 that is what was not reported. */
    int unreportedHour;
    /** Whether it is among those that are to be reported. */
    boolean isUnreported;
    /** Whether its SIM's meter must be asked, and told, at each packet: a quota, a rule on what was used, a capture. */
    boolean isWatched;
    /** Nothing is to be sent to the device now. */
    boolean downlinkHeld;
    boolean hasIpv4;
    boolean hasIpv6;
    /** Whether any rule asks for the time, and whether any asks for what its SIM has used. */
    boolean timed;
    boolean metered;
    PolicySlot policies;
    /** Its SIM's; null before it is installed and after it has ended. */
    @Nullable
    SimMeter meter;

    HotSessionFields(int slot, PolicySlot policies) {
        this.slot = slot;
        this.policies = policies;
    }

    /** Reads from each cache line of these, so that they are in the cache; the value means nothing. */
    final long touch() {
        return packetsUp + peerHi + slot + (meter == null ? 0 : 1);
    }
}
