package io.cellgate.dataplane.flow;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a ClientHello said beside its server name.
 *
 * @param ech     whether it carried an encrypted one
 * @param version the highest version that it offered, such as 1.3; null if none that is known
 * @param alpn    the application protocols that it offered
 * @param ja4     its fingerprint
 */
public record TlsOffer(boolean ech, @Nullable String version, List<String> alpn, String ja4) {
    public TlsOffer {
        alpn = List.copyOf(alpn);
    }
}
