package io.cellgate.dataplane.gtpc;

import io.cellgate.dataplane.session.UserLocation;
import io.cellgate.policy.subject.Imei;
import io.cellgate.policy.subject.Imsi;
import io.cellgate.policy.subject.Plmn;
import java.time.ZoneOffset;
import org.jspecify.annotations.Nullable;

/**
 * Create Session Request as an SGW sends it to a PGW over S5/S8, TS 29.274 §7.2.1.
 *
 * @param ratType     code of §8.17
 * @param sender      the SGW's control endpoint (F-TEID instance 0)
 * @param pdnType     code of §8.34
 * @param paa         null or zeros where an address is to be allocated
 * @param dualAddress the Dual Address Bearer Flag: one bearer may carry both IPv4 and IPv6
 * @param handover    the Handover Indication: the device comes from another access and keeps its address
 * @param mmeSets     the set of connections in which the MME has it, or null where it has no sets
 * @param sgwSets     likewise the SGW
 * @param bearer      the default bearer; the SGW's user endpoint is its F-TEID instance 2
 */
public record CreateSessionRequest(Imsi imsi, @Nullable String msisdn, @Nullable Imei mei,
        @Nullable UserLocation uli, @Nullable Plmn servingNetwork, int ratType, FTeid sender,
        String apn, @Nullable Integer selectionMode, int pdnType, @Nullable PdnAddress paa,
        boolean dualAddress, boolean handover, @Nullable Ambr ambr, BearerContext bearer,
        @Nullable OptionsIe options, @Nullable Integer recovery, @Nullable ZoneOffset timeZone,
        @Nullable FqCsid mmeSets, @Nullable FqCsid sgwSets) {

    /** The SGW's user endpoint of the default bearer. */
    public FTeid user() {
        FTeid user = bearer.fTeid(2);
        if (user == null) {
            throw new IllegalStateException("a request is not decoded without it");
        }
        return user;
    }

    public static Decoded<CreateSessionRequest> decode(Gtp2Message message) {
        IeReader in = message.reader();
        Imsi imsi = in.conditional(Gtp2Ie.IMSI, 0);
        Integer ratType = in.mandatory(Gtp2Ie.RAT_TYPE, 0);
        FTeid sender = in.mandatory(Gtp2Ie.F_TEID, 0);
        String apn = in.mandatory(Gtp2Ie.APN, 0);
        PdnAddress paa = in.optional(Gtp2Ie.PAA, 0);
        // On S5/S8 either says what is wanted; old SGWs leave one of them out
        Integer pdnType = paa != null && in.optional(Gtp2Ie.PDN_TYPE, 0) == null
                ? (Integer) paa.pdnType()
                : in.conditional(Gtp2Ie.PDN_TYPE, 0);
        BearerContext bearer = BearerContext.ofCreation(in);
        if (in.fault() != null || imsi == null || ratType == null || sender == null || apn == null
                || pdnType == null || bearer == null) {
            return in.bad();
        }
        Octets indication = in.optional(Gtp2Ie.INDICATION, 0);
        return Decoded.good(new CreateSessionRequest(imsi, in.optional(Gtp2Ie.MSISDN, 0),
                in.optional(Gtp2Ie.MEI, 0), in.optional(Gtp2Ie.ULI, 0),
                in.optional(Gtp2Ie.SERVING_NETWORK, 0), ratType, sender, apn,
                in.optional(Gtp2Ie.SELECTION_MODE, 0), pdnType, paa,
                indication != null && (indication.u8(0) & 0x80) != 0,
                indication != null && (indication.u8(0) & 0x20) != 0,
                in.optional(Gtp2Ie.AMBR, 0), bearer, OptionsIe.read(in), message.recovery(),
                in.optional(Gtp2Ie.UE_TIME_ZONE, 0), in.optional(Gtp2Ie.FQ_CSID, 0),
                in.optional(Gtp2Ie.FQ_CSID, 1)));
    }
}
