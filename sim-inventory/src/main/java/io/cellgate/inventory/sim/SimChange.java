package io.cellgate.inventory.sim;

import io.cellgate.inventory.account.Scope;
import io.cellgate.inventory.outcome.Faults;
import io.cellgate.inventory.outcome.Outcome;
import io.cellgate.inventory.outcome.Outcome.Reason;
import io.cellgate.policy.subject.Eid;
import io.cellgate.policy.subject.Imei;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** What is wanted of a SIM: of one, or of each of many. */
public sealed interface SimChange {
    int MAX_TAGS = 50;
    int MAX_TAG_CHARS = 100;

    /** @param scope of who wants it */
    Outcome<Sim> apply(SimWork work, Scope scope, Sim sim);

    /**
     * A step of its life. A SIM that is where the action leads already is left as it is. A SIM that is to be activated
     * before it is delivered will be when it is: until then {@link Sim#intended} tells it.
     *
     * @param action one of the owner's
     */
    record Act(SimAction action) implements SimChange {
        public Act {
            if (!action.isOwners()) {
                throw new IllegalArgumentException(action + " comes with an order");
            }
        }

        @Override
        public Outcome<Sim> apply(SimWork work, Scope scope, Sim sim) {
            if (sim.actual() == action.goal() && sim.intended() == action.goal()) {
                return Outcome.done(sim);
            }
            if (sim.actual() == SimState.ALLOCATED && action == SimAction.ACTIVATE) {
                return Outcome.done(sim.intended() == SimState.ACTIVE
                        ? sim
                        : work.save("sim.activation_intended", sim,
                                sim.in(SimState.ALLOCATED, SimState.ACTIVE)));
            }
            SimState next = sim.actual().after(action);
            if (next == null) {
                return Outcome.conflict(Reason.WRONG_STATE, "sim " + sim.iccid() + ": got "
                        + action.name().toLowerCase(Locale.ROOT) + " in state "
                        + sim.actual().text() + ", expected it " + action.from());
            }
            String account = sim.account();
            if (next == SimState.TERMINATED
                    && (account == null || !work.mayTerminate(account))) {
                return Outcome.conflict(Reason.NOT_ENABLED,
                        "account " + account + " does not have termination enabled");
            }
            return Outcome.done(work.save(action.event(), sim, sim.in(next, next)));
        }
    }

    /** What its owner sets of it, given what is set. */
    record Set(UnaryOperator<SimSettings> settings) implements SimChange {
        @Override
        public Outcome<Sim> apply(SimWork work, Scope scope, Sim sim) {
            return set(work, "sim.changed", sim, settings.apply(sim.settings()), sim.boundImei());
        }
    }

    /**
     * A lock to one modem.
     *
     * @param imei null: that of its first use
     */
    record LockImei(@Nullable Imei imei) implements SimChange {
        @Override
        public Outcome<Sim> apply(SimWork work, Scope scope, Sim sim) {
            Imei modem = imei == null ? sim.boundImei() : imei;
            if (modem == null) {
                return Outcome.conflict(Reason.WRONG_STATE, "sim " + sim.iccid()
                        + " was not seen in any modem yet; expected an IMEI to lock it to");
            }
            ImeiLock lock = new ImeiLock(ImeiLock.Mode.LIST, List.of(modem), false);
            return set(work, "sim.imei_locked", sim, sim.settings().withImeiLock(lock),
                    sim.boundImei());
        }
    }

    /** The end of its lock, its fleet's as well; the modem of its first use is forgotten. */
    record UnlockImei() implements SimChange {
        @Override
        public Outcome<Sim> apply(SimWork work, Scope scope, Sim sim) {
            return set(work, "sim.imei_unlocked", sim, sim.settings().withImeiLock(ImeiLock.OFF),
                    null);
        }
    }

    /**
     * Another account. Its policy, geofence and order stay behind, for they are the old account's; its tags, lock, fence and
     * quota go with it.
     *
     * @param account null: that which has it
     * @param fleet   a fleet of that account, or null for none
     */
    record Move(@Nullable String account, @Nullable String fleet) implements SimChange {
        @Override
        public Outcome<Sim> apply(SimWork work, Scope scope, Sim sim) {
            String owner = sim.account();
            String next = account == null ? owner : account;
            if (next != null && (!scope.sees(next) || !work.hasAccount(next))) {
                return new Outcome.Absent<>("account", next);
            }
            if (next == null || owner == null || sim.actual() == SimState.TERMINATED) {
                return notInUse(sim);
            }
            if (fleet != null && !work.hasFleet(next, fleet)) {
                return new Outcome.Absent<>("fleet", fleet);
            }
            if (next.equals(owner)) {
                return set(work, "sim.moved", sim, sim.settings().withFleet(fleet),
                        sim.boundImei());
            }
            if (sim.actual() == SimState.ALLOCATED) {
                return Outcome.conflict(Reason.WRONG_STATE, "sim " + sim.iccid()
                        + " is allocated, expected it delivered before it moves");
            }
            return Outcome.done(work.move(sim, sim.movedTo(next, fleet)));
        }
    }

    /** The eUICC that its profile is in, or null for none. */
    record Euicc(@Nullable Eid eid) implements SimChange {
        @Override
        public Outcome<Sim> apply(SimWork work, Scope scope, Sim sim) {
            return Outcome.done(Objects.equals(eid, sim.eid())
                    ? sim
                    : work.save(eid == null ? "sim.eid_freed" : "sim.eid_bound", sim,
                            sim.ofEuicc(eid)));
        }
    }

    private static Outcome<Sim> notInUse(Sim sim) {
        return Outcome.conflict(Reason.WRONG_STATE, "sim " + sim.iccid() + " is "
                + sim.actual().text() + ", expected one that an account has in use");
    }

    private static Outcome<Sim> set(SimWork work, String event, Sim sim, SimSettings settings,
            @Nullable Imei bound) {
        if (settings.equals(sim.settings()) && Objects.equals(bound, sim.boundImei())) {
            return Outcome.done(sim);
        }
        String account = sim.account();
        if (account == null || sim.actual() == SimState.TERMINATED) {
            return notInUse(sim);
        }
        Faults faults = new Faults();
        String fleet = settings.fleet();
        if (fleet != null && !work.hasFleet(account, fleet)) {
            faults.add("/fleet", Faults.shown(fleet), "a fleet of this account");
        }
        String policy = settings.policy();
        if (policy != null && !work.hasPolicy(account, policy)) {
            faults.add("/policy", Faults.shown(policy), "a policy of this account");
        }
        String geofence = settings.geofence();
        if (geofence != null && !work.hasGeofence(account, geofence)) {
            faults.add("/geofence", Faults.shown(geofence), "a geofence of this account");
        }
        if (geofence != null && settings.fence() != null) {
            faults.add("/geofence", Faults.shown(geofence),
                    "a geofence or a fence of its own, not both");
        }
        checkTags(faults, settings.tags());
        return faults.any()
                ? faults.invalid()
                : Outcome.done(work.save(event, sim, sim.with(settings, bound)));
    }

    private static void checkTags(Faults faults, Map<String, String> tags) {
        if (tags.size() > MAX_TAGS) {
            faults.add("/tags", tags.size() + " tags", "at most " + MAX_TAGS);
        }
        tags.forEach((tag, value) -> {
            String pointer = "/tags/" + tag.replace("~", "~0").replace("/", "~1");
            faults.name(pointer, tag, MAX_TAG_CHARS);
            faults.note(pointer, value, MAX_TAG_CHARS);
        });
    }
}
