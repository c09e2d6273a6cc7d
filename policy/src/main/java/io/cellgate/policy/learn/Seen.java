package io.cellgate.policy.learn;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Something that a device did once.
 *
 * @param device   the SIM
 * @param atMillis when, UTC
 * @param names    of the destination or query, the one it was judged by first; of a request its host, of a TLS
 *                 connection its server name
 * @param address  the destination's; null of a query
 * @param port     the destination's; 0 where the protocol has none
 * @param protocol as policies write it, such as tcp
 * @param method   of a request; of a query its type; else null
 * @param path     of a request; null where it is not known whole
 * @param country  where the device was; null where that is not known
 */
public record Seen(Kind kind, String device, long atMillis, List<String> names,
        @Nullable String address, int port, String protocol, @Nullable String method,
        @Nullable String path, @Nullable String country) {
    /** What it did. */
    public enum Kind {
        QUERY, FLOW, REQUEST, TLS
    }

    public Seen {
        names = List.copyOf(names);
    }

    @Nullable
    String name() {
        return names.isEmpty() ? null : names.getFirst();
    }
}
