package io.cellgate.inventory.usage;

/**
 * What a SIM has used in a day and in its month, up and down together.
 *
 * @param day since 1970, UTC
 */
public record UsageTotals(long day, long octetsDay, long octetsMonth) {}
