package io.cellgate.dataplane.session;

/** What a PDN connection carries, TS 29.274 §8.34. */
public enum PdnType {
    IPV4, IPV6, IPV4V6
}
