package io.cellgate.dataplane.inspect;

/** How far the reading of one message has come. All but {@link #NEED_MORE} are final. */
public enum Reading {
    /** So far it is well-formed; what was given ends within the message. */
    NEED_MORE,
    /** The whole message was read; its accessors may be used. */
    COMPLETE,
    /** It is not a message of this protocol at all. */
    NOT_THIS_PROTOCOL,
    /** It is of this protocol, or near enough that a server may take it so, and breaks a rule of it. */
    MALFORMED
}
