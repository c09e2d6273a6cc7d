package io.cellgate.control.live;

import io.cellgate.control.http.Fault;
import io.cellgate.control.http.Problem;
import io.cellgate.control.http.ProblemException;
import io.cellgate.control.http.ProblemType;
import io.cellgate.dataplane.firewall.FirewallProfile;
import io.cellgate.dataplane.packet.IpPrefix;
import io.cellgate.dataplane.peer.Carrier;
import io.cellgate.dataplane.peer.PeerTable;
import io.cellgate.dataplane.radius.AccountingClient;
import io.cellgate.dataplane.radius.AccountingClients;
import io.cellgate.dataplane.radius.SharedSecret;
import io.cellgate.dataplane.session.Refusal;
import io.cellgate.dataplane.session.SimGroup;
import io.cellgate.inventory.carrier.AccountingClientStore;
import io.cellgate.inventory.carrier.CarrierStore;
import io.cellgate.inventory.carrier.FirewallDocument;
import io.cellgate.inventory.carrier.FirewallStore;
import io.cellgate.inventory.sim.Sim;
import io.cellgate.inventory.sim.SimState;
import io.cellgate.policy.IpRange;
import io.cellgate.policy.subject.Imei;
import io.cellgate.policy.subject.Imsi;
import io.vertx.core.json.JsonObject;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How a committed change reaches live traffic. Each method returns when the gateway has followed, so that the answer
 * to the API's caller is true of the traffic as well. A process that dies in between has no sessions any more.
 */
public final class LiveEffects {
    private static final Logger log = LoggerFactory.getLogger(LiveEffects.class);
    private static final int PATIENCE_SECONDS = 10;

    private final LiveGateway gateway;
    private final CarrierStore carriers;
    private final FirewallStore firewalls;
    private final AccountingClientStore accounting;
    /** Indexes that carriers have had since the start: the user plane knows a carrier by its index. */
    private final Map<String, Integer> carrierIndexes = new HashMap<>();

    public LiveEffects(LiveGateway gateway, CarrierStore carriers, FirewallStore firewalls,
            AccountingClientStore accounting) {
        this.accounting = accounting;
        this.gateway = gateway;
        this.carriers = carriers;
        this.firewalls = firewalls;
    }

    public List<LiveGateway.LiveSession> sessionsOf(Imsi imsi) {
        return gateway.sessions(imsi);
    }

    /** The modem of the SIM's live session, or null where it has none or its network does not tell. */
    public @Nullable Imei imeiInUse(Imsi imsi) {
        for (LiveGateway.LiveSession session : sessionsOf(imsi)) {
            String imei = session.imei();
            if (imei != null) {
                return new Imei(imei);
            }
        }
        return null;
    }

    /** Who may peer, or how strictly that is checked, has changed. */
    public synchronized void carriersChanged() {
        Map<String, FirewallDocument> documents = firewalls.all();
        FirewallProfile usual = over(FirewallProfile.defaults(),
                documents.get(FirewallStore.GATEWAY));
        List<PeerTable.Entry> entries = new ArrayList<>();
        Map<String, Carrier> byId = new HashMap<>();
        for (var stored : carriers.all()) {
            int index = carrierIndexes.computeIfAbsent(stored.id(), _ -> carrierIndexes.size());
            Carrier carrier = new Carrier(index, stored.id(), stored.name(), stored.homePlmns(),
                    stored.servingPlmns(), over(usual, documents.get(stored.id())));
            byId.put(stored.id(), carrier);
            for (String address : stored.peers()) {
                entries.add(new PeerTable.Entry(InetAddress.ofLiteral(address), carrier));
            }
        }
        gateway.publishPeers(new PeerTable(entries));
        List<AccountingClient> clients = new ArrayList<>();
        for (var each : accounting.all()) {
            Carrier carrier = byId.get(each.client().carrier());
            if (carrier != null) { // else it was added just now, and another change publishes it
                clients.add(client(each, carrier));
            }
        }
        gateway.publishClients(new AccountingClients(clients));
        reevaluate(SimGroup.ALL);
    }

    private static AccountingClient client(AccountingClientStore.Trusted stored,
            Carrier carrier) {
        return new AccountingClient(stored.client().id(), carrier,
                prefixes(stored.client().sources()), SharedSecret.of(stored.secret()),
                prefixes(stored.client().ranges()),
                Duration.ofSeconds(stored.client().timeoutSeconds()));
    }

    private static List<IpPrefix> prefixes(List<IpRange> ranges) {
        return ranges.stream().map(range -> IpPrefix.parse(range.toString())).toList();
    }

    /** Refuses a range of devices' addresses that no carrier's router has for us; without a gateway, none. */
    public void requirePlain(String pointer, String text) {
        List<IpPrefix> networks = gateway.plainNetworks();
        if (gateway instanceof LiveGateway.None) {
            return;
        }
        IpPrefix range;
        try {
            range = IpPrefix.parse(text);
        } catch (IllegalArgumentException malformed) {
            return; // the store says so
        }
        if (networks.stream().noneMatch(network -> network.bits() <= range.bits()
                && network.overlaps(range))) {
            throw Problem.invalid(Fault.body(pointer, text, "within the networks " + networks
                    + " that carriers route here (--plain-route)"));
        }
    }

    private static FirewallProfile over(FirewallProfile base,
            @Nullable FirewallDocument document) {
        return document == null
                ? base
                : FirewallForm.over(base, new JsonObject(document.json()));
    }

    /**
     * A SIM's state has changed.
     *
     * @return how many sessions that ended
     */
    public int stateChanged(Sim sim) {
        int ended = stateChanges(sim, sim.actual());
        if (sim.actual() == SimState.ACTIVE) {
            simChanged(sim);
        }
        return ended;
    }

    /**
     * A SIM's state is about to change: where it may have no session then, those that it has end now and not when the disk has
     * taken the change, which is most of the time that a change takes. {@link #stateChanged} is to follow, for its device may
     * attach in between.
     *
     * @return how many sessions that ended
     */
    public int stateChanges(Sim sim, SimState next) {
        return switch (next) {
            case ACTIVE -> 0;
            case SUSPENDED -> end(sim, Refusal.SIM_SUSPENDED);
            case DEACTIVATED, TERMINATED -> end(sim, Refusal.SIM_INACTIVE);
            case INVENTORY, ALLOCATED, READY -> end(sim, Refusal.UNKNOWN_SIM);
        };
    }

    /** Ends a SIM's sessions; its device may attach again, which this refusal's causes tell it. */
    public int resetSessions(Sim sim) {
        return end(sim, Refusal.SESSION_RESET);
    }

    private int end(Sim sim, Refusal reason) {
        return await(gateway.endSessions(sim.imsi(), reason));
    }

    /** A SIM's policy, fleet, lock, fence, tags or account have changed. */
    public void simChanged(Sim sim) {
        Void _ = await(gateway.reevaluate(List.of(sim.imsi())));
    }

    /** Many SIMs have changed: their state, or what they are held to. */
    public void simsChanged(Collection<Sim> sims) {
        if (!sims.isEmpty()) {
            Void _ = await(gateway.reevaluate(sims.stream().map(Sim::imsi).toList()));
        }
    }

    /** Where cells stand is known otherwise now. */
    public void cellsChanged() {
        reevaluate(SimGroup.ALL);
    }

    public void fleetChanged(String fleet) {
        reevaluate(SimGroup.ofFleet(fleet));
    }

    public void accountChanged(String account) {
        reevaluate(SimGroup.ofAccount(account));
    }

    /** Rules that decide of sessions were published: flows follow by themselves, the session phase is asked here. */
    public void policiesChanged(@Nullable String account) {
        reevaluate(account == null ? SimGroup.ALL : SimGroup.ofAccount(account));
    }

    private void reevaluate(SimGroup sims) {
        Void _ = await(gateway.reevaluate(sims));
    }

    private static <T> T await(CompletionStage<T> stage) {
        try {
            return stage.toCompletableFuture().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw notFollowed();
        } catch (ExecutionException | TimeoutException failed) {
            log.error("the gateway has not followed a change", failed);
            throw notFollowed();
        }
    }

    private static ProblemException notFollowed() {
        return Problem.of(ProblemType.UNAVAILABLE,
                "the change is stored; the gateway has not confirmed within " + PATIENCE_SECONDS
                        + " s that its traffic follows");
    }
}
