package io.cellgate.bench.demo;

import io.cellgate.bench.demo.Cast.Equipment;
import io.cellgate.bench.demo.Cast.Fetch;
import io.cellgate.bench.lab.Command;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** Names, requests and TLS connections of one meter, judged by its policy. */
final class WebScenarios {
    private WebScenarios() {}

    static List<Scenario> all() {
        return List.of(
                fetch("raw-address", "meter", "http://" + Stage.WEB + "/v1/telemetry",
                        "the backend by its address, no name asked before",
                        "blocked:network/default"),
                fetch("http-permitted", "meter", "http://api.meters.example/v1/telemetry",
                        "its backend by name", "allowed:telemetry"),
                fetch("http-forbidden-path", "meter", "http://api.meters.example/admin/users",
                        "a path there that the policy forbids", "blocked:no-administration"),
                fetch("raw-address-known", "meter", "http://" + Stage.WEB + "/v1/telemetry",
                        "the backend by its address, now that it has asked for the name",
                        "blocked:http/default"),
                fetch("tls-permitted", "meter", "https://api.meters.example/v1/telemetry",
                        "its backend by TLS", "allowed:backend-tls"),
                fetch("tls-forbidden-sni", "meter", "https://admin.meters.example/v1/telemetry",
                        "another name of the same server by TLS", "blocked:http/default"),
                new Scenario("dns-forbidden", "meter asks for tracker.example",
                        "blocked:dns/default", cast -> query(cast, "tracker.example", "")),
                new Scenario("dns-forbidden-elsewhere",
                        "meter asks a server of its own choice, " + Stage.NAMELESS
                                + ", for malware.example",
                        "blocked:dns/default",
                        cast -> query(cast, "malware.example", "@" + Stage.NAMELESS)),
                new Scenario("ipv6", "an IPv6 device fetches http://api.meters.example/v1/ipv6",
                        "allowed:telemetry", WebScenarios::ipv6),
                new Scenario("gtpv1",
                        "a 3G device, attached by GTPv1, fetches http://api.meters.example/v1/gtpv1",
                        "allowed:telemetry", WebScenarios::gtpv1));
    }

    private static Scenario fetch(String name, String device, String url, String what,
            String expected) {
        return new Scenario(name, "%s fetches %s: %s".formatted(device, url, what), expected,
                cast -> fetched(cast, cast.attached(device), url, name));
    }

    /** Fetches and compares what the device, the server and the gateway say. */
    private static Outcome fetched(Cast cast, Equipment device, String url, String marker) {
        Instant since = Cast.now();
        Fetch fetch = cast.fetch(device, url, marker);
        boolean got = fetch.status() == 200;
        boolean served = cast.serverSaw(marker);
        String decided = Cast.decision(cast.record("flows", device.card(), since,
                flow -> flow.path("protocol").asText().equals("tcp")
                        && (got
                                ? flow.path("event").asText().equals("request")
                                : Cast.blocked(flow))));
        String verdict = got == served
                ? decided
                : "device-%s-server-%s".formatted(got ? "got" : "denied", served ? "saw" : "not");
        return Outcome.of(verdict, "device:  " + fetch.seenByDevice(),
                "server:  " + (served ? "has the request in its log" : "saw no request"),
                "gateway: " + decided);
    }

    private static Outcome query(Cast cast, String name, String server) {
        Equipment meter = cast.attached("meter");
        Instant since = Cast.now();
        List<String> words = new ArrayList<>(
                List.of("dig", "+time=2", "+tries=1", name, "A"));
        if (!server.isEmpty()) {
            words.add(server);
        }
        Command.Result dig = meter.namespace().command(words.toArray(String[]::new)).run();
        String status = dig.out().replaceFirst("(?s).*status: ([A-Z]+).*", "$1");
        boolean denied = status.equals("NXDOMAIN") && !dig.out().contains("ANSWER SECTION");
        boolean asked = cast.stage.dns.wasAsked(name);
        String decided = Cast.decision(cast.record("dns-queries", meter.card(), since,
                query -> query.path("name").asText().startsWith(name)));
        return Outcome.of(denied && !asked ? decided : "resolved", "device:  " + status,
                "server:  " + (asked ? "was asked" : "was never asked"), "gateway: " + decided);
    }

    private static Outcome ipv6(Cast cast) {
        Equipment six = cast.attach("six", Cast.over(cast.device("six"), Cast.RAT_LTE_M,
                Cast.IPV6), 2, false);
        if (six.ipv6().isEmpty()) {
            return Outcome.of("no-router-advertisement");
        }
        Outcome fetched = fetched(cast, six, "http://api.meters.example/v1/ipv6", "ipv6");
        return withAddress(fetched, "router advertisement taken, address " + six.ipv6());
    }

    private static Outcome gtpv1(Cast cast) {
        Equipment old = cast.attach("old", Cast.over(cast.device("old"), Cast.RAT_UTRAN,
                Cast.IPV4), 1, false);
        Outcome fetched = fetched(cast, old, "http://api.meters.example/v1/gtpv1", "gtpv1");
        return withAddress(fetched, "PDP context active, address " + old.ipv4());
    }

    private static Outcome withAddress(Outcome fetched, String attached) {
        List<String> seen = new ArrayList<>(List.of("device:  " + attached));
        seen.addAll(fetched.seen());
        return new Outcome(fetched.got(), seen);
    }
}
