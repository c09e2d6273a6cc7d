package io.cellgate.policy;

import static io.cellgate.policy.Policies.facts;
import static io.cellgate.policy.Policies.matches;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ExpressionTest {
    private static final ListCatalog LISTS = ListCatalog.of(
            NamedList.of("names", NamedList.Kind.NAMES, List.of("example.com", "münchen.de")),
            NamedList.of("nets", NamedList.Kind.ADDRESSES, List.of("10.0.0.0/8", "2001:db8::/32")),
            NamedList.of("words", NamedList.Kind.STRINGS, List.of("alpha", "beta")));

    private static final Facts SESSION = facts(Field.SIM_ACCOUNT, "acme", Field.SIM_IMSI,
            "262010000000001",
            Field.SIM_TAGS, "site=north", Field.SIM_TAGS, "kind=meter", Field.SIM_IMEI_CHANGED,
            "false",
            Field.LOCATION_TAC, "4711", Field.TIME_UTC, "23:15", Field.TIME_WEEKDAY, "6");

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            sim.account == "acme"                              | true
            sim.account == "ACME"                              | false
            sim.account != "other"                             | true
            sim.account contains "cm"                          | true
            sim.account starts_with "ac" and sim.account ends_with "me" | true
            sim.account matches "^a.*e$"                       | true
            sim.account matches "^c"                           | false
            sim.account in {"acme" "other"}                    | true
            sim.account in {"acme", "other"}                   | true
            sim.account in {}                                  | false
            sim.account in $words                              | false
            sim.fleet == "x"                                   | false
            sim.fleet != "x"                                   | false
            not sim.fleet == "x"                               | true
            is_known(sim.fleet)                                | false
            not is_known(sim.fleet)                            | true
            is_known(sim.account)                              | true
            sim.imei_changed                                   | false
            not sim.imei_changed                               | true
            sim.imei_changed == false                          | true
            sim.imei_changed != true                           | true
            location.in_fence == false                         | false
            not location.in_fence                              | true
            location.tac == 4711                               | true
            location.tac >= 4711 and location.tac <= 4711      | true
            location.tac > 4711 or location.tac < 4711         | false
            location.tac != 4711                               | false
            location.tac in {1..10 4000..5000}                 | true
            location.tac in {1..10 4712}                       | false
            sim.tags == "kind=meter"                           | true
            sim.tags contains "kind=meter"                     | true
            sim.tags contains "kind"                           | false
            any(sim.tags[*] starts_with "site=")               | true
            any(sim.tags[*] != "kind=meter")                   | true
            any(sim.tags[*] in {"a" "b"})                      | false
            time.utc >= 22:00 or time.utc < 06:00              | true
            time.utc in {22:00..06:00}                         | true
            time.utc in {08:00..18:00}                         | false
            time.utc >= 23h15m and time.utc <= 23:15:00        | true
            time.weekday in {6 7}                              | true
            true                                               | true
            false                                              | false
            !(sim.account == "acme" && location.tac == 1)      | true
            not not sim.account == "acme"                      | true
            false and false or true                            | true
            true or false and false                            | true
            (true or false) and false                          | false
            sim.imsi starts_with r"26201"                      | true
            """)
    void aSessionRule_means(String when, boolean expected) {
        assertThat(matches(Phase.SESSION, LISTS, when, SESSION)).isEqualTo(expected);
        assertThat(matches(Phase.SESSION, LISTS, "not (" + when + ")", SESSION))
                .isEqualTo(!expected);
    }

    private static final Facts FLOW = facts(Field.NET_DST_IP, "10.1.2.3", Field.NET_DST_PORT, "443",
            Field.NET_PROTOCOL, "tcp", Field.NET_DST_DOMAIN, "Api.Example.com",
            Field.NET_DST_DOMAIN,
            "cdn.example.net", Field.USAGE_BYTES_DAY, "10000000");

    @ParameterizedTest
    @CsvSource(delimiter = ';', textBlock = """
            net.dst.ip == 10.1.2.3                             ; true
            net.dst.ip == "10.1.2.3"                           ; true
            net.dst.ip != 10.1.2.4                             ; true
            net.dst.ip in {10.0.0.0/8}                         ; true
            net.dst.ip in {10.1.2.0..10.1.2.2}                 ; false
            net.dst.ip in {2001:db8::1 10.1.2.3}               ; true
            net.dst.ip in {::/0}                               ; true
            net.dst.ip in {0.0.0.0/0}                          ; true
            net.dst.ip in $nets                                ; true
            net.dst.port in {80 443 8000..8999}                ; true
            net.dst.domain == "api.example.com"                ; true
            net.dst.domain == "example.com"                    ; false
            net.dst.domain in {"example.com"}                  ; true
            net.dst.domain in {"ample.com"}                    ; false
            net.dst.domain in $names                           ; true
            any(net.dst.domain[*] ends_with ".NET")            ; true
            any(net.dst.domain[*] matches "^(API|www)\\\\.")   ; true
            any(net.dst.domain[*] contains "cdn.")             ; true
            net.dst.asn == 3320                                ; false
            usage.bytes_day >= 10MB                            ; true
            usage.bytes_day >= 10MiB                           ; false
            """)
    void aNetworkRule_means(String when, boolean expected) {
        assertThat(matches(Phase.NETWORK, LISTS, when, FLOW)).isEqualTo(expected);
    }

    @Test
    void names_compareInTheirAsciiForm() {
        Facts query = facts(Field.DNS_NAME, "WWW.xn--mnchen-3ya.de");
        assertThat(matches(Phase.DNS, LISTS, "dns.domain in $names", query)).isTrue();
        assertThat(matches(Phase.DNS, "dns.name == \"www.München.de.\"", query)).isTrue();
        assertThat(matches(Phase.DNS, "dns.name == \"münchen.de\"", query)).isFalse();
    }

    @Test
    void headers_compareByNameWithoutCase_andByAnyValue() {
        Facts request = facts(Field.HTTP_HEADER, "Accept: text/html", Field.HTTP_HEADER,
                "accept: */*",
                Field.TLS_ALPN, "h2");
        assertThat(matches(Phase.HTTP, "http.header[\"ACCEPT\"] == \"*/*\"", request)).isTrue();
        assertThat(
                matches(Phase.HTTP, "any(http.header[\"accept\"][*] contains \"html\")", request))
                .isTrue();
        assertThat(matches(Phase.HTTP, "is_known(http.header[\"cookie\"])", request)).isFalse();
        assertThat(matches(Phase.HTTP, "tls.alpn contains \"h2\"", request)).isTrue();
    }

    @Test
    void aRuleOnTheAnswer_waitsForIt() {
        String notGerman = "not any(dns.answer.country[*] == \"DE\")";
        Facts query = facts(Field.DNS_NAME, "example.com");
        assertThat(matches(Phase.DNS, notGerman, query)).isFalse();
        query.read(Field.DNS_ANSWER_IP, "192.0.2.1");
        assertThat(matches(Phase.DNS, notGerman, query)).isTrue();
        query.read(Field.DNS_ANSWER_COUNTRY, "DE");
        assertThat(matches(Phase.DNS, notGerman, query)).isFalse();
        assertThat(Policies.compiled(Policies.rule("r", Phase.DNS, Action.ALLOW, notGerman))
                .resolvesFirst())
                .isTrue();
    }

    @Test
    void aListsContent_changesWithoutCompiling() {
        NamedList list = NamedList.of("backend", NamedList.Kind.NAMES, List.of("a.example"));
        CompiledPolicy policy = Policies.compiled(ListCatalog.of(list),
                Policies.rule("r", Phase.DNS, Action.ALLOW, "dns.name in $backend"));
        Facts query = facts(Field.DNS_NAME, "www.b.example");
        SessionPolicy decider = Policies.session(policy, new Facts());
        assertThat(decider.decide(Phase.DNS, query).isAllowed()).isFalse();
        list.update(List.of("b.example"), List.of("a.example"));
        assertThat(decider.decide(Phase.DNS, query).isAllowed()).isTrue();
        assertThat(list.size()).isEqualTo(1);
        list.replace(List.of());
        assertThat(decider.decide(Phase.DNS, query).isAllowed()).isFalse();
    }
}
