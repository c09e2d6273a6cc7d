package io.cellgate.dataplane.signalling;

import io.cellgate.dataplane.gtpc.Gtp2Message;

/** What is done with requests of one type. It answers each, or drops it, at once or later. */
interface Gtp2Handler {
    void handle(Exchange exchange, Gtp2Message message);
}
