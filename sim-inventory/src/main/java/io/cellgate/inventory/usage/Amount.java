package io.cellgate.inventory.usage;

/** Octets and packets of IP, up from devices and down to them. */
public record Amount(long octetsUp, long packetsUp, long octetsDown, long packetsDown) {}
