package io.cellgate.control.resource;

import io.cellgate.control.http.Answer;
import io.cellgate.control.http.Contract;
import io.cellgate.control.http.Endpoints;
import io.cellgate.control.live.LiveGateway;
import io.cellgate.control.live.PolicyDesk;
import io.cellgate.control.log.LogKind;
import io.cellgate.control.log.LogStore;
import io.cellgate.control.log.TrafficLogs;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.json.JsonObject;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** {@code /healthz}, {@code /readyz}, {@code /metrics} and the OpenAPI document. */
public final class OperationsResource implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(OperationsResource.class);
    private static final long STORE_NANOS = 10_000_000_000L;
    private static final long GATEWAY_NANOS = 1_000_000_000L;

    private final Contract contract;
    private final LiveGateway gateway;
    private final Runnable storeProbe;
    private final PolicyDesk policies;
    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(
            PrometheusConfig.DEFAULT);
    private final JvmGcMetrics garbageCollection = new JvmGcMetrics();
    private final Set<String> counted = ConcurrentHashMap.newKeySet();
    private @Nullable String store;
    private long storeNanos;
    private @Nullable Map<String, String> gatewayParts;
    private long gatewayNanos;

    /** @param storeProbe writes to the store, or throws */
    public OperationsResource(Contract contract, LiveGateway gateway, TrafficLogs logs,
            LogStore store, Runnable storeProbe, PolicyDesk policies) {
        this.contract = contract;
        this.gateway = gateway;
        this.storeProbe = storeProbe;
        this.policies = policies;
        new JvmMemoryMetrics().bindTo(registry);
        new JvmThreadMetrics().bindTo(registry);
        garbageCollection.bindTo(registry);
        Gauge.builder("cellgate.sessions", gateway, LiveGateway::sessionCount)
                .description("Live PDN connections").register(registry);
        Gauge.builder("cellgate.policies.uncompiled", policies, PolicyDesk::uncompiled)
                .description("Stored policies that do not compile; their SIMs reach nothing")
                .register(registry);
        for (LogKind kind : LogKind.values()) {
            FunctionCounter.builder("cellgate.log.records", logs, each -> each.written(kind))
                    .tag("log", kind.text()).description("Records that were written to the log")
                    .register(registry);
            FunctionCounter.builder("cellgate.log.lost", logs, each -> each.lost(kind))
                    .tag("log", kind.text())
                    .description("Records that the log lacks: queue or disk could not take them")
                    .register(registry);
            FunctionCounter.builder("cellgate.log.torn", store, each -> each.torn(kind))
                    .tag("log", kind.text())
                    .description("Files of the log that could not be read and were put aside")
                    .register(registry);
            Gauge.builder("cellgate.log.octets", store, each -> each.octets(kind))
                    .tag("log", kind.text()).description("Octets of the log on disk")
                    .register(registry);
        }
    }

    public void mount(Endpoints endpoints) {
        JsonObject document = contract.document();
        endpoints.on("getOpenApi", _ -> Answer.ok(document))
                .on("getHealth",
                        _ -> Answer.ok(new JsonObject().put("status", "ok").put("parts",
                                new JsonObject())))
                .on("getReadiness", _ -> readiness()).on("getMetrics", _ -> metrics());
    }

    /** What was found last; whoever asks without a token must not make the store and the gateway work each time. */
    private synchronized Answer readiness() {
        long now = System.nanoTime();
        if (store == null || now - storeNanos > STORE_NANOS) {
            store = probed();
            storeNanos = System.nanoTime();
        }
        if (gatewayParts == null || now - gatewayNanos > GATEWAY_NANOS) {
            gatewayParts = gateway.parts();
            gatewayNanos = System.nanoTime();
        }
        Map<String, String> parts = new TreeMap<>(gatewayParts);
        parts.put("store", store);
        if (policies.uncompiled() > 0) {
            parts.put("policies", policies.uncompiled() + " do not compile");
        }
        // SIMs of a policy that does not compile reach nothing, the others are served: that is
        // ready
        boolean ready = parts.entrySet().stream()
                .allMatch(part -> part.getKey().equals("policies") || part.getValue().equals("ok"));
        return Answer.json(ready ? 200 : 503, new JsonObject()
                .put("status", ready ? "ok" : "unavailable")
                .put("parts", new JsonObject(new TreeMap<>(parts))));
    }

    private String probed() {
        try {
            storeProbe.run();
            return "ok";
        } catch (RuntimeException broken) {
            log.error("the store cannot be written to", broken);
            return "cannot be written to";
        }
    }

    /** Drop reasons and the like come into being as they are first counted. */
    private Answer metrics() {
        gateway.counters().forEach((name, byReason) -> byReason.keySet().forEach(reason -> {
            if (counted.add(name + '\n' + reason)) {
                FunctionCounter.builder("cellgate." + name, gateway,
                        live -> live.counters().getOrDefault(name, Map.of())
                                .getOrDefault(reason, 0L))
                        .tag("reason", reason).register(registry);
            }
        }));
        return Answer.text("text/plain; version=0.0.4; charset=utf-8", registry.scrape());
    }

    @Override
    public void close() {
        garbageCollection.close();
        registry.close();
    }
}
