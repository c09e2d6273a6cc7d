package io.cellgate.dataplane.io;

/**
 * The next hops over one interface as they are now, of which it is known what was given out for entries of a {@link KernelTable}:
 * whether a change makes such an answer wrong can be said, and only then need the entries end. One thread asks, another one tells of
 * changes.
 *
 * <p>The one who asks notes what for before it looks whether its answer is still the present one, and the other one makes the next hops
 * present before it looks at the notes. So either the one gets the new answer, or the other one sees the note.
 */
final class WatchedHops {
    private volatile NextHops now;
    private volatile GivenHops given = new GivenHops();

    WatchedHops(NextHops now) {
        this.now = now;
    }

    NextHops now() {
        return now;
    }

    /** The hardware address that leads to an IPv4 address, or {@link NextHops#UNKNOWN}; when that changes, it is said. */
    long give(int address) {
        while (true) {
            GivenHops notes = given;
            NextHops hops = now;
            int hop = hops.hop(address);
            notes.add(hop);
            if (hops == now) {
                return hops.macOfHop(hop);
            }
        }
    }

    /** Takes the next hops that hold from now on; true where what was given out is not so any more: it must end then. */
    boolean replace(NextHops next) {
        NextHops before = now;
        GivenHops notes = given;
        boolean differs = before.differs(next, notes);
        if (differs) {
            // all that is noted ends, and so does what is given out until then: it was decided on
            // before
            given = new GivenHops();
        }
        now = next;
        return differs || before.differs(next, notes);
    }
}
