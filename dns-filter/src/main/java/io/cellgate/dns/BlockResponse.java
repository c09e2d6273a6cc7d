package io.cellgate.dns;

/** How a query that policy blocks is answered. */
public enum BlockResponse {
    /** The name does not exist. */
    NXDOMAIN,
    /** The server will not say. A device may ask its next server. */
    REFUSED,
    /** 0.0.0.0 or ::, to which nothing connects; no records for other types. */
    ZERO
}
