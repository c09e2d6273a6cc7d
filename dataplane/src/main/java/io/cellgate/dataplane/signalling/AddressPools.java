package io.cellgate.dataplane.signalling;

import io.cellgate.dataplane.pool.Ipv4Pool;
import io.cellgate.dataplane.pool.Ipv6Pool;
import io.cellgate.dataplane.pool.Prefix;
import io.cellgate.dataplane.session.PdnType;
import io.cellgate.dataplane.signalling.CreateOutcome.PdnChange;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** The addresses this gateway has for devices, of one family or of both. */
final class AddressPools {
    private final @Nullable Ipv4Pool ipv4;
    private final @Nullable Ipv6Pool ipv6;
    private final LongSupplier nanoTime;

    AddressPools(DeviceConfig config, LongSupplier nanoTime) {
        Prefix v4 = config.ipv4Pool();
        Prefix v6 = config.ipv6Pool();
        ipv4 = v4 == null ? null : new Ipv4Pool(v4, config.ipv4Gateway(), config.quarantine());
        ipv6 = v6 == null ? null : new Ipv6Pool(v6, config.quarantine());
        this.nanoTime = nanoTime;
    }

    /**
     * What a device that asks for a type gets, TS 23.401 §5.3.1.1: for IPv4v6 one family where the other has no
     * pool or the bearer carries one only, IPv4 then. Null where there is no address of the type.
     */
    @Nullable
    PdnType granted(PdnType asked, boolean dualAddress) {
        return switch (asked) {
            case IPV4 -> ipv4 == null ? null : PdnType.IPV4;
            case IPV6 -> ipv6 == null ? null : PdnType.IPV6;
            case IPV4V6 -> ipv4 == null
                    ? PdnType.IPV6
                    : ipv6 == null || !dualAddress ? PdnType.IPV4 : PdnType.IPV4V6;
        };
    }

    PdnChange change(PdnType asked, PdnType granted) {
        if (asked == granted) {
            return PdnChange.NONE;
        }
        return ipv4 == null || ipv6 == null
                ? PdnChange.NETWORK_PREFERENCE
                : PdnChange.SINGLE_ADDRESS_BEARER;
    }

    @Nullable
    Inet4Address takeIpv4() {
        return ipv4 == null ? null : ipv4.take(nanoTime.getAsLong());
    }

    @Nullable
    Inet6Address takeIpv6() {
        return ipv6 == null ? null : ipv6.take(nanoTime.getAsLong());
    }

    void giveBack(@Nullable Inet4Address address, @Nullable Inet6Address prefix) {
        if (address != null && ipv4 != null) {
            ipv4.giveBack(address, nanoTime.getAsLong());
        }
        if (prefix != null && ipv6 != null) {
            ipv6.giveBack(prefix, nanoTime.getAsLong());
        }
    }
}
