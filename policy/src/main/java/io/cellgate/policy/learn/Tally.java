package io.cellgate.policy.learn;

import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** How often something was seen, by whom and when. */
final class Tally {
    private final Set<String> devices = new HashSet<>();
    private long times;
    private long firstMillis = Long.MAX_VALUE;
    private long lastMillis = Long.MIN_VALUE;

    void add(Seen seen) {
        times++;
        devices.add(seen.device());
        firstMillis = Math.min(firstMillis, seen.atMillis());
        lastMillis = Math.max(lastMillis, seen.atMillis());
    }

    /** Both. */
    Tally and(Tally other) {
        return sum(List.of(this, other));
    }

    private static Tally sum(Collection<Tally> tallies) {
        Tally sum = new Tally();
        for (Tally tally : tallies) {
            sum.times += tally.times;
            sum.devices.addAll(tally.devices);
            sum.firstMillis = Math.min(sum.firstMillis, tally.firstMillis);
            sum.lastMillis = Math.max(sum.lastMillis, tally.lastMillis);
        }
        return sum;
    }

    /** The evidence of a rule that rests on all of these. */
    static Evidence evidence(String rule, Collection<Tally> tallies, List<String> of,
            List<String> generalised) {
        Tally sum = sum(tallies);
        return new Evidence(rule, sum.times, sum.devices.size(), sum.firstMillis, sum.lastMillis,
                of, generalised);
    }
}
