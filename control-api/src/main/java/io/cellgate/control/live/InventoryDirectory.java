package io.cellgate.control.live;

import io.cellgate.dataplane.session.Allowance;
import io.cellgate.dataplane.session.AttachRequest;
import io.cellgate.dataplane.session.OwnAddresses;
import io.cellgate.dataplane.session.Refusal;
import io.cellgate.dataplane.session.Subscriber;
import io.cellgate.dataplane.session.SubscriberDirectory;
import io.cellgate.dataplane.session.UserLocation;
import io.cellgate.inventory.account.Account;
import io.cellgate.inventory.account.AccountStore;
import io.cellgate.inventory.account.Scope;
import io.cellgate.inventory.fleet.Fleet;
import io.cellgate.inventory.fleet.FleetStore;
import io.cellgate.inventory.outcome.Outcome;
import io.cellgate.inventory.place.Area;
import io.cellgate.inventory.place.CellId;
import io.cellgate.inventory.place.CellStore;
import io.cellgate.inventory.place.CellTable;
import io.cellgate.inventory.place.Place;
import io.cellgate.inventory.sim.Fence;
import io.cellgate.inventory.sim.ImeiLock;
import io.cellgate.inventory.sim.SimState;
import io.cellgate.inventory.subscriber.SubscriberRecord;
import io.cellgate.inventory.subscriber.SubscriberStore;
import io.cellgate.inventory.usage.UsageStore;
import io.cellgate.inventory.usage.UsageTotals;
import io.cellgate.policy.IpAddress;
import io.cellgate.policy.PolicySlot;
import io.cellgate.policy.subject.Eid;
import io.cellgate.policy.subject.Imei;
import io.cellgate.policy.subject.MobileCountryCode;
import io.cellgate.policy.subject.Plmn;
import io.cellgate.policy.subject.Quota;
import java.time.Instant;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Who may have a session, by the inventory as it is committed now. Where all that the answer needs is known, it is given
 * at once; else on a virtual thread of its own, for it reads the store and, at a SIM's first use, writes to it; signalling
 * bounds how many wait at once.
 */
public final class InventoryDirectory implements SubscriberDirectory, AutoCloseable {
    private static final int MOST_SHOWN = 20;
    /** What a SIM may use in the one attach that it has before it is activated. */
    private static final Quota TEST_ALLOWANCE = new Quota(1_000_000L, 1_000_000L, 0);

    private final SubscriberStore subscribers;
    private final FleetStore fleets;
    private final AccountStore accounts;
    private final PolicyDesk policies;
    private final UsageStore usage;
    /** What most SIMs have: one object for all of them. */
    private volatile Allowance unused = Allowance.UNLIMITED;
    private final CellStore cells;
    private final ConditionDesk conditions;
    private final ExecutorService threads = Executors
            .newThreadPerTaskExecutor(Thread.ofVirtual().name("admit-", 0).factory());

    public InventoryDirectory(SubscriberStore subscribers, FleetStore fleets,
            AccountStore accounts, PolicyDesk policies, UsageStore usage,
            CellStore cells, ConditionDesk conditions) {
        this.subscribers = subscribers;
        this.fleets = fleets;
        this.accounts = accounts;
        this.policies = policies;
        this.usage = usage;
        this.cells = cells;
        this.conditions = conditions;
    }

    @Override
    public CompletionStage<Admission> admit(AttachRequest request) {
        return judgeSoon(request, true);
    }

    @Override
    public CompletionStage<Admission> keep(AttachRequest request) {
        return judgeSoon(request, false);
    }

    private CompletionStage<Admission> judgeSoon(AttachRequest request, boolean attaches) {
        SubscriberRecord sim = subscribers.findKnown(request.imsi());
        UsageTotals used = sim == null ? null : usage.findKnown(sim.iccid(), Instant.now());
        if (sim == null || used == null || policies.isShadow(sim.policy())
                || sim.judge(request.imei()) == ImeiLock.Verdict.ALLOWED_AS_FIRST) {
            return CompletableFuture.supplyAsync(() -> judge(request, attaches), threads);
        }
        Place place = place(request.location());
        Admission.Refused refusal = objection(sim, request, place);
        return CompletableFuture.completedFuture(refusal == null
                ? new Admission.Admitted(subscriber(sim, request, place, used))
                : refusal);
    }

    @Override
    public void ruled(Subscriber subscriber, @Nullable String quarantine) {
        conditions.ruled(subscriber.iccid(), quarantine);
    }

    @Override
    public void notAttached(Subscriber subscriber) {
        if (subscriber.status().equals(SimState.READY.text())) {
            threads.execute(() -> subscribers.giveBackTestAttach(subscriber.imsi()));
        }
    }

    private Admission judge(AttachRequest request, boolean attaches) {
        SubscriberRecord sim = subscribers.find(request.imsi());
        if (sim == null) {
            return refused(Refusal.UNKNOWN_SIM,
                    "got IMSI " + request.imsi() + ", expected one of the inventory");
        }
        Place place = place(request.location());
        Admission.Refused refusal = objection(sim, request, place);
        if (refusal == null && attaches && sim.state() == SimState.READY
                && !subscribers.useTestAttach(sim.imsi())) {
            refusal = refused(Refusal.SIM_INACTIVE, "got a second attach of a SIM in state ready, "
                    + "expected one: activate it first");
        }
        return refusal == null
                ? new Admission.Admitted(subscriber(sim, request, place,
                        usage.totals(sim.iccid(), Instant.now())))
                : refusal;
    }

    private Admission.@Nullable Refused objection(SubscriberRecord sim, AttachRequest request,
            Place place) {
        Admission.Refused refusal = byState(sim.state());
        if (refusal == null) {
            refusal = byFence(sim, place);
        }
        if (refusal == null) {
            refusal = byLock(sim, request.imei());
        }
        if (refusal == null) {
            conditions.admitted(sim.iccid());
        }
        return refusal;
    }

    private static Admission.@Nullable Refused byState(SimState state) {
        return switch (state) {
            case ACTIVE, READY -> null;
            case SUSPENDED -> refused(Refusal.SIM_SUSPENDED, state);
            case DEACTIVATED, TERMINATED -> refused(Refusal.SIM_INACTIVE, state);
            case INVENTORY, ALLOCATED -> refused(Refusal.UNKNOWN_SIM, state);
        };
    }

    private static Admission.Refused refused(Refusal reason, SimState state) {
        String what = switch (state) {
            case DEACTIVATED -> ": it is out of service for good";
            case SUSPENDED -> ": resume it first";
            case ALLOCATED -> ": receive its order and activate it first";
            case INVENTORY, READY, ACTIVE, TERMINATED -> "";
        };
        return refused(reason, "got a SIM in state " + state.text() + ", expected active" + what);
    }

    /** Where a device is, as its network tells; where its cell stands, as the table knows. */
    private Place place(UserLocation location) {
        Plmn serving = location.plmn();
        Integer tac = location.tac();
        Integer lac = location.lac();
        Integer number = location.cell();
        // a location area names cells of 16 bits; where it does not fit, the number is E-UTRAN's
        CellId cell = serving == null || number == null
                ? null
                : new CellId(serving, tac == null && number <= Area.MAX_CODE ? lac : null, number);
        CellTable.Site site = cell == null ? null : cells.table().find(cell);
        return new Place(serving == null ? null : MobileCountryCode.country(serving), serving,
                tac == null ? lac : tac, cell, site == null ? null : site.point());
    }

    private Admission.@Nullable Refused byFence(SubscriberRecord sim, Place place) {
        Fence fence = sim.fence();
        if (fence == null) {
            return null;
        }
        Fence.Verdict verdict = fence.judge(place);
        if (verdict == Fence.Verdict.INSIDE
                || (verdict == Fence.Verdict.UNKNOWN && fence.allowUnknown())) {
            return null;
        }
        conditions.outside(sim.iccid(), place);
        return refused(Refusal.OUTSIDE_FENCE, (verdict == Fence.Verdict.UNKNOWN
                ? "got a place that is not known well enough: "
                : "got ") + shown(place) + ", expected " + places(fence));
    }

    private static String shown(Place place) {
        return "network " + place.plmn() + " in " + place.country()
                + (place.tac() == null ? "" : ", area " + place.tac())
                + (place.cell() == null ? "" : ", cell " + place.cell())
                + (place.point() == null
                        ? ""
                        : " at " + place.point().latitude() + " " + place.point().longitude());
    }

    /** What the fence holds, countries first; as many as a person reads. */
    static String places(Fence fence) {
        List<String> all = Stream
                .of(fence.countries().stream().sorted(),
                        fence.plmns().stream().map(Plmn::toString).sorted(),
                        fence.areas().stream().map(Area::toString).sorted(),
                        fence.cells().stream().map(CellId::toString).sorted())
                .flatMap(each -> each).toList();
        int shapes = fence.shapes().size();
        return "one of " + all.subList(0, Math.min(all.size(), MOST_SHOWN))
                + (all.size() > MOST_SHOWN ? " and " + (all.size() - MOST_SHOWN) + " more" : "")
                + (shapes == 0 ? "" : ", or within one of " + shapes + " shapes");
    }

    private Admission.@Nullable Refused byLock(SubscriberRecord sim, @Nullable Imei presented) {
        return switch (sim.judge(presented)) {
            case ALLOWED -> null;
            case REFUSED_MISSING -> lockedOut(sim, null,
                    "got no IMEI, expected one that the SIM is locked to");
            case REFUSED_OTHER -> other(sim, presented, sim.boundImei());
            case ALLOWED_AS_FIRST -> presented == null ? null : bind(sim, presented);
        };
    }

    /** Records the modem of first use, durably, before the device is let in. Of two at once the second is another. */
    private Admission.@Nullable Refused bind(SubscriberRecord sim, Imei presented) {
        Imei first = subscribers.bindFirstUse(sim.imsi(), presented);
        return first == null || first.isSameModemAs(presented)
                ? null
                : other(sim, presented, first);
    }

    private Admission.Refused lockedOut(SubscriberRecord sim, @Nullable Imei presented,
            String detail) {
        conditions.lockedOut(sim.iccid(), presented);
        return refused(Refusal.IMEI_LOCKED, detail);
    }

    private Admission.Refused other(SubscriberRecord sim, @Nullable Imei presented,
            @Nullable Imei bound) {
        ImeiLock lock = sim.imeiLock();
        return lockedOut(sim, presented, "got IMEI " + presented + ", expected "
                + (lock.mode() == ImeiLock.Mode.LIST ? "one of " + lock.imeis() : bound));
    }

    private static Admission.Refused refused(Refusal reason, String detail) {
        return new Admission.Refused(reason, detail);
    }

    private Subscriber subscriber(SubscriberRecord sim, AttachRequest request,
            Place place, UsageTotals used) {
        String account = sim.account();
        if (account == null) {
            throw new IllegalStateException("sim " + sim.iccid() + " is active in no account");
        }
        Imei presented = request.imei();
        Imei bound = sim.boundImei();
        Boolean changed = presented == null || sim.imeiLock().mode() == ImeiLock.Mode.OFF
                && bound == null ? null : Boolean.FALSE;
        if (presented != null && bound != null) {
            changed = !presented.isSameModemAs(bound);
        }
        Fence fence = sim.fence();
        Boolean inFence = fence == null
                ? null
                : switch (fence.judge(place)) {
                    case INSIDE -> Boolean.TRUE;
                    case OUTSIDE -> Boolean.FALSE;
                    case UNKNOWN -> null;
                };
        Eid eid = sim.eid();
        return new Subscriber(sim.iccid(), sim.imsi(), sim.msisdn(), account, sim.fleet(),
                sim.state().text(), sim.tags(), slot(sim, account), changed, inFence,
                allowance(sim, used), own(sim), eid == null ? null : eid.digits());
    }

    private Allowance allowance(SubscriberRecord sim, UsageTotals used) {
        if (sim.state() != SimState.READY && sim.quota() == null && used.octetsMonth() == 0) {
            Allowance usual = unused;
            if (usual.day() != used.day()) {
                usual = new Allowance(null, used.day(), 0, 0);
                unused = usual;
            }
            return usual;
        }
        return new Allowance(sim.state() == SimState.READY ? TEST_ALLOWANCE : sim.quota(),
                used.day(), used.octetsDay(), used.octetsMonth());
    }

    private static OwnAddresses own(SubscriberRecord sim) {
        IpAddress v4 = sim.ownIpv4();
        IpAddress v6 = sim.ownIpv6();
        return v4 == null && v6 == null
                ? OwnAddresses.NONE
                : new OwnAddresses(v4 == null ? null : (Inet4Address) AddressDesk.inet(v4),
                        v6 == null ? null : (Inet6Address) AddressDesk.inet(v6));
    }

    /** A policy in shadow mode needs the one behind it, which the record does not name: that is looked up. */
    private PolicySlot slot(SubscriberRecord sim, String account) {
        String policy = sim.policy();
        if (!policies.isShadow(policy)) {
            return policies.slot(policy);
        }
        String fleet = sim.fleet();
        String ofFleet = fleet == null
                ? null
                : switch (fleets.find(Scope.OPERATOR, fleet)) {
                    case Outcome.Done<Fleet>(Fleet found) -> found.policy();
                    case Outcome<Fleet> _ -> null;
                };
        String ofAccount = switch (accounts.find(Scope.OPERATOR, account)) {
            case Outcome.Done<Account>(Account found) -> found.defaultPolicy();
            case Outcome<Account> _ -> null;
        };
        return policies.slot(policy, ofFleet, ofAccount);
    }

    @Override
    public void close() {
        threads.shutdownNow();
        subscribers.close();
    }
}
