package io.cellgate.dataplane.firewall;

import io.cellgate.dataplane.firewall.FirewallProfile.Level;
import io.cellgate.dataplane.firewall.FirewallProfile.Rate;
import io.cellgate.dataplane.path.TokenBucket;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;

/**
 * How fast one sender's messages come, by class. Each class has two buckets of tokens: one of the rate, and one of the
 * alarm's part of it, which is empty first. Owned by the signalling thread.
 */
public final class MessageRates {
    private static final int PERCENT = 100;

    private final Map<MessageClass, TokenBucket> limits = new EnumMap<>(MessageClass.class);
    private final Map<MessageClass, TokenBucket> alarms = new EnumMap<>(MessageClass.class);

    public MessageRates(Map<MessageClass, Rate> rates, int alarmPercent, long nowNanos) {
        rates.forEach((kind, rate) -> {
            limits.put(kind, new TokenBucket(rate.perSecond(), rate.burst(), nowNanos));
            alarms.put(kind,
                    new TokenBucket(part(rate.perSecond(), alarmPercent),
                            part(rate.burst(), alarmPercent), nowNanos));
        });
    }

    private static int part(int of, int percent) {
        return Math.max(1, (int) ((long) of * percent / PERCENT));
    }

    /** One more message. */
    public Level take(MessageClass kind, long nowNanos) {
        boolean within = Objects.requireNonNull(limits.get(kind)).take(nowNanos);
        boolean calm = Objects.requireNonNull(alarms.get(kind)).take(nowNanos);
        return !within ? Level.EXCEEDED : calm ? Level.WITHIN : Level.NEAR;
    }
}
