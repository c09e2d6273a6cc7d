package io.cellgate.inventory.store;

import com.fasterxml.jackson.core.type.TypeReference;
import io.cellgate.policy.subject.Quota;
import org.jspecify.annotations.Nullable;

/** A quota as columns and events keep it. */
public final class QuotaColumn {
    public static final String BLOCK = "block";
    public static final String THROTTLE = "throttle";

    private QuotaColumn() {}

    /** @param rate_bps null where it blocks */
    public record Stored(@Nullable Long bytes_day, @Nullable Long bytes_month, String action,
            @Nullable Long rate_bps) {}

    public static @Nullable Stored stored(@Nullable Quota quota) {
        return quota == null
                ? null
                : new Stored(quota.bytesDay(), quota.bytesMonth(),
                        quota.throttles() ? THROTTLE : BLOCK,
                        quota.throttles() ? quota.rateBps() : null);
    }

    public static @Nullable String write(@Nullable Quota quota) {
        Stored stored = stored(quota);
        return stored == null ? null : Json.write(stored);
    }

    public static @Nullable Quota read(@Nullable String json) {
        if (json == null) {
            return null;
        }
        Stored stored = Json.read(json, new TypeReference<Stored>() {
        });
        Long rate = stored.rate_bps();
        return new Quota(stored.bytes_day(), stored.bytes_month(), rate == null ? 0 : rate);
    }
}
