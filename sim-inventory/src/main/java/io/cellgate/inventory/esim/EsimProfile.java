package io.cellgate.inventory.esim;

import io.cellgate.policy.subject.Eid;
import io.cellgate.policy.subject.Iccid;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * An eSIM profile, without its activation code.
 *
 * @param account whose SIM it is, or null in stock
 * @param order   the order it came with, or null in stock
 * @param eid     the eUICC that has it
 */
public record EsimProfile(Iccid iccid, @Nullable String account, @Nullable String order,
        ProfileState state, @Nullable Eid eid, Instant changedAt, long revision) {}
