package io.cellgate.dataplane.signalling;

import io.cellgate.dataplane.gtpc.Gtp1Message;

/** What is done with requests of one type. It answers each, or drops it, at once or later. */
interface Gtp1Handler {
    void handle(Exchange exchange, Gtp1Message message);
}
