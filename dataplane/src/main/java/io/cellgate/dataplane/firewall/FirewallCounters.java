package io.cellgate.dataplane.firewall;

import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/** How often each check was failed, in all and by each carrier. Any thread may read. */
public final class FirewallCounters {
    private final Counts all = new Counts();
    private final Map<String, Counts> byCarrier = new ConcurrentHashMap<>();

    /** What one check found. */
    public record Count(long dropped, long alarmed) {}

    private static final class Counts {
        private final Map<FirewallCheck, LongAdder> dropped = adders();
        private final Map<FirewallCheck, LongAdder> alarmed = adders();

        private static Map<FirewallCheck, LongAdder> adders() {
            Map<FirewallCheck, LongAdder> adders = new EnumMap<>(FirewallCheck.class);
            for (FirewallCheck check : FirewallCheck.values()) {
                adders.put(check, new LongAdder());
            }
            return adders;
        }

        void add(FirewallCheck check, boolean drop) {
            adder(drop ? dropped : alarmed, check).increment();
        }

        private static LongAdder adder(Map<FirewallCheck, LongAdder> of, FirewallCheck check) {
            return Objects.requireNonNull(of.get(check));
        }

        Map<FirewallCheck, Count> view() {
            Map<FirewallCheck, Count> view = new EnumMap<>(FirewallCheck.class);
            for (FirewallCheck check : FirewallCheck.values()) {
                view.put(check,
                        new Count(adder(dropped, check).sum(), adder(alarmed, check).sum()));
            }
            return view;
        }
    }

    /** @param carrier whose message it was; null where the sender is no carrier's */
    public void count(@Nullable String carrier, FirewallCheck check, boolean dropped) {
        all.add(check, dropped);
        if (carrier != null) {
            byCarrier.computeIfAbsent(carrier, _ -> new Counts()).add(check, dropped);
        }
    }

    /** Of all checks, those of the user plane apart. */
    public Map<FirewallCheck, Count> all() {
        return all.view();
    }

    /** Of one carrier. */
    public Map<FirewallCheck, Count> of(String carrier) {
        Counts counts = byCarrier.get(carrier);
        return counts == null ? new Counts().view() : counts.view();
    }
}
