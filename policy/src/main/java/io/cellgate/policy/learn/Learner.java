package io.cellgate.policy.learn;

import io.cellgate.policy.Action;
import io.cellgate.policy.Phase;
import io.cellgate.policy.PolicyDocument;
import io.cellgate.policy.RuleDocument;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * Proposes the policy of least privilege that allows what was seen: by names where devices resolved them, else by
 * addresses; names that use the same services in one rule. With requests among what was seen, it has rules for them
 * too; without, connections are not read.
 */
public final class Learner {
    /** Different destinations and requests that are remembered; more are left out, and said to be. */
    static final int MOST = 50_000;
    /** Addresses of one /24 that are taken for all of it. */
    private static final int NEIGHBOURS = 8;

    /** What is reached: a name or an address. */
    private record Target(boolean named, String text) {}

    private record Service(String protocol, int port) {}

    private final Map<Target, Map<Service, Tally>> flows = new LinkedHashMap<>();
    private final Map<String, Tally> queries = new TreeMap<>();
    private final Map<String, Requests> requests = new TreeMap<>();
    private final Map<String, Tally> serverNames = new TreeMap<>();
    private final Map<String, Tally> countries = new TreeMap<>();
    private final List<RuleDocument> rules = new ArrayList<>();
    private final List<Evidence> evidence = new ArrayList<>();
    private final Set<String> ids = new HashSet<>();
    private final TreeSet<String> unwritable = new TreeSet<>();
    private long leftOut;
    private int remembered;

    /** Requests to a host. */
    private static final class Requests {
        private final Tally tally = new Tally();
        private final Set<String> methods = new TreeSet<>();
        private final Set<String> paths = new TreeSet<>();
        /** Whether all of each path is known. */
        private boolean whole = true;
    }

    /** Takes in what was seen, in any order. */
    public void add(Seen seen) {
        if (seen.country() != null) {
            tally(countries, seen.country(), seen);
        }
        String name = seen.name() == null ? null : seen.name().toLowerCase(Locale.ROOT);
        boolean writable = name != null && Names.isWritable(name);
        if (name != null && !writable && seen.kind() != Seen.Kind.FLOW) {
            if (unwritable.size() < Evidence.MOST) {
                unwritable.add(name);
            }
            return;
        }
        switch (seen.kind()) {
            case FLOW -> {
                if (writable && name != null) {
                    flow(new Target(true, name), seen);
                } else if (seen.address() != null) {
                    flow(new Target(false, seen.address()), seen);
                }
            }
            case QUERY -> {
                if (name != null) {
                    tally(queries, name, seen);
                }
            }
            case TLS -> {
                if (name != null) {
                    tally(serverNames, name, seen);
                }
            }
            case REQUEST -> {
                if (name != null) {
                    request(name, seen);
                }
            }
        }
    }

    private boolean isRoom() {
        if (remembered < MOST) {
            remembered++;
            return true;
        }
        leftOut++;
        return false;
    }

    private <K> void tally(Map<K, Tally> tallies, K key, Seen seen) {
        Tally known = tallies.get(key);
        if (known == null) {
            if (!isRoom()) {
                return;
            }
            known = new Tally();
            tallies.put(key, known);
        }
        known.add(seen);
    }

    private void flow(Target target, Seen seen) {
        tally(flows.computeIfAbsent(target, _ -> new LinkedHashMap<>()),
                new Service(seen.protocol(), seen.port()), seen);
    }

    private void request(String host, Seen seen) {
        Requests known = requests.computeIfAbsent(host, _ -> new Requests());
        known.tally.add(seen);
        if (seen.method() != null) {
            known.methods.add(seen.method());
        }
        known.whole &= seen.path() != null;
        String path = seen.path() == null ? "/" : seen.path();
        if (!known.paths.contains(path) && isRoom()) {
            known.paths.add(path);
        }
    }

    /** The policy that allows what was taken in. */
    public Proposal propose(String name) {
        rules.clear();
        evidence.clear();
        ids.clear();
        proposeCountries();
        proposeNames();
        proposeFlows(true);
        proposeFlows(false);
        if (!requests.isEmpty() || !serverNames.isEmpty()) {
            proposeRequests();
        }
        List<Proposal.Note> notes = new ArrayList<>();
        if (leftOut > 0) {
            notes.add(new Proposal.Note("", leftOut + " sightings of more than " + MOST
                    + " different destinations and requests are left out"));
        }
        if (!unwritable.isEmpty()) {
            notes.add(
                    new Proposal.Note("", "names that no rule can be written for: " + unwritable));
        }
        return new Proposal(new PolicyDocument(name, PolicyDocument.Mode.SHADOW,
                PolicyDocument.Defaults.STANDARD, rules), evidence, notes);
    }

    private String id(String wanted) {
        String base = wanted.length() > 50 ? wanted.substring(0, 50) : wanted;
        String id = base;
        for (int i = 2; !ids.add(id); i++) {
            id = base + "-" + i;
        }
        return id;
    }

    private void proposeCountries() {
        if (countries.isEmpty()) {
            return;
        }
        String id = id("elsewhere");
        rules.add(new RuleDocument(id, Phase.SESSION, Action.BLOCK,
                "is_known(location.country) and not location.country in "
                        + RuleTexts.set(countries.keySet())));
        evidence.add(Tally.evidence(id, countries.values(), List.copyOf(countries.keySet()),
                List.of()));
    }

    /** Queries for names that flows went to, then those that led to nothing. */
    private void proposeNames() {
        Set<String> used = new TreeSet<>();
        flows.keySet().stream().filter(Target::named).forEach(target -> used.add(target.text()));
        Map<Boolean, Map<String, Tally>> parts = new TreeMap<>();
        queries.forEach((name, tally) -> parts
                .computeIfAbsent(!used.contains(name), _ -> new TreeMap<>()).put(name, tally));
        // what flows used must resolve, though its query may be older than what was looked at
        used.forEach(name -> parts.computeIfAbsent(false, _ -> new TreeMap<>())
                .computeIfAbsent(name, _ -> new Tally()));
        parts.forEach((unused, names) -> named(unused ? "names-only-resolved" : "names",
                Phase.DNS, "dns.domain", "", names));
    }

    /** Rules for names, each text as long as it may be. */
    private void named(String id, Phase phase, String field, String more,
            Map<String, Tally> names) {
        Map<String, Set<String>> fewer = Names.fewer(names.keySet());
        for (List<String> part : RuleTexts.parts(fewer.keySet())) {
            String ruleId = id(id);
            rules.add(RuleTexts.allow(ruleId, phase,
                    field + " in " + RuleTexts.set(part) + more));
            List<String> of = part.stream().flatMap(each -> seen(fewer, each)).toList();
            evidence.add(Tally.evidence(ruleId,
                    of.stream().map(each -> names.getOrDefault(each, new Tally())).toList(), of,
                    part.stream().filter(each -> !seen(fewer, each).toList().contains(each))
                            .toList()));
        }
    }

    private static Stream<String> seen(Map<String, Set<String>> fewer, String name) {
        return fewer.getOrDefault(name, Set.of()).stream();
    }

    /** Destinations that use the same ports of a protocol, in one rule. */
    private void proposeFlows(boolean named) {
        record Ports(String protocol, TreeSet<Integer> ports) {}
        Map<String, Map<String, Tally>> byService = new TreeMap<>();
        flows.forEach((target, services) -> {
            if (target.named() != named) {
                return;
            }
            Map<String, Ports> ofTarget = new TreeMap<>();
            services.keySet().forEach(service -> {
                Ports ports = ofTarget.computeIfAbsent(service.protocol(),
                        protocol -> new Ports(protocol, new TreeSet<>()));
                if (service.port() != 0) {
                    ports.ports().add(service.port());
                }
            });
            ofTarget.values().forEach(ports -> services.forEach((service, tally) -> {
                if (service.protocol().equals(ports.protocol())) {
                    byService.computeIfAbsent(
                            RuleTexts.service(ports.protocol(), ports.ports()),
                            _ -> new TreeMap<>())
                            .merge(target.text(), tally, Tally::and);
                }
            }));
        });
        byService.forEach((service, targets) -> {
            String id = service.replaceAll("net\\.(protocol|dst\\.port)|[^a-z0-9]+", "-")
                    .replaceAll("-(and|in)-|-+", "-").replaceAll("^-|-$", "");
            if (named) {
                named(id, Phase.NETWORK, "net.dst.domain", " and " + service, targets);
            } else {
                addressed(id + "-by-address", service, targets);
            }
        });
    }

    private void addressed(String id, String service, Map<String, Tally> targets) {
        Map<String, Set<String>> networks = new TreeMap<>();
        for (String address : targets.keySet()) {
            int dot = address.lastIndexOf('.');
            networks.computeIfAbsent(dot < 0 ? address : address.substring(0, dot) + ".0/24",
                    _ -> new TreeSet<>()).add(address);
        }
        Set<String> members = new TreeSet<>();
        List<String> generalised = new ArrayList<>();
        networks.forEach((network, addresses) -> {
            if (addresses.size() >= NEIGHBOURS) {
                members.add(network);
                generalised.add(network);
            } else {
                members.addAll(addresses);
            }
        });
        for (List<String> part : RuleTexts.parts(members)) {
            String ruleId = id(id);
            rules.add(RuleTexts.allow(ruleId, Phase.NETWORK,
                    "net.dst.ip in " + RuleTexts.plainSet(part) + " and " + service));
            List<String> of = part.stream().flatMap(member -> member.endsWith("/24")
                    ? networks.getOrDefault(member, Set.of()).stream()
                    : Stream.of(member)).toList();
            evidence.add(Tally.evidence(ruleId,
                    of.stream().map(each -> targets.getOrDefault(each, new Tally())).toList(), of,
                    generalised.stream().filter(part::contains).toList()));
        }
    }

    private void proposeRequests() {
        if (!serverNames.isEmpty()) {
            named("tls", Phase.HTTP, "tls.sni", "", serverNames);
        }
        requests.forEach((host, seen) -> {
            String ruleId = id("http-" + host.replaceAll("[^a-z0-9]+", "-"));
            Collection<String> methods = seen.methods.stream()
                    .filter(method -> method.matches("[A-Z]+")).toList();
            rules.add(RuleTexts.allow(ruleId, Phase.HTTP,
                    "http.host == " + RuleTexts.quoted(host)
                            + (methods.isEmpty()
                                    ? ""
                                    : " and http.method in " + RuleTexts.set(methods))
                            + " and " + paths(seen)));
            evidence.add(Tally.evidence(ruleId, List.of(seen.tally), List.copyOf(seen.paths),
                    List.of()));
        });
    }

    /** The one path, or the folder that all have in common. */
    private static String paths(Requests seen) {
        Set<String> paths = seen.paths;
        String common = paths.isEmpty() ? "/" : paths.iterator().next();
        boolean one = seen.whole && paths.size() == 1
                && common.matches("[\\x21-\\x7e&&[^\"\\\\]]+");
        if (one) {
            return "http.path == " + RuleTexts.quoted(common);
        }
        for (String path : paths) {
            int same = 0;
            while (same < Math.min(common.length(), path.length())
                    && common.charAt(same) == path.charAt(same)
                    && "\"\\".indexOf(path.charAt(same)) < 0 && path.charAt(same) > ' '
                    && path.charAt(same) < 0x7f) {
                same++;
            }
            common = common.substring(0, same);
        }
        String folder = common.substring(0, common.lastIndexOf('/') + 1);
        return folder.isEmpty()
                ? "is_known(http.path)"
                : "http.path starts_with " + RuleTexts.quoted(folder);
    }
}
