package io.cellgate.inventory.usage;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What one SIM, fleet, account, carrier or country used in a period.
 *
 * @param of    which one; null: in no fleet, or in a country that is not known
 * @param start when the period began
 */
public record UsageLine(@Nullable String of, Instant start, Amount amount) {}
