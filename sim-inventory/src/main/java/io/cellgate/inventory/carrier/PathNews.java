package io.cellgate.inventory.carrier;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What has become of the path to a carrier's node.
 *
 * @param kind           {@code up}, {@code suspect}, {@code down} or {@code restarted}; null: only its counter is new
 * @param restartCounter null: it has told none
 * @param sessions       that it had just then
 * @param detail         what was seen, for people
 */
public record PathNews(Instant at, String address, String carrier, int gtpVersion,
        @Nullable String kind, @Nullable Integer restartCounter, int sessions, String detail) {}
