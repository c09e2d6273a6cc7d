package io.cellgate.dataplane.gtpc;

/** What messages of both versions of GTP-C have in common. */
public sealed interface GtpcMessage permits Gtp1Message, Gtp2Message {
    /** Of the session at its receiver that it is for; 0 where it is for none yet. */
    int teid();

    /** The control TEID that a request's sender wants the response under, or 0 where it names none. */
    int senderTeid();

    int sequence();

    /** The type's name, of a message whose type is known to be known. */
    String typeText();
}
