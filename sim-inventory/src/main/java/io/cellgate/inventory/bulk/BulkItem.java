package io.cellgate.inventory.bulk;

import io.cellgate.inventory.sim.SimChange;
import io.cellgate.policy.subject.Iccid;

/** One of many changes that are wanted. */
public sealed interface BulkItem {
    /** Its number, from 1; of a file: its line. */
    long part();

    record Wanted(long part, Iccid iccid, SimChange change) implements BulkItem {}

    /** It names no SIM or no change that there is, and why. */
    record Unreadable(long part, String detail) implements BulkItem {}
}
