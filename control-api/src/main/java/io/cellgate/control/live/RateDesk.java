package io.cellgate.control.live;

import io.cellgate.inventory.account.Scope;
import io.cellgate.inventory.condition.Condition;
import io.cellgate.inventory.outcome.Outcome;
import io.cellgate.inventory.sim.Sim;
import io.cellgate.inventory.sim.SimStore;
import io.cellgate.inventory.store.Database;
import io.cellgate.inventory.store.Event;
import io.cellgate.policy.subject.Iccid;
import io.vertx.core.json.JsonObject;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has carriers hold a SIM that has used up a quota which throttles to the quota's rate, until it has something of it again:
 * what their radio networks do not carry need not be dropped here. One that attaches meanwhile is held to it from then.
 */
public final class RateDesk implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(RateDesk.class);

    private final SimStore sims;
    private final LiveGateway gateway;
    private final ExecutorService thread = Executors.newSingleThreadExecutor(
            Thread.ofPlatform().name("cellgate-rates").daemon().factory());

    public RateDesk(Database database, SimStore sims, LiveGateway gateway) {
        this.sims = sims;
        this.gateway = gateway;
        database.listen(this::heard);
    }

    private void heard(Event event) {
        if (thread.isShutdown()) {
            return;
        }
        if (event.kind().equals(Condition.QUOTA_EXCEEDED.event())) {
            long rateBps = rateBps(event.after());
            if (rateBps != rateBps(event.before())) {
                thread.execute(() -> hold(new Iccid(event.subject()), rateBps));
            }
        } else if (event.kind().equals(Condition.QUOTA_EXCEEDED.endEvent())) {
            thread.execute(() -> hold(new Iccid(event.subject()), 0));
        }
    }

    private static long rateBps(@Nullable String told) {
        JsonObject quota = told == null ? null : new JsonObject(told).getJsonObject("quota");
        Long rate = quota == null ? null : quota.getLong("rate_bps");
        return rate == null ? 0 : rate;
    }

    private void hold(Iccid iccid, long rateBps) {
        try {
            if (sims.find(Scope.OPERATOR, iccid) instanceof Outcome.Done<Sim>(Sim sim)) {
                CompletionStage<Void> _ = gateway.holdTo(sim.imsi(), rateBps);
            }
        } catch (RuntimeException e) {
            log.error("the carriers of SIM {} were not told its rate", iccid, e);
        }
    }

    @Override
    public void close() {
        thread.close();
    }
}
