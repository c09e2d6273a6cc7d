package io.cellgate.dataplane.gtpc;

import io.cellgate.policy.subject.Imsi;
import org.jspecify.annotations.Nullable;

/**
 * Suspend Notification and Resume Notification, TS 29.274 §7.4.1 and §7.4.3: a device is away for a telephone call, or
 * is back. Over S5/S8 the TEID says whose connection it is.
 */
public record SuspensionNotice(@Nullable Imsi imsi) {

    public static Decoded<SuspensionNotice> decode(Gtp2Message message) {
        IeReader in = message.reader();
        return in.fault() != null
                ? in.bad()
                : Decoded.good(new SuspensionNotice(in.optional(Gtp2Ie.IMSI, 0)));
    }
}
