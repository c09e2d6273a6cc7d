package io.cellgate.control.live;

import com.fasterxml.jackson.core.type.TypeReference;
import io.cellgate.inventory.condition.Condition;
import io.cellgate.inventory.condition.ConditionStore;
import io.cellgate.inventory.place.CellId;
import io.cellgate.inventory.place.GeoPoint;
import io.cellgate.inventory.place.Place;
import io.cellgate.inventory.sim.Fence;
import io.cellgate.inventory.sim.Sim;
import io.cellgate.inventory.sim.SimState;
import io.cellgate.inventory.sim.SimStore;
import io.cellgate.inventory.account.Scope;
import io.cellgate.inventory.outcome.Outcome;
import io.cellgate.inventory.store.Actor;
import io.cellgate.inventory.store.Database;
import io.cellgate.inventory.store.Event;
import io.cellgate.inventory.store.Json;
import io.cellgate.inventory.subscriber.SubscriberRecord;
import io.cellgate.inventory.subscriber.SubscriberStore;
import io.cellgate.policy.subject.Iccid;
import io.cellgate.policy.subject.Imei;
import io.cellgate.policy.subject.Plmn;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the conditions of SIMs as the gateway's judgements make them. The store is written to by a thread of its own, in
 * the order of the judgements: signalling does not wait for it. What finds the queue full comes again with the next attempt.
 */
public final class ConditionDesk implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(ConditionDesk.class);
    private static final int MOST_WAITING = 10_000;
    private static final Set<String> SETTINGS = Set.of("sim.changed", "sim.imei_locked",
            "sim.imei_unlocked", "sim.moved", "sim.terminated", "fleet.changed", "account.changed",
            "geofence.changed");

    private static final List<Condition> OURS = List.of(Condition.IMEI_LOCKED_OUT,
            Condition.OUTSIDE_GEOFENCE, Condition.QUARANTINED);

    private final ConditionStore conditions;
    private final SimStore sims;
    private final SubscriberStore subscribers;
    private final ThreadPoolExecutor thread = new ThreadPoolExecutor(1, 1, 0, TimeUnit.SECONDS,
            new ArrayBlockingQueue<>(MOST_WAITING),
            Thread.ofPlatform().name("cellgate-conditions").daemon().factory());
    /** Who has what, as the store will have it when all that waits is written. */
    private final Map<Condition, Set<Iccid>> held = new EnumMap<>(Condition.class);
    private final AtomicBoolean reviewWaits = new AtomicBoolean();

    public ConditionDesk(Database database, ConditionStore conditions, SimStore sims,
            SubscriberStore subscribers) {
        this.conditions = conditions;
        this.sims = sims;
        this.subscribers = subscribers;
        for (Condition each : OURS) {
            Set<Iccid> having = ConcurrentHashMap.newKeySet();
            having.addAll(conditions.having(each));
            held.put(each, having);
        }
        database.listen(this::heard);
    }

    /** The modem that a lock refused. */
    private record Modem(@Nullable String imei) {}

    /** The place that a fence refused. */
    private record At(@Nullable String country, @Nullable String plmn, @Nullable Integer tac,
            @Nullable String cell, @Nullable Double latitude, @Nullable Double longitude) {
        Place place() {
            return new Place(country, plmn == null ? null : Plmn.parse(plmn), tac,
                    cell == null ? null : CellId.parse(cell), latitude == null || longitude == null
                            ? null
                            : new GeoPoint(latitude, longitude));
        }
    }

    /** The policy that a session is under. */
    private record Under(String policy) {}

    void lockedOut(Iccid iccid, @Nullable Imei presented) {
        begin(iccid, Condition.IMEI_LOCKED_OUT,
                new Modem(presented == null ? null : presented.digits()));
    }

    void outside(Iccid iccid, Place place) {
        Plmn plmn = place.plmn();
        CellId cell = place.cell();
        GeoPoint point = place.point();
        begin(iccid, Condition.OUTSIDE_GEOFENCE,
                new At(place.country(), plmn == null ? null : plmn.toString(), place.tac(),
                        cell == null ? null : cell.toString(),
                        point == null ? null : point.latitude(),
                        point == null ? null : point.longitude()));
    }

    /** Lock and fence have let it pass. */
    void admitted(Iccid iccid) {
        end(iccid, Condition.IMEI_LOCKED_OUT);
        end(iccid, Condition.OUTSIDE_GEOFENCE);
    }

    /** @param policy that its session is under instead of its owner's, or null */
    void ruled(Iccid iccid, @Nullable String policy) {
        if (policy == null) {
            end(iccid, Condition.QUARANTINED);
        } else {
            begin(iccid, Condition.QUARANTINED, new Under(policy));
        }
    }

    private Set<Iccid> having(Condition condition) {
        return Objects.requireNonNull(held.get(condition));
    }

    private void begin(Iccid iccid, Condition condition, Object detail) {
        Set<Iccid> having = having(condition);
        if (having.add(iccid)) {
            later(() -> conditions.begin(iccid, condition, detail), () -> having.remove(iccid));
        }
    }

    private void end(Iccid iccid, Condition condition) {
        Set<Iccid> having = having(condition);
        // most have none, which is known without a look at the one SIM
        if (!having.isEmpty() && having.remove(iccid)) {
            later(() -> conditions.end(Actor.GATEWAY, iccid, condition), () -> having.add(iccid));
        }
    }

    /** @param undo what is done where the write was not, so that it comes again with the next attempt */
    private void later(Runnable write, Runnable undo) {
        try {
            thread.execute(() -> {
                try {
                    write.run();
                } catch (RuntimeException e) {
                    log.error("a condition could not be stored", e);
                    undo.run();
                }
            });
        } catch (RejectedExecutionException full) {
            log.debug("too many conditions wait to be stored", full);
            undo.run();
        }
    }

    /** What SIMs are held to has changed: conditions that began with it may be over. Many changes are one review. */
    private void heard(Event event) {
        if (SETTINGS.contains(event.kind()) && reviewWaits.compareAndSet(false, true)) {
            later(() -> {
                reviewWaits.set(false);
                review();
            }, () -> reviewWaits.set(false));
        }
    }

    private void review() {
        int ended = review(Condition.IMEI_LOCKED_OUT,
                held -> isOver(held, sim -> allows(sim,
                        Json.read(held.detail(), new TypeReference<Modem>() {
                        }))));
        ended += review(Condition.OUTSIDE_GEOFENCE,
                held -> isOver(held, sim -> holds(sim.fence(),
                        Json.read(held.detail(), new TypeReference<At>() {
                        }).place())));
        ended += review(Condition.QUARANTINED, held -> isOver(held, _ -> false));
        log.debug("conditions reviewed, {} are over", ended);
    }

    private int review(Condition condition, Predicate<ConditionStore.Held> isOver) {
        return conditions.review(condition, each -> {
            boolean over = isOver.test(each);
            if (over) {
                having(condition).remove(each.iccid());
            }
            return over;
        });
    }

    private static boolean allows(SubscriberRecord sim, Modem refused) {
        String imei = refused.imei();
        return switch (sim.judge(imei == null ? null : new Imei(imei))) {
            case ALLOWED, ALLOWED_AS_FIRST -> true;
            case REFUSED_MISSING, REFUSED_OTHER -> false;
        };
    }

    private static boolean holds(@Nullable Fence fence, Place place) {
        return fence == null || switch (fence.judge(place)) {
            case INSIDE -> true;
            case OUTSIDE -> false;
            case UNKNOWN -> fence.allowUnknown();
        };
    }

    /** A SIM that is gone for good has no conditions any more. */
    private boolean isOver(ConditionStore.Held held, Predicate<SubscriberRecord> rule) {
        Iccid iccid = held.iccid();
        if (!(sims.find(Scope.OPERATOR, iccid) instanceof Outcome.Done<Sim>(Sim sim))
                || sim.actual() == SimState.TERMINATED) {
            return true;
        }
        SubscriberRecord now = subscribers.find(sim.imsi());
        return now == null || rule.test(now);
    }

    @Override
    public void close() {
        thread.shutdown();
        try {
            if (!thread.awaitTermination(5, TimeUnit.SECONDS)) {
                log.warn("conditions were still to be stored at the end");
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
