package io.cellgate.inventory.carrier;

/**
 * What an operator has said of the GTP firewall, for the gateway or for one carrier.
 *
 * @param scope    {@link FirewallStore#GATEWAY}, or the carrier's id
 * @param json     a JSON object; what it leaves out is taken from the wider scope
 * @param revision 0 where nothing was said yet
 */
public record FirewallDocument(String scope, String json, long revision) {}
