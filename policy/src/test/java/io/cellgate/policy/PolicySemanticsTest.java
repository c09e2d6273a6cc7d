package io.cellgate.policy;

import static io.cellgate.policy.Policies.compiled;
import static io.cellgate.policy.Policies.facts;
import static io.cellgate.policy.Policies.rule;
import static io.cellgate.policy.Policies.session;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class PolicySemanticsTest {
    private static final ListCatalog LISTS = ListCatalog.of(NamedList.of("backend_names",
            NamedList.Kind.NAMES, List.of("api.example.com", "mqtt.example.net")));

    private static final CompiledPolicy METERS = compiled(LISTS,
            rule("only-home", Phase.SESSION, Action.BLOCK,
                    "not location.country in {\"DE\" \"AT\"}"),
            rule("own-modem", Phase.SESSION, Action.BLOCK, "sim.imei_changed"),
            rule("dns-known", Phase.DNS, Action.ALLOW, "dns.domain in $backend_names"),
            rule("mqtt", Phase.NETWORK, Action.ALLOW,
                    "net.dst.domain in $backend_names and net.dst.port == 8883 and net.protocol == \"tcp\""),
            rule("telemetry", Phase.HTTP, Action.ALLOW,
                    "http.host == \"api.example.com\" and http.method in {\"POST\" \"PUT\"} and http.path matches \"^/v1/telemetry\""));

    private static String decide(CompiledPolicy policy, Phase phase, Facts facts) {
        Decision decision = session(policy, facts).decide(phase, facts);
        return decision.action().text() + " " + decision.ruleId();
    }

    @Test
    void theDesignsExample_decidesInEachPhase() {
        assertThat(decide(METERS, Phase.SESSION, facts(Field.LOCATION_COUNTRY, "DE")))
                .isEqualTo("allow default");
        assertThat(decide(METERS, Phase.SESSION, facts(Field.LOCATION_COUNTRY, "FR")))
                .isEqualTo("block only-home");
        assertThat(decide(METERS, Phase.SESSION, facts())).isEqualTo("block only-home");
        assertThat(decide(METERS, Phase.SESSION,
                facts(Field.LOCATION_COUNTRY, "AT", Field.SIM_IMEI_CHANGED, "true")))
                .isEqualTo("block own-modem");
        assertThat(decide(METERS, Phase.DNS, facts(Field.DNS_NAME, "EU.api.Example.COM")))
                .isEqualTo("allow dns-known");
        assertThat(decide(METERS, Phase.DNS, facts(Field.DNS_NAME, "example.com")))
                .isEqualTo("block default");
        Facts flow = facts(Field.NET_DST_DOMAIN, "www.example.org", Field.NET_DST_DOMAIN,
                "mqtt.example.net", Field.NET_DST_PORT, "8883", Field.NET_PROTOCOL, "tcp");
        assertThat(decide(METERS, Phase.NETWORK, flow)).isEqualTo("allow mqtt");
        flow.set(Field.NET_DST_PORT, 1883);
        assertThat(decide(METERS, Phase.NETWORK, flow)).isEqualTo("block default");
        Facts request = facts(Field.HTTP_HOST, "API.example.com", Field.HTTP_METHOD, "POST",
                Field.HTTP_PATH, "/v1/telemetry/3");
        assertThat(decide(METERS, Phase.HTTP, request)).isEqualTo("allow telemetry");
        request.set(Field.HTTP_PATH, "/admin");
        assertThat(decide(METERS, Phase.HTTP, request)).isEqualTo("block default");
    }
}
