package io.cellgate.inventory.webhook;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where events are sent to.
 *
 * @param account        whose events; null: the operator's webhook, which gets everybody's
 * @param kinds          which events, each a kind or the first part of kinds with its dot ({@code sim.}); empty: all
 * @param maxAttempts    how often one event is tried before it is dead-lettered
 * @param oldSecretUntil until when deliveries are signed with the secret before the present one as well; null: no more
 * @param position       the number of the last event that was looked at for it
 */
public record Webhook(String id, @Nullable String account, String name, String url,
        List<String> kinds, boolean enabled, long maxAttempts, @Nullable Instant oldSecretUntil,
        long position, Instant createdAt, long revision) {
    public Webhook {
        kinds = List.copyOf(kinds);
    }

    /** Whether it wants events of this kind. */
    public boolean wants(String kind) {
        return kinds.isEmpty() || kinds.stream()
                .anyMatch(each -> each.endsWith(".") ? kind.startsWith(each) : kind.equals(each));
    }
}
