package io.cellgate.inventory.store;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A committed change.
 *
 * @param seq     grows by one with each event; an event is never seen before one with a smaller number
 * @param account whose object it is; null for the operator's
 * @param kind    {@code OBJECT.VERB}, such as {@code sim.suspended}
 * @param subject the object's id: an ICCID, {@code pol_…}, …
 * @param before  the object as it was, JSON; null where it is new or only counted
 * @param after   the object as it is, JSON; null where it is gone
 */
public record Event(long seq, Instant at, @Nullable String account, String actor, String kind,
        String subject, @Nullable String before, @Nullable String after) {}
