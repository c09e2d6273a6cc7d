package io.cellgate.dataplane.radius;

import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/** What came of accounting messages, in all and of each client. Any thread may read. */
public final class AccountingCounters {
    /** What is counted beside faults. */
    public enum Count {
        /** Datagrams, from whomever. */
        RECEIVED,
        /** Responses, repeated ones not among them. */
        ANSWERED,
        /** Responses that were given again to a repeated message. */
        REPEATED,
        /** Sessions that were learnt of. */
        STARTED,
        /** Sessions that ended, for whatever reason. */
        ENDED,
        /** Messages whose session may not be, as its address is not the client's or for its SIM's sake. */
        REFUSED,
        /** Messages that were overtaken by what they would have undone. */
        OUTDATED;

        /** How the API and metrics write it. */
        public String text() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    private final Counts all = new Counts();
    private final Map<String, Counts> byClient = new ConcurrentHashMap<>();

    private static final class Counts {
        final Map<Count, LongAdder> counts = new EnumMap<>(Count.class);
        final Map<AccountingFault, LongAdder> faults = new EnumMap<>(AccountingFault.class);

        Counts() {
            for (Count count : Count.values()) {
                counts.put(count, new LongAdder());
            }
            for (AccountingFault fault : AccountingFault.values()) {
                faults.put(fault, new LongAdder());
            }
        }

        View view() {
            Map<Count, Long> seen = new EnumMap<>(Count.class);
            counts.forEach((count, adder) -> seen.put(count, adder.sum()));
            Map<AccountingFault, Long> found = new EnumMap<>(AccountingFault.class);
            faults.forEach((fault, adder) -> {
                if (adder.sum() > 0) {
                    found.put(fault, adder.sum());
                }
            });
            return new View(seen, found);
        }
    }

    /** As it stands; faults that were met at least once. */
    public record View(Map<Count, Long> counts, Map<AccountingFault, Long> faults) {
        public long of(Count count) {
            return counts.getOrDefault(count, 0L);
        }

        public long of(AccountingFault fault) {
            return faults.getOrDefault(fault, 0L);
        }
    }

    /** @param client null where the sender is none */
    public void count(@Nullable String client, Count count) {
        Objects.requireNonNull(all.counts.get(count)).increment();
        if (client != null) {
            Objects.requireNonNull(of(client).counts.get(count)).increment();
        }
    }

    /** @param client null where the sender is none */
    public void count(@Nullable String client, AccountingFault fault) {
        Objects.requireNonNull(all.faults.get(fault)).increment();
        if (client != null) {
            Objects.requireNonNull(of(client).faults.get(fault)).increment();
        }
    }

    private Counts of(String client) {
        return byClient.computeIfAbsent(client, _ -> new Counts());
    }

    public View all() {
        return all.view();
    }

    public View ofClient(String client) {
        Counts counts = byClient.get(client);
        return counts == null ? new Counts().view() : counts.view();
    }

    /** Forgets a client that is none any more. */
    public void forget(String client) {
        byClient.remove(client);
    }
}
