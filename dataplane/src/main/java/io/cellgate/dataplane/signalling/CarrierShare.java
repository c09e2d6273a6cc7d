package io.cellgate.dataplane.signalling;

import io.cellgate.dataplane.firewall.MessageRates;

/** What all nodes of a carrier share: how fast they may go together, and how many sessions they have. */
final class CarrierShare {
    MessageRates rates;
    int sessions;

    CarrierShare(MessageRates rates) {
        this.rates = rates;
    }
}
