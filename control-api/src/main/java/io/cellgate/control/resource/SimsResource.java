package io.cellgate.control.resource;

import io.cellgate.control.http.Answer;
import io.cellgate.control.http.Call;
import io.cellgate.control.http.Endpoints;
import io.cellgate.control.http.Fault;
import io.cellgate.control.http.Outcomes;
import io.cellgate.control.http.Problem;
import io.cellgate.control.live.LiveEffects;
import io.cellgate.inventory.condition.ConditionStore;
import io.cellgate.inventory.sim.ImeiLock;
import io.cellgate.inventory.sim.Sim;
import io.cellgate.inventory.sim.SimAction;
import io.cellgate.inventory.sim.SimFilter;
import io.cellgate.inventory.sim.SimState;
import io.cellgate.inventory.sim.SimStore;
import io.cellgate.policy.subject.Iccid;
import io.cellgate.policy.subject.Imei;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** {@code /sims}: the cards, and what their owners do to them. */
public final class SimsResource {
    private final SimStore sims;
    private final LiveEffects live;
    private final ConditionStore conditions;
    private final LongWork work;

    public SimsResource(SimStore sims, LiveEffects live, ConditionStore conditions,
            LongWork work) {
        this.work = work;
        this.sims = sims;
        this.conditions = conditions;
        this.live = live;
    }

    public void mount(Endpoints endpoints) {
        endpoints.on("listSims", this::list).on("getSim", this::get)
                .on("updateSim", this::update)
                .on("actOnSim",
                        call -> work.answer(call, "sims." + call.body().getString("action"),
                                iccid(call).digits(), this::act))
                .on("listSimConditions", this::conditions);
    }

    private Answer list(Call call) {
        String state = call.query("state");
        SimFilter filter = new SimFilter(state == null ? null : SimState.parse(state),
                call.query("fleet"), call.query("order"), null, call.query("batch"),
                call.query("policy"), call.query("imsi"), call.query("msisdn"), call.query("eid"),
                call.query("geofence"), call.query("condition"), null, null,
                tag(call.query("tag")));
        return Shown.page(sims.list(call.listScope(), filter, call.page()), SimForms::show);
    }

    /** @param tag NAME or NAME=VALUE, or null */
    static Map<String, String> tag(@Nullable String tag) {
        if (tag == null) {
            return Map.of();
        }
        int equals = tag.indexOf('=');
        return equals < 0
                ? Map.of(tag, "")
                : Map.of(tag.substring(0, equals), tag.substring(equals + 1));
    }

    private Answer get(Call call) {
        Sim sim = Outcomes.require(sims.find(call.scope(), iccid(call)));
        return Answer.ok(SimForms.show(sim).put("sessions", live.sessionsOf(sim.imsi()).size())
                .put("conditions", new JsonArray(conditions.of(sim.iccid()).stream()
                        .map(held -> held.condition().text()).toList())))
                .revision(sim.revision());
    }

    private Answer conditions(Call call) {
        Sim sim = Outcomes.require(sims.find(call.scope(), iccid(call)));
        return Answer.ok(new JsonObject().put("items",
                new JsonArray(conditions.of(sim.iccid()).stream()
                        .map(held -> new JsonObject().put("condition", held.condition().text())
                                .put("since", Shown.time(held.since()))
                                .put("detail", new JsonObject(held.detail()))
                                .put("ends_when", held.condition().endsWhen()))
                        .toList())));
    }

    private Answer update(Call call) {
        Sim sim = Outcomes.require(sims.change(call.actor(), call.scope(), iccid(call),
                call.ifMatch(), SimForms.patch(call.body())));
        live.simChanged(sim);
        return Answer.ok(SimForms.show(sim)).revision(sim.revision());
    }

    private Answer act(Call call) {
        String action = call.body().getString("action");
        refuseStray(call, action);
        return switch (action) {
            case "activate" -> state(call, action, SimAction.ACTIVATE);
            case "suspend" -> state(call, action, SimAction.SUSPEND);
            case "resume" -> state(call, action, SimAction.RESUME);
            case "deactivate" -> state(call, action, SimAction.DEACTIVATE);
            case "terminate" -> state(call, action, SimAction.TERMINATE);
            case "reset-session" -> {
                Sim sim = Outcomes.require(sims.find(call.scope(), iccid(call))
                        .at(call.ifMatch(), Sim::revision));
                yield done(action, sim, live.resetSessions(sim));
            }
            case "lock-imei" -> lock(call, action);
            case "unlock-imei" -> changed(action, Outcomes
                    .require(sims.unlockImei(call.actor(), call.scope(), iccid(call),
                            call.ifMatch())));
            case "move" -> move(call, action);
            default -> throw new IllegalStateException("the contract lets " + action + " pass");
        };
    }

    /** A field that belongs to another action is an error, as an unknown one is. */
    private static void refuseStray(Call call, String action) {
        for (String field : call.body().fieldNames()) {
            boolean fits = switch (field) {
                case "action" -> true;
                case "imeis" -> action.equals("lock-imei");
                default -> action.equals("move");
            };
            if (!fits) {
                throw Problem.invalid(Fault.body("/" + field, call.body().getValue(field),
                        "no such field with action " + action));
            }
        }
    }

    private Answer state(Call call, String action, SimAction what) {
        Long expected = call.ifMatch();
        Sim before = Outcomes.require(sims.find(call.scope(), iccid(call)));
        SimState next = before.actual().after(what);
        int ended = before.actual() == SimState.ACTIVE && next != null
                && (expected == null || expected == before.revision())
                        ? live.stateChanges(before, next)
                        : 0;
        Sim sim = Outcomes
                .require(sims.act(call.actor(), call.scope(), before.iccid(), what, expected));
        return done(action, sim, ended + live.stateChanged(sim));
    }

    private Answer lock(Call call, String action) {
        Iccid iccid = iccid(call);
        JsonArray given = call.body().getJsonArray("imeis");
        if (given != null && given.size() > 1) {
            ImeiLock lock = new ImeiLock(ImeiLock.Mode.LIST, SimForms.imeis(given), false);
            return changed(action, Outcomes.require(sims.change(call.actor(), call.scope(), iccid,
                    call.ifMatch(), old -> old.withImeiLock(lock))));
        }
        Sim sim = Outcomes.require(sims.find(call.scope(), iccid));
        Imei modem = given == null ? live.imeiInUse(sim.imsi()) : new Imei(given.getString(0));
        return changed(action,
                Outcomes.require(sims.lockImei(call.actor(), call.scope(), iccid, modem,
                        call.ifMatch())));
    }

    private Answer move(Call call, String action) {
        Sim before = Outcomes.require(sims.find(call.scope(), iccid(call)));
        String account = call.body().getString("account");
        if (account == null) {
            account = before.account();
        }
        if (account == null) {
            throw Problem.invalid(
                    Fault.body("/account", null, "the id of the account that gets the SIM"));
        }
        return changed(action, Outcomes.require(sims.move(call.actor(), call.scope(),
                before.iccid(), account, call.body().getString("fleet"), call.ifMatch())));
    }

    private Answer changed(String action, Sim sim) {
        int before = live.sessionsOf(sim.imsi()).size();
        live.simChanged(sim);
        return done(action, sim, Math.max(0, before - live.sessionsOf(sim.imsi()).size()));
    }

    private static Answer done(String action, Sim sim, int sessionsEnded) {
        return Answer.ok(new JsonObject().put("action", action).put("sim", SimForms.show(sim))
                .put("sessions_ended", sessionsEnded)).revision(sim.revision());
    }

    private static Iccid iccid(Call call) {
        String text = call.path("iccid");
        try {
            return new Iccid(text);
        } catch (IllegalArgumentException notOne) {
            throw Problem.notFound("sim", text);
        }
    }
}
