package io.cellgate.control;

import io.cellgate.control.access.Gatekeeper;
import io.cellgate.control.access.Logins;
import io.cellgate.control.http.ApiServer;
import io.cellgate.control.http.Authentication;
import io.cellgate.control.http.Contract;
import io.cellgate.control.http.Endpoints;
import io.cellgate.control.http.OpenApi;
import io.cellgate.control.http.RateLimits;
import io.cellgate.control.live.AddressDesk;
import io.cellgate.control.live.AtlasKeeper;
import io.cellgate.control.live.BindingKeeper;
import io.cellgate.control.live.CaptureDesk;
import io.cellgate.control.live.BulkDesk;
import io.cellgate.control.live.ConditionDesk;
import io.cellgate.control.live.InventoryDirectory;
import io.cellgate.control.live.ListDesk;
import io.cellgate.control.live.LiveEffects;
import io.cellgate.control.live.LiveGateway;
import io.cellgate.control.live.PathDesk;
import io.cellgate.control.live.PolicyDesk;
import io.cellgate.control.live.RateDesk;
import io.cellgate.control.live.UsageDesk;
import io.cellgate.control.log.LogStore;
import io.cellgate.control.log.TrafficLogs;
import io.cellgate.control.resource.AccountingClientsResource;
import io.cellgate.control.resource.AccountsResource;
import io.cellgate.control.resource.AddressesResource;
import io.cellgate.control.resource.BatchesResource;
import io.cellgate.control.resource.BulkChangesResource;
import io.cellgate.control.resource.CapturesResource;
import io.cellgate.control.resource.EsimProfilesResource;
import io.cellgate.control.resource.GeofencesResource;
import io.cellgate.control.resource.CarriersResource;
import io.cellgate.control.resource.EventsResource;
import io.cellgate.control.resource.ExplainResource;
import io.cellgate.control.resource.FirewallResource;
import io.cellgate.control.resource.FleetsResource;
import io.cellgate.control.resource.Idempotency;
import io.cellgate.control.resource.IdentityProvidersResource;
import io.cellgate.control.resource.LearnResource;
import io.cellgate.control.resource.ListsResource;
import io.cellgate.control.resource.LoginResource;
import io.cellgate.control.resource.LogsResource;
import io.cellgate.control.resource.LongWork;
import io.cellgate.control.resource.MeResource;
import io.cellgate.control.resource.OperationsResource;
import io.cellgate.control.resource.OrdersResource;
import io.cellgate.control.resource.PoliciesResource;
import io.cellgate.control.resource.ProductsResource;
import io.cellgate.control.resource.ProgressResource;
import io.cellgate.control.resource.ReplayResource;
import io.cellgate.control.resource.RolesResource;
import io.cellgate.control.resource.SessionsResource;
import io.cellgate.control.resource.SimsResource;
import io.cellgate.control.resource.TokensResource;
import io.cellgate.control.resource.UsageResource;
import io.cellgate.control.resource.UsersResource;
import io.cellgate.control.webhook.Backoff;
import io.cellgate.control.webhook.Dispatcher;
import io.cellgate.control.webhook.Targets;
import io.cellgate.control.webhook.WebhooksResource;
import io.cellgate.dataplane.atlas.LiveAtlas;
import io.cellgate.dataplane.radius.BindingStore;
import io.cellgate.dataplane.signalling.PathMemory;
import io.cellgate.dataplane.usage.UsageRecord;
import io.cellgate.inventory.Inventory;
import io.cellgate.inventory.account.IssuedToken;
import io.cellgate.inventory.account.Scope;
import io.cellgate.inventory.page.Page;
import io.cellgate.inventory.page.PageRequest;
import io.cellgate.inventory.policy.NamedList;
import io.cellgate.policy.subject.Iccid;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.json.JsonArray;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One whole process: the store, the policies compiled, the gateway, the API. Started in this order, so that the first
 * packet finds its policy and the first request everything; stopped in the reverse one.
 */
public final class GatewayProcess implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(GatewayProcess.class);

    private final ApiServer.Binding binding;
    private final ApiServer api;
    private final @Nullable String bootstrapToken;
    private final Deque<AutoCloseable> parts;

    /** Makes the gateway of a process, given what it asks and tells. */
    @FunctionalInterface
    interface GatewayStarter {
        /** @param parts takes what is to be closed after the gateway */
        LiveGateway start(GatewayNeeds needs, Deque<AutoCloseable> parts);
    }

    /** What a gateway is started with, beside its settings. */
    record GatewayNeeds(InventoryDirectory directory, TrafficLogs logs,
            UsageRecord.Listener usage, LiveAtlas atlas, BindingStore bindings,
            int restartCounter, PathMemory paths) {}

    private GatewayProcess(ApiServer.Binding binding, ApiServer api,
            @Nullable String bootstrapToken, Deque<AutoCloseable> parts) {
        this.binding = binding;
        this.api = api;
        this.bootstrapToken = bootstrapToken;
        this.parts = parts;
    }

    /** Starts all of it. On a failure what was started is stopped again. */
    public static GatewayProcess start(Settings settings) {
        Settings.Gateway gateway = settings.gateway();
        return start(settings,
                gateway == null
                        ? (_, _) -> new LiveGateway.None()
                        : (needs, parts) -> GatewayLaunch.start(gateway,
                                HostPort.resolve("--api-address", settings.api().address()), needs,
                                parts));
    }

    static GatewayProcess start(Settings settings, GatewayStarter starter) {
        Deque<AutoCloseable> parts = new ArrayDeque<>();
        try {
            return start(settings, starter, parts);
        } catch (RuntimeException failed) {
            stop(parts);
            throw failed;
        }
    }

    private static GatewayProcess start(Settings settings, GatewayStarter starter,
            Deque<AutoCloseable> parts) {
        Inventory stores = settings.store().open();
        parts.push(stores);
        stores.operations().endThoseBrokenOff();
        ListDesk lists = new ListDesk(stores.lists());
        lists.open(allLists(stores));
        LiveAtlas atlas = openAtlas(settings);
        PolicyDesk policies = new PolicyDesk(stores.policies(), lists,
                atlas.files().unknown());
        policies.open();
        ConditionDesk conditions = new ConditionDesk(stores.database(), stores.conditions(),
                stores.sims(), stores.subscribers());
        parts.push(conditions);
        InventoryDirectory directory = new InventoryDirectory(stores.subscribers(),
                stores.fleets(), stores.accounts(), policies, stores.usage(), stores.cells(),
                conditions);
        parts.push(directory);
        UsageDesk usage = new UsageDesk(stores.database(), stores.usage(), stores.quotas(),
                InstantSource.system());
        parts.push(usage);
        LogStore logStore = LogStore.open(settings.store().data().resolve("logs"), settings.logs(),
                InstantSource.system());
        TrafficLogs logs = new TrafficLogs(logStore, stores.subscribers(), atlas);
        parts.push(logs);
        BindingKeeper bindings = new BindingKeeper(stores.accountingBindings());
        parts.push(bindings);
        PathDesk paths = new PathDesk(stores.paths());
        parts.push(paths);
        LiveGateway gateway = starter.start(
                new GatewayNeeds(directory, logs, usage, atlas, bindings,
                        stores.nextRestartCounter(), paths),
                parts);
        parts.push(gateway);
        logs.countAlso(() -> gateway.counters().getOrDefault("userplane.flows", Map.of())
                .getOrDefault("log_lost", 0L));
        parts.push(new RateDesk(stores.database(), stores.sims(), gateway));
        LiveEffects live = new LiveEffects(gateway, stores.carriers(),
                stores.firewalls(), stores.accountingClients());
        live.carriersChanged();
        AddressDesk addresses = new AddressDesk(gateway, stores.apns(), stores.pools());
        addresses.open(stores.staticAddresses());
        parts.push(AtlasKeeper.start(atlas, () -> live.policiesChanged(null)));

        Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(2)
                .setWorkerPoolSize(2).setInternalBlockingPoolSize(2));
        parts.push(() -> vertx.close().toCompletionStage().toCompletableFuture().join());
        Contract contract = Contract.load(vertx);
        Authentication gate = new Gatekeeper(stores.tokens());
        EventsResource events = new EventsResource(stores.events(), gate::holds);
        OperationsResource operations = new OperationsResource(contract, gateway, logs,
                logStore, stores::probe, policies);
        parts.push(operations);
        LongWork work = new LongWork(stores.database(), stores.operations());
        parts.push(work);
        Logins logins = new Logins(stores.identityProviders(), stores.users(), stores.tokens(),
                InstantSource.system());
        parts.push(logins);
        Targets targets = new Targets(settings.webhookNetworks(), settings.deviceNetworks());
        Dispatcher dispatcher = new Dispatcher(vertx, stores.webhooks(), stores.deliveries(),
                stores.events(), targets, Backoff.USUAL, EventsResource::show);
        parts.push(dispatcher);
        BulkDesk bulk = new BulkDesk(stores.bulk(), live);
        parts.push(bulk);
        Idempotency once = new Idempotency(stores.idempotency());
        Endpoints endpoints = endpoints(stores, lists, policies, gateway, logs, live, addresses,
                events, operations, OpenApi.scopes(contract.document()), atlas, work, bulk, once);
        new LoginResource(stores.identityProviders(), logins).mount(endpoints);
        new WebhooksResource(stores.webhooks(), stores.deliveries(), targets, dispatcher,
                once).mount(endpoints);
        Settings.Gateway ofGateway = settings.gateway();
        CaptureDesk captures = new CaptureDesk(settings.store().data().resolve("captures"), gateway,
                ofGateway == null
                        ? InetAddress.getLoopbackAddress()
                        : ofGateway.gtpu().getAddress(),
                InstantSource.system());
        parts.push(captures);
        stores.database().listen(event -> {
            if (event.kind().equals("sim.left")) {
                captures.simLeft(new Iccid(event.subject()));
            }
        });
        new CapturesResource(captures, stores.sims(), once).mount(endpoints);
        ApiServer api = ApiServer.start(vertx, contract, endpoints,
                gate, new RateLimits(settings.requestsPerSecond()), settings.api());
        parts.push(api);
        parts.push(events::close);
        // the last step: a start that fails must not use up the token that is shown once
        IssuedToken bootstrap = stores.tokens().bootstrap();
        return new GatewayProcess(settings.api(), api,
                bootstrap == null ? null : bootstrap.secret(), parts);
    }

    private static LiveAtlas openAtlas(Settings settings) {
        try {
            return LiveAtlas.open(settings.atlas());
        } catch (IOException unreadable) {
            throw new StartFailure(
                    "a file of --geoip-country, --geoip-asn or --dns-category cannot be used: "
                            + unreadable.getMessage(),
                    unreadable);
        }
    }

    private static Endpoints endpoints(Inventory stores, ListDesk lists, PolicyDesk policies,
            LiveGateway gateway, TrafficLogs logs, LiveEffects live, AddressDesk addresses,
            EventsResource events, OperationsResource operations, JsonArray scopes,
            LiveAtlas atlas, LongWork work, BulkDesk bulk, Idempotency once) {
        Endpoints endpoints = new Endpoints();
        new AccountsResource(stores.accounts(), once, live).mount(endpoints);
        new TokensResource(stores.accounts(), stores.tokens(), stores.roles(), scopes,
                once).mount(endpoints);
        new RolesResource(stores.roles(), scopes, once).mount(endpoints);
        new UsersResource(stores.users(), stores.roles(), scopes, once).mount(endpoints);
        new IdentityProvidersResource(stores.identityProviders(), once).mount(endpoints);
        new MeResource(stores.tokens(), stores.users()).mount(endpoints);
        new CarriersResource(stores.carriers(), once, live, gateway).mount(endpoints);
        new AccountingClientsResource(stores.accountingClients(), once, live, gateway)
                .mount(endpoints);
        new FirewallResource(stores.firewalls(), live, gateway).mount(endpoints);
        new AddressesResource(stores.apns(), stores.pools(), stores.staticAddresses(), once,
                addresses).mount(endpoints);
        new ProductsResource(stores.products(), once).mount(endpoints);
        new OrdersResource(stores.orders(), once, work).mount(endpoints);
        new BatchesResource(stores.batches(), once).mount(endpoints);
        new ProgressResource(stores.operations()).mount(endpoints);
        new SimsResource(stores.sims(), live, stores.conditions(), work).mount(endpoints);
        new GeofencesResource(stores.geofences(), stores.cells(), once, live).mount(endpoints);
        new EsimProfilesResource(stores.esims(), stores.sims(), live).mount(endpoints);
        new BulkChangesResource(stores.bulk(), bulk, stores.sims(), stores.operations(), once)
                .mount(endpoints);
        new UsageResource(stores.usage(), stores.conditions(), stores.sims(), stores.subscribers(),
                InstantSource.system()).mount(endpoints);
        new FleetsResource(stores.fleets(), once, live).mount(endpoints);
        new PoliciesResource(stores.policies(), policies, once, live).mount(endpoints);
        new ExplainResource(stores.policies(), policies, stores.sims(), logs, atlas)
                .mount(endpoints);
        new ReplayResource(stores.policies(), policies, logs).mount(endpoints);
        new LearnResource(policies, logs).mount(endpoints);
        new ListsResource(stores.lists(), lists, policies, once, live).mount(endpoints);
        new SessionsResource(gateway).mount(endpoints);
        new LogsResource(logs).mount(endpoints);
        events.mount(endpoints);
        operations.mount(endpoints);
        return endpoints;
    }

    private static List<NamedList> allLists(Inventory stores) {
        List<NamedList> all = new ArrayList<>();
        PageRequest next = PageRequest.FIRST;
        while (true) {
            Page<NamedList> page = stores.lists().list(Scope.OPERATOR, next);
            all.addAll(page.items());
            String after = page.after();
            if (after == null) {
                return all;
            }
            next = next.next(after);
        }
    }

    public URI apiUri() {
        String host = binding.address();
        return URI.create((binding.certificate() == null ? "http" : "https") + "://"
                + (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + api.port());
    }

    /** The operator's first token, where this start made it; else null. */
    public @Nullable String bootstrapToken() {
        return bootstrapToken;
    }

    @Override
    public void close() {
        stop(parts);
    }

    private static void stop(Deque<AutoCloseable> parts) {
        while (!parts.isEmpty()) {
            AutoCloseable part = parts.pop();
            try {
                part.close();
            } catch (Exception failed) {
                log.error("a part of the process did not stop cleanly", failed);
            }
        }
    }
}
