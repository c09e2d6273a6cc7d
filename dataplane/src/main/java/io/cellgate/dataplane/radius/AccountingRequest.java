package io.cellgate.dataplane.radius;

import io.cellgate.dataplane.session.Rat;
import io.cellgate.dataplane.session.UserLocation;
import io.cellgate.policy.subject.Imei;
import io.cellgate.policy.subject.Imsi;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a carrier's gateway says of a session that it has: RFC 2866, TS 29.061 §16.4.3. What it does not say is null.
 *
 * @param nas         which of the carrier's gateways says so; null where the packet's source says it
 * @param session     the identity that the gateway has given to the bearer; empty for what is of the whole gateway
 * @param apn         the network identifier, lower case, without the operator's part
 * @param ipv6Prefix  the first address of the device's /64 (Framed-IPv6-Prefix, RFC 3162 §2.3)
 * @param delegated   the first addresses of the /64s that were given to routers behind it (RFC 4818); at most
 *                    {@link AccountingReader#MAX_DELEGATED}
 * @param nsapi       the bearer, as a digit
 * @param endsAll     a Stop that is not of one bearer only, but of the whole connection
 * @param occurred    when that happened, as far as the packet tells
 * @param delaySeconds for how long it has been tried to be told
 */
public record AccountingRequest(Kind kind, @Nullable String nas, String session,
        @Nullable Imsi imsi, @Nullable Imei imei, @Nullable String msisdn, @Nullable String apn,
        @Nullable Inet4Address ipv4, @Nullable Inet6Address ipv6Prefix,
        List<Inet6Address> delegated, @Nullable Rat rat, @Nullable UserLocation location,
        @Nullable ZoneOffset timeZone, @Nullable String nsapi, boolean endsAll,
        @Nullable Instant occurred, long delaySeconds) {

    public AccountingRequest {
        delegated = List.copyOf(delegated);
    }

    /** Acct-Status-Type, RFC 2866 §5.1. */
    public enum Kind {
        START(1, "accounting start"),
        STOP(2, "accounting stop"),
        INTERIM(3, "accounting interim"),
        ON(7, "accounting on"),
        OFF(8, "accounting off");

        private final int code;
        private final String text;

        Kind(int code, String text) {
            this.code = code;
            this.text = text;
        }

        static @Nullable Kind of(int code) {
            for (Kind kind : values()) {
                if (kind.code == code) {
                    return kind;
                }
            }
            return null;
        }

        /** How the signalling log writes it. */
        public String text() {
            return text;
        }
    }

    public boolean hasAddress() {
        return ipv4 != null || ipv6Prefix != null || !delegated.isEmpty();
    }
}
