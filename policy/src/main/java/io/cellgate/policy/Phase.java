package io.cellgate.policy;

/** When a rule is asked, in the order in which a device's doings reach them. */
public enum Phase {
    /** A device attaches, or its modem or place changes. */
    SESSION,
    /** It asks for a name. */
    DNS,
    /** It starts a flow. */
    NETWORK,
    /** It makes an HTTP request, or begins a TLS connection. */
    HTTP
}
