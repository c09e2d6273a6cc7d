package io.cellgate.dataplane.signalling;

import io.cellgate.dataplane.gtpc.Ambr;
import io.cellgate.dataplane.session.PdnType;
import io.cellgate.dataplane.session.Rat;
import io.cellgate.dataplane.session.UserLocation;
import io.cellgate.policy.PolicySlot;
import io.cellgate.policy.subject.Iccid;
import io.cellgate.policy.subject.Imei;
import io.cellgate.policy.subject.Imsi;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A session as it was at one moment.
 *
 * @param userTeid   our TEID of its user plane; unique among live sessions
 * @param ipv6Prefix the first address of its /64
 * @param peer       the carrier's control address it is held with now
 * @param since      when it was created
 * @param changed    when its peer, place, modem or radio was last news
 * @param policy     where its effective policy stands
 * @param version    null where it is the carrier's own, of which accounting tells
 * @param barred     why nothing of it passes; null where it passes, as its policy says
 * @param apnAmbr    what its carrier holds all its connections to the APN to, or null where it never said
 * @param quarantine the policy that it is under instead of its owner's, or null
 */
public record SessionView(int userTeid, Imsi imsi, int ebi, Iccid iccid, String account,
        @Nullable String fleet, @Nullable Imei imei, String apn, @Nullable Rat rat,
        PdnType pdnType, @Nullable Inet4Address ipv4, @Nullable Inet6Address ipv6Prefix,
        String carrier, InetAddress peer, @Nullable GtpVersion version, UserLocation location,
        Instant since, Instant changed, PolicySlot policy,
        @Nullable String quarantine, @Nullable String barred, @Nullable Ambr apnAmbr) {}
