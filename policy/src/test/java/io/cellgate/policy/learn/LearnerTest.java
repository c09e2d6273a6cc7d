package io.cellgate.policy.learn;

import static org.assertj.core.api.Assertions.assertThat;

import io.cellgate.policy.CompileResult;
import io.cellgate.policy.CompiledPolicy;
import io.cellgate.policy.DomainName;
import io.cellgate.policy.EffectivePolicy;
import io.cellgate.policy.Facts;
import io.cellgate.policy.Field;
import io.cellgate.policy.ListCatalog;
import io.cellgate.policy.Phase;
import io.cellgate.policy.PolicyCompiler;
import io.cellgate.policy.PolicyDocument;
import io.cellgate.policy.RuleDocument;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class LearnerTest {
    private static Seen flow(String sim, long at, @Nullable String name, String address, int port,
            String protocol) {
        return new Seen(Seen.Kind.FLOW, sim, at, name == null ? List.of() : List.of(name), address,
                port, protocol, null, null, "DE");
    }

    private static Seen query(String sim, String name) {
        return new Seen(Seen.Kind.QUERY, sim, 5, List.of(name), null, 53, "udp", "A", null, null);
    }

    private static Seen request(String host, String method, @Nullable String path) {
        return new Seen(Seen.Kind.REQUEST, "1", 5, List.of(host), null, 80, "tcp", method, path,
                null);
    }

    private static Proposal learn(List<Seen> seen) {
        Learner learner = new Learner();
        seen.forEach(learner::add);
        return learner.propose("learnt");
    }

    static CompiledPolicy compiled(PolicyDocument document) {
        CompileResult result = PolicyCompiler.compile(document, ListCatalog.of(), 1);
        assertThat(result).isInstanceOf(CompileResult.Compiled.class);
        return ((CompileResult.Compiled) result).policy();
    }

    private static EffectivePolicy enforced(Proposal proposal) {
        return EffectivePolicy.of(1, null, compiled(proposal.document()));
    }

    private static boolean allows(EffectivePolicy policy, Seen seen) {
        Facts facts = new Facts();
        Phase phase = switch (seen.kind()) {
            case QUERY -> {
                facts.setName(Field.DNS_NAME, DomainName.of(seen.names().getFirst()));
                yield Phase.DNS;
            }
            case FLOW -> {
                facts.read(Field.NET_DST_IP, String.valueOf(seen.address()));
                facts.set(Field.NET_DST_PORT, seen.port());
                facts.set(Field.NET_PROTOCOL, seen.protocol());
                seen.names()
                        .forEach(name -> facts.addName(Field.NET_DST_DOMAIN, DomainName.of(name)));
                yield Phase.NETWORK;
            }
            case REQUEST -> {
                facts.setName(Field.HTTP_HOST, DomainName.of(seen.names().getFirst()));
                facts.set(Field.HTTP_METHOD, String.valueOf(seen.method()));
                facts.set(Field.HTTP_PATH, String.valueOf(seen.path()));
                yield Phase.HTTP;
            }
            case TLS -> {
                facts.setName(Field.TLS_SNI, DomainName.of(seen.names().getFirst()));
                yield Phase.HTTP;
            }
        };
        return policy.explain(phase, facts).decision().isAllowed();
    }

    private static List<String> rules(Proposal proposal) {
        return proposal.document().rules().stream()
                .map(rule -> rule.phase().text() + ": " + rule.when()).toList();
    }

    @Test
    void whatWasSeen_isAllowed_andAnythingElseIsNot() {
        Random random = new Random(3);
        List<Seen> seen = new ArrayList<>();
        for (int i = 0; i < 300; i++) {
            String name = "h" + random.nextInt(20) + ".shop" + random.nextInt(8) + ".example";
            seen.add(query("1", name));
            seen.add(flow("1", i, random.nextInt(3) == 0 ? null : name,
                    "198.51.100." + random.nextInt(40), 1 + random.nextInt(6), "tcp"));
            seen.add(flow("2", i, null, "2001:db8::" + random.nextInt(9), 123, "udp"));
        }
        seen.add(flow("2", 1, null, "192.0.2.1", 0, "icmp"));
        Proposal proposal = learn(seen);
        EffectivePolicy policy = enforced(proposal);
        assertThat(seen).allMatch(each -> allows(policy, each));
        assertThat(allows(policy, flow("1", 1, null, "203.0.113.9", 1, "tcp"))).isFalse();
        assertThat(allows(policy, flow("1", 1, "h1.shop1.example", "203.0.113.9", 77, "tcp")))
                .isFalse();
        assertThat(allows(policy, flow("1", 1, "evil.example", "203.0.113.9", 1, "tcp")))
                .isFalse();
        assertThat(allows(policy, flow("1", 1, null, "192.0.2.1", 0, "icmpv6"))).isFalse();
        assertThat(allows(policy, query("1", "evil.example"))).isFalse();
        assertThat(proposal.document().mode()).isEqualTo(PolicyDocument.Mode.SHADOW);
    }

    @Test
    void namesOfTheSameService_areOneRule_withItsEvidence() {
        Proposal proposal = learn(List.of(flow("1", 10, "mqtt.a.example", "192.0.2.1", 8883, "tcp"),
                flow("2", 30, "mqtt.a.example", "192.0.2.1", 8883, "tcp"),
                flow("2", 20, "mqtt.b.example", "192.0.2.2", 8883, "tcp"),
                flow("1", 5, "ntp.a.example", "192.0.2.3", 123, "udp")));
        assertThat(rules(proposal)).contains(
                "network: net.dst.domain in {\"mqtt.a.example\" \"mqtt.b.example\"}"
                        + " and net.protocol == \"tcp\" and net.dst.port == 8883",
                "session: is_known(location.country) and not location.country in {\"DE\"}",
                "dns: dns.domain in {\"mqtt.a.example\" \"mqtt.b.example\" \"ntp.a.example\"}");
        RuleDocument mqtt = proposal.document().rules().stream()
                .filter(rule -> rule.when().contains("8883")).findFirst().orElseThrow();
        Evidence evidence = proposal.evidence().stream()
                .filter(each -> each.rule().equals(mqtt.id())).findFirst().orElseThrow();
        assertThat(evidence.times()).isEqualTo(3);
        assertThat(evidence.devices()).isEqualTo(2);
        assertThat(evidence.firstMillis()).isEqualTo(10);
        assertThat(evidence.lastMillis()).isEqualTo(30);
        assertThat(evidence.of()).containsExactly("mqtt.a.example", "mqtt.b.example");
    }

    @Test
    void severalSiblings_becomeTheirParent_unlessAnybodyMayHaveAName() {
        List<Seen> seen = new ArrayList<>();
        for (String label : List.of("a", "b", "c")) {
            seen.add(flow("1", 1, label + ".iot.example.com", "192.0.2.1", 443, "tcp"));
            seen.add(flow("1", 1, label + ".cloudfront.net", "192.0.2.2", 444, "tcp"));
            seen.add(flow("1", 1, label + ".co.uk", "192.0.2.3", 445, "tcp"));
        }
        seen.add(flow("1", 1, "x.example.org", "192.0.2.4", 446, "tcp"));
        seen.add(flow("1", 1, "y.example.org", "192.0.2.4", 446, "tcp"));
        Proposal proposal = learn(seen);
        assertThat(rules(proposal)).anyMatch(rule -> rule.contains("{\"iot.example.com\"}"))
                .anyMatch(rule -> rule
                        .contains(
                                "{\"a.cloudfront.net\" \"b.cloudfront.net\" \"c.cloudfront.net\"}"))
                .anyMatch(rule -> rule.contains("{\"a.co.uk\" \"b.co.uk\" \"c.co.uk\"}"))
                .anyMatch(rule -> rule.contains("{\"x.example.org\" \"y.example.org\"}"));
        assertThat(proposal.evidence()).anySatisfy(evidence -> {
            assertThat(evidence.generalised()).containsExactly("iot.example.com");
            assertThat(evidence.of()).hasSize(3);
        });
    }

    @Test
    void requests_becomeRulesOfHostMethodAndFolder() {
        List<Seen> seen = List.of(request("api.example.com", "POST", "/v1/data/17"),
                request("api.example.com", "PUT", "/v1/data/18"),
                request("fw.example.com", "GET", "/firmware.bin"),
                new Seen(Seen.Kind.TLS, "1", 1, List.of("tls.example.com"), null, 443, "tcp", null,
                        null, null));
        Proposal proposal = learn(seen);
        EffectivePolicy policy = enforced(proposal);
        assertThat(seen).allMatch(each -> allows(policy, each));
        assertThat(rules(proposal)).contains(
                "http: http.host == \"api.example.com\" and http.method in {\"POST\" \"PUT\"}"
                        + " and http.path starts_with \"/v1/data/\"",
                "http: http.host == \"fw.example.com\" and http.method in {\"GET\"}"
                        + " and http.path == \"/firmware.bin\"",
                "http: tls.sni in {\"tls.example.com\"}");
        assertThat(allows(policy, request("api.example.com", "DELETE", "/v1/data/1"))).isFalse();
        assertThat(allows(policy, request("api.example.com", "PUT", "/v2/"))).isFalse();
    }

    @Test
    void whatADeviceMakesUp_neitherBreaksARule_norFillsMemory() {
        Learner learner = new Learner();
        learner.add(request("api.example.com", "GET", "/a\" or true or \"\\"));
        learner.add(request("api.example.com", "GET\"", "/a"));
        learner.add(query("1", "x\" or true.example"));
        learner.add(query("1", "UPPER.example"));
        for (int i = 0; i < Learner.MOST + 100; i++) {
            learner.add(query("1", "n" + i + ".x" + i % 1000 + ".example"));
        }
        Proposal proposal = learner.propose("hostile");
        assertThat(proposal.notes()).anyMatch(note -> note.what().contains("left out"))
                .anyMatch(note -> note.what().contains("no rule can be written for"));
        assertThat(allows(enforced(proposal), query("1", "upper.example"))).isTrue();
    }

    @Test
    void nothingSeen_isAPolicyThatAllowsNothing() {
        assertThat(learn(List.of()).document().rules()).isEmpty();
    }
}
