package io.cellgate.policy.learn;

import io.cellgate.policy.Action;
import io.cellgate.policy.CompileResult;
import io.cellgate.policy.ListCatalog;
import io.cellgate.policy.Phase;
import io.cellgate.policy.PolicyCompiler;
import io.cellgate.policy.PolicyDocument;
import io.cellgate.policy.RuleDocument;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * A manufacturer's usage description (MUD, RFC 8520), with its access lists (RFC 8519), as a policy. What the language
 * has no word for is left out, and noted with its place; what is no MUD file is a problem, likewise.
 *
 * <p>Our rules are of flows, its entries of packets: an entry for the packets that come back is covered by the rule of
 * the flow. A flow that a remote begins is opened only where the file says that it is the remote that begins it
 * ({@code direction-initiated}, §8).
 */
public final class MudFile {
    private static final String MUD = "ietf-mud:mud";
    private static final String ACLS = "ietf-access-control-list:acls";
    private static final int MOST_ENTRIES = 2000;
    private static final Set<String> KNOWN_MATCHES = Set.of("ipv4", "ipv6", "tcp", "udp", "icmp",
            MUD);

    private final List<RuleDocument> rules = new ArrayList<>();
    private final List<Evidence> evidence = new ArrayList<>();
    private final List<Proposal.Note> notes = new ArrayList<>();
    private final Set<String> names = new TreeSet<>();
    private final Set<String> ids = new TreeSet<>();
    private int entries;

    private MudFile() {}

    /**
     * Reads a file.
     *
     * @param json its JSON as maps, lists, texts, numbers and booleans
     * @throws MudProblems where it is no MUD file
     */
    public static Proposal read(Map<?, ?> json, String name) throws MudProblems {
        return new MudFile().propose(new MudJson(json, "", new ArrayList<>()), name);
    }

    private Proposal propose(MudJson json, String name) throws MudProblems {
        MudJson mud = json.object(MUD);
        if (mud.has("mud-version") && mud.number("mud-version", 0, 255) != 1) {
            mud.wrong("mud-version", "1");
        }
        if (mud.has("extensions") && !mud.list("extensions").isEmpty()) {
            note(mud.at("extensions"), "extensions are not read");
        }
        Map<String, MudJson> lists = new HashMap<>();
        for (MudJson acl : json.object(ACLS).objects("acl")) {
            String id = acl.text("name");
            if (lists.put(id, acl) != null) {
                acl.wrong("name", "another name than the lists before");
            }
        }
        translate(mud, "from-device-policy", lists, true);
        translate(mud, "to-device-policy", lists, false);
        json.throwIfWrong();
        if (!names.isEmpty()) {
            resolve();
        }
        return new Proposal(new PolicyDocument(name, PolicyDocument.Mode.SHADOW,
                PolicyDocument.Defaults.STANDARD, rules), evidence, notes);
    }

    /** What its entries name must resolve. */
    private void resolve() {
        for (List<String> part : RuleTexts.parts(names)) {
            String id = id("names");
            rules.addFirst(
                    RuleTexts.allow(id, Phase.DNS, "dns.domain in " + RuleTexts.set(part)));
            evidence.addFirst(new Evidence(id, 0, 0, 0, 0, part, List.of()));
        }
    }

    private void translate(MudJson mud, String policy, Map<String, MudJson> lists,
            boolean fromDevice) {
        if (!mud.has(policy)) {
            return;
        }
        for (MudJson reference : mud.object(policy).object("access-lists")
                .objects("access-list")) {
            String id = reference.text("name");
            MudJson acl = lists.get(id);
            if (acl == null) {
                reference.wrong("name", "the name of a list in " + ACLS);
                continue;
            }
            for (MudJson entry : acl.object("aces").objects("ace")) {
                if (++entries > MOST_ENTRIES) {
                    entry.wrong("name", "at most " + MOST_ENTRIES + " entries");
                    return;
                }
                entry(entry, fromDevice);
            }
        }
    }

    private void entry(MudJson entry, boolean fromDevice) {
        String name = entry.text("name");
        String forwarding = entry.object("actions").text("forwarding")
                .replaceFirst("^ietf-access-control-list:", "");
        if (!Set.of("accept", "drop", "reject").contains(forwarding)) {
            entry.object("actions").wrong("forwarding", "accept, drop or reject");
            return;
        }
        MudJson matches = entry.object("matches");
        for (String key : matches.keys()) {
            if (!KNOWN_MATCHES.contains(key)) {
                note(matches.at(key), "entry " + name + ": \"" + MudJson.shortened(key)
                        + "\" cannot be said in a policy; the entry is left out");
                return;
            }
        }
        if (matches.has(MUD)) {
            abstraction(name, matches.object(MUD));
            return;
        }
        String begun = matches.has("tcp") ? begunBy(matches.object("tcp")) : null;
        boolean inbound = !fromDevice && "to-device".equals(begun);
        if (fromDevice ? "to-device".equals(begun) : !inbound) {
            if (!fromDevice && begun == null) {
                note(entry.at("matches"), "entry " + name
                        + ": taken for what comes back; a flow that the remote begins is not opened,"
                        + " as the entry does not say direction-initiated to-device");
            }
            return;
        }
        List<String> conditions = new ArrayList<>();
        String what = inbound ? "src" : "dst";
        if (!address(name, matches, what, inbound, conditions)
                || !transport(name, matches, inbound, conditions)) {
            return;
        }
        if (inbound) {
            conditions.addFirst("net.direction == \"down\"");
        }
        String id = id(name);
        rules.add(new RuleDocument(id, Phase.NETWORK,
                forwarding.equals("accept") ? Action.ALLOW : Action.BLOCK,
                conditions.isEmpty() ? "true" : String.join(" and ", conditions)));
        evidence.add(new Evidence(id, 0, 0, 0, 0, List.of("MUD entry " + MudJson.shortened(name)),
                List.of()));
    }

    private static @Nullable String begunBy(MudJson tcp) {
        return tcp.has("ietf-mud:direction-initiated")
                ? tcp.text("ietf-mud:direction-initiated")
                : null;
    }

    /** Classes of peers that a home network knows, RFC 8520 §5. */
    private void abstraction(String name, MudJson mud) {
        for (String key : mud.keys()) {
            String hint = switch (key) {
                case "controller", "my-controller" ->
                    "put the controller's names into a list and allow net.dst.domain in it";
                case "local-networks" -> "a SIM has no local network";
                case "manufacturer", "same-manufacturer", "model" ->
                    "other devices are reached by a rule on net.dst.kind == \"device\"";
                default -> "it is not known";
            };
            note(mud.at(key), "entry " + name + ": \"" + MudJson.shortened(key)
                    + "\" cannot be told by a gateway, " + hint + "; the entry is left out");
        }
    }

    private boolean address(String name, MudJson matches, String what, boolean inbound,
            List<String> conditions) {
        for (String family : List.of("ipv4", "ipv6")) {
            if (!matches.has(family)) {
                continue;
            }
            MudJson ip = matches.object(family);
            String long_ = what.equals("src") ? "source" : "destination";
            String nameKey = "ietf-acldns:" + what + "-dnsname";
            String networkKey = long_ + "-" + family + "-network";
            for (String key : ip.keys()) {
                if (!Set.of(nameKey, networkKey, "protocol").contains(key)) {
                    note(ip.at(key), "entry " + name + ": \"" + MudJson.shortened(key)
                            + "\" cannot be said in a policy of flows; the entry is left out");
                    return false;
                }
            }
            if (inbound && (ip.has(nameKey) || ip.has(networkKey))) {
                note(ip.at(ip.has(nameKey) ? nameKey : networkKey), "entry " + name
                        + ": who begins a flow towards the device cannot be told by a rule; the entry"
                        + " is left out, as it would open to all");
                return false;
            }
            if (ip.has(nameKey)) {
                String host = ip.text(nameKey).toLowerCase(Locale.ROOT);
                if (!Names.isWritable(host)) {
                    ip.wrong(nameKey, "a domain name");
                    return false;
                }
                names.add(host);
                conditions.add("net.dst.domain in " + RuleTexts.set(List.of(host)));
            }
            if (ip.has(networkKey) && !network(ip, networkKey, family, conditions)) {
                return false;
            }
            if (ip.has("protocol") && !protocol(name, ip, conditions)) {
                return false;
            }
        }
        return true;
    }

    private static boolean network(MudJson ip, String key, String family,
            List<String> conditions) {
        String network = ip.text(key);
        boolean fits = network.matches("[0-9a-fA-F:./]{2,50}")
                && network.contains(":") == family.equals("ipv6");
        String condition = "net.dst.ip in " + RuleTexts.plainSet(List.of(network));
        if (!fits || !compiles(condition)) {
            ip.wrong(key, "a prefix of " + family);
            return false;
        }
        conditions.add(condition);
        return true;
    }

    private static boolean compiles(String condition) {
        return PolicyCompiler.compile(
                new PolicyDocument("mud", List
                        .of(RuleTexts.allow("network", Phase.NETWORK, condition))),
                ListCatalog.of(), 1) instanceof CompileResult.Compiled;
    }

    private boolean protocol(String name, MudJson ip, List<String> conditions) {
        int number = ip.number("protocol", 0, 255);
        String text = switch (number) {
            case 1 -> "icmp";
            case 6 -> "tcp";
            case 17 -> "udp";
            case 58 -> "icmpv6";
            default -> null;
        };
        if (text == null) {
            note(ip.at("protocol"), "entry " + name + ": protocol " + number
                    + " does not pass this gateway; the entry is left out");
            return false;
        }
        conditions.add("net.protocol == " + RuleTexts.quoted(text));
        return true;
    }

    private boolean transport(String name, MudJson matches, boolean inbound,
            List<String> conditions) {
        if (matches.has("icmp")) {
            note(matches.at("icmp"), "entry " + name
                    + ": ICMP is allowed by echo and its answers, whatever type the entry names");
        }
        for (String transport : List.of("tcp", "udp")) {
            if (!matches.has(transport)) {
                continue;
            }
            MudJson ports = matches.object(transport);
            String condition = "net.protocol == " + RuleTexts.quoted(transport);
            if (!conditions.contains(condition)) {
                conditions.add(condition);
            }
            for (String key : ports.keys()) {
                switch (key) {
                    case "destination-port", "destination-port-range-or-operator" ->
                        port(ports.object(key), "net.dst.port", conditions);
                    case "source-port", "source-port-range-or-operator" ->
                        port(ports.object(key), "net.src.port", conditions);
                    case "ietf-mud:direction-initiated" -> {
                    }
                    default -> {
                        note(ports.at(key), "entry " + name + ": \"" + MudJson.shortened(key)
                                + "\" cannot be said in a policy of flows; the entry is left out");
                        return false;
                    }
                }
            }
        }
        return !inbound || !conditions.isEmpty();
    }

    /** RFC 8519: one port with an operator, or a range. */
    private static void port(MudJson port, String field, List<String> conditions) {
        MudJson at = port.has("port-range-or-operator")
                ? port.object("port-range-or-operator")
                : port;
        if (at.has("lower-port")) {
            int lower = at.number("lower-port", 0, 65_535);
            int upper = at.has("upper-port") ? at.number("upper-port", 0, 65_535) : lower;
            if (lower > upper) {
                at.wrong("upper-port", "at least the lower port");
            }
            conditions.add(field + " in {" + lower + ".." + upper + "}");
            return;
        }
        String operator = at.has("operator") ? at.text("operator") : "eq";
        int number = at.number("port", 0, 65_535);
        switch (operator) {
            case "eq" -> conditions.add(field + " == " + number);
            case "neq" -> conditions.add(field + " != " + number);
            case "lte" -> conditions.add(field + " <= " + number);
            case "gte" -> conditions.add(field + " >= " + number);
            default -> at.wrong("operator", "eq, neq, lte or gte");
        }
    }

    private void note(String pointer, String what) {
        notes.add(new Proposal.Note(pointer, what));
    }

    private String id(String name) {
        String base = "mud-" + name.replaceAll("[^A-Za-z0-9._-]+", "-");
        base = base.length() > 50 ? base.substring(0, 50) : base;
        String id = base;
        for (int i = 2; !ids.add(id); i++) {
            id = base + "-" + i;
        }
        return id;
    }
}
