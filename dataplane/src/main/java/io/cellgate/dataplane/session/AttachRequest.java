package io.cellgate.dataplane.session;

import io.cellgate.dataplane.peer.Carrier;
import io.cellgate.policy.subject.Imei;
import io.cellgate.policy.subject.Imsi;
import org.jspecify.annotations.Nullable;

/**
 * What a carrier says of a device that wants a PDN connection, or of one that has it and moved: the question put
 * to the {@link SubscriberDirectory}.
 *
 * @param imei null where the visited network did not send it
 * @param apn  the network identifier, lower case, without the operator's part
 */
public record AttachRequest(Carrier carrier, Imsi imsi, @Nullable Imei imei, String apn,
        @Nullable Rat rat,
        PdnType pdnType, UserLocation location) {}
