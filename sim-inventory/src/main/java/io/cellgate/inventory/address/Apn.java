package io.cellgate.inventory.address;

import java.time.Instant;

/** An access point that devices may ask for, by its network identifier in lower case. */
public record Apn(String name, Instant createdAt) {}
