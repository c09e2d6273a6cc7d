package io.cellgate.dataplane.gtpc;

import java.net.InetAddress;
import org.jspecify.annotations.Nullable;

/** Create PDP Context Response as an SGSN receives it, TS 29.060 §7.3.2. A refusal has little but its cause. */
public record CreatePdpContextResponse(int cause, @Nullable Integer teidData,
        @Nullable Integer teidControl, @Nullable Integer chargingId,
        @Nullable PdnAddress endUserAddress, @Nullable ProtocolOptions options,
        @Nullable InetAddress signallingAddress, @Nullable InetAddress userAddress,
        @Nullable Octets qos, @Nullable Integer recovery) {

    public static Decoded<CreatePdpContextResponse> decode(Gtp1Message message) {
        IeReader in = message.reader();
        Integer cause = in.mandatory(Gtp1Ie.CAUSE, 0);
        return in.fault() != null || cause == null
                ? in.bad()
                : Decoded.good(new CreatePdpContextResponse(cause,
                        in.optional(Gtp1Ie.TEID_DATA, 0), in.optional(Gtp1Ie.TEID_CONTROL, 0),
                        in.optional(Gtp1Ie.CHARGING_ID, 0), in.optional(Gtp1Ie.EUA, 0),
                        in.optional(Gtp1Ie.PCO, 0), in.optional(Gtp1Ie.GSN_ADDRESS, 0),
                        in.optional(Gtp1Ie.GSN_ADDRESS, 1), in.optional(Gtp1Ie.QOS_PROFILE, 0),
                        message.recovery()));
    }

    /** 128 to 130: accepted, perhaps with another PDP type. */
    public boolean isAccepted() {
        return cause >= 128 && cause < 192;
    }
}
