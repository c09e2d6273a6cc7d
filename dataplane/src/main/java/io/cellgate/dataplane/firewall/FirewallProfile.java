package io.cellgate.dataplane.firewall;

import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;

/**
 * How strictly the firewall checks a carrier.
 *
 * @param modes        of the checks, each of them; a check with a {@link FirewallCheck#fixedReason} drops
 * @param perPeer      how fast messages of each class may come from one peer
 * @param perCarrier   how fast from all peers of the carrier together
 * @param peerTunnels  sessions that one peer, or one accounting client, may have. Default 1 000 000
 * @param carrierTunnels sessions that the carrier may have. Default 2 000 000
 * @param alarmPercent part of a rate or limit from which on it is told of, before anything is dropped. Default 80
 */
public record FirewallProfile(Map<FirewallCheck, FirewallMode> modes,
        Map<MessageClass, Rate> perPeer, Map<MessageClass, Rate> perCarrier, int peerTunnels,
        int carrierTunnels, int alarmPercent) {

    private static final FirewallProfile DEFAULTS = makeDefaults();

    /**
     * A rate with a burst.
     *
     * @param perSecond on average
     * @param burst     at once
     */
    public record Rate(int perSecond, int burst) {
        public Rate {
            if (perSecond < 1 || burst < 1) {
                throw new IllegalArgumentException("rate: got " + perSecond
                        + " a second and a burst of " + burst + ", expected at least 1 of each");
            }
        }

        @Override
        public String toString() {
            return perSecond + " a second and " + burst + " at once";
        }
    }

    public FirewallProfile {
        modes = Map.copyOf(modes);
        perPeer = Map.copyOf(perPeer);
        perCarrier = Map.copyOf(perCarrier);
        for (FirewallCheck check : FirewallCheck.values()) {
            FirewallMode mode = modes.get(check);
            if (mode == null) {
                throw new IllegalArgumentException(
                        "firewall: got no mode for " + check.text() + ", expected one");
            }
            if (mode != FirewallMode.DROP && check.fixedReason() != null) {
                throw new IllegalArgumentException(check.text() + ": got " + mode.text()
                        + ", expected drop: " + check.fixedReason());
            }
        }
        for (MessageClass kind : MessageClass.values()) {
            if (!perPeer.containsKey(kind) || !perCarrier.containsKey(kind)) {
                throw new IllegalArgumentException(
                        "firewall: got no rate for " + kind.text() + ", expected one");
            }
        }
        if (peerTunnels < 0 || carrierTunnels < 0 || alarmPercent < 1 || alarmPercent > 100) {
            throw new IllegalArgumentException("firewall: got limits " + peerTunnels + " and "
                    + carrierTunnels + ", alarm at " + alarmPercent
                    + " %, expected no negative ones and 1 to 100 %");
        }
    }

    public static FirewallProfile defaults() {
        return DEFAULTS;
    }

    private static FirewallProfile makeDefaults() {
        Map<FirewallCheck, FirewallMode> modes = new EnumMap<>(FirewallCheck.class);
        for (FirewallCheck check : FirewallCheck.values()) {
            modes.put(check, check.usual());
        }
        return new FirewallProfile(modes,
                Map.of(MessageClass.CREATE, new Rate(20_000, 40_000), MessageClass.DELETE,
                        new Rate(20_000, 40_000), MessageClass.ECHO, new Rate(20, 100),
                        MessageClass.OTHER, new Rate(40_000, 80_000)),
                Map.of(MessageClass.CREATE, new Rate(40_000, 80_000), MessageClass.DELETE,
                        new Rate(40_000, 80_000), MessageClass.ECHO, new Rate(1000, 5000),
                        MessageClass.OTHER, new Rate(80_000, 160_000)),
                1_000_000, 2_000_000, 80);
    }

    public FirewallMode mode(FirewallCheck check) {
        return Objects.requireNonNull(modes.get(check));
    }

    public FirewallProfile with(FirewallCheck check, FirewallMode mode) {
        Map<FirewallCheck, FirewallMode> changed = new EnumMap<>(modes);
        changed.put(check, mode);
        return new FirewallProfile(changed, perPeer, perCarrier, peerTunnels, carrierTunnels,
                alarmPercent);
    }

    public FirewallProfile withPeerRate(MessageClass kind, Rate rate) {
        Map<MessageClass, Rate> changed = new EnumMap<>(perPeer);
        changed.put(kind, rate);
        return new FirewallProfile(modes, changed, perCarrier, peerTunnels, carrierTunnels,
                alarmPercent);
    }

    public FirewallProfile withCarrierRate(MessageClass kind, Rate rate) {
        Map<MessageClass, Rate> changed = new EnumMap<>(perCarrier);
        changed.put(kind, rate);
        return new FirewallProfile(modes, perPeer, changed, peerTunnels, carrierTunnels,
                alarmPercent);
    }

    public FirewallProfile withTunnels(int ofPeer, int ofCarrier) {
        return new FirewallProfile(modes, perPeer, perCarrier, ofPeer, ofCarrier, alarmPercent);
    }

    /** What of a limit is reached with a number: told of from the alarm's part on, in the way past it. */
    public Level level(long number, long limit) {
        return number >= limit
                ? Level.EXCEEDED
                : number * 100 >= limit * alarmPercent ? Level.NEAR : Level.WITHIN;
    }

    /** How a number stands to its limit. */
    public enum Level {
        WITHIN, NEAR, EXCEEDED
    }
}
