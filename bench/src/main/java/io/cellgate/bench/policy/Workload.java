package io.cellgate.bench.policy;

import io.cellgate.policy.Action;
import io.cellgate.policy.CompileResult;
import io.cellgate.policy.CompiledPolicy;
import io.cellgate.policy.DomainName;
import io.cellgate.policy.Facts;
import io.cellgate.policy.Field;
import io.cellgate.policy.IpAddress;
import io.cellgate.policy.ListCatalog;
import io.cellgate.policy.NamedList;
import io.cellgate.policy.Phase;
import io.cellgate.policy.PolicyCompiler;
import io.cellgate.policy.PolicyDocument;
import io.cellgate.policy.RuleDocument;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Policies and flows as a large fleet has them. Nine rules in ten are of one backend: an address prefix, a range of
 * ports, a protocol; the tenth allows names of a list on a port. Flows go to random backends, one in four to a name of
 * the list, one in eight to what no rule mentions.
 */
final class Workload {
    static final String NAMES = "names";
    static final String PREFIXES = "prefixes";

    private Workload() {}

    static List<String> names(int count) {
        List<String> names = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            names.add("device" + i + ".example" + i % 1000 + ".com");
        }
        return names;
    }

    /** Prefixes of 25 bits, no two of them neighbours, so that none can be joined. */
    static List<String> prefixes(int count) {
        List<String> prefixes = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            prefixes.add((i >> 16) + "." + (i >> 8 & 255) + "." + (i & 255) + ".0/25");
        }
        return prefixes;
    }

    static PolicyDocument policy(int rules) {
        List<RuleDocument> documents = new ArrayList<>(rules);
        for (int i = 0; i < rules; i++) {
            String when = switch (i % 10) {
                case 9 -> "net.dst.domain in $" + NAMES + " and net.dst.port == " + (8000 + i);
                case 8 -> "net.dst.ip in $" + PREFIXES + " and net.dst.port == " + (9000 + i);
                default -> "net.dst.ip in {10." + i % 256 + "." + i / 256
                        + ".0/24} and net.dst.port in {" + i % 1000 + ".." + (i % 1000 + 10)
                        + "} and net.protocol == \"tcp\"";
            };
            documents.add(new RuleDocument("r" + i, Phase.NETWORK,
                    i % 3 == 0 ? Action.BLOCK : Action.ALLOW, when));
        }
        return new PolicyDocument("fleet", documents);
    }

    static CompiledPolicy compile(PolicyDocument document, ListCatalog lists) {
        return switch (PolicyCompiler.compile(document, lists, 1)) {
            case CompileResult.Compiled compiled -> compiled.policy();
            case CompileResult.Rejected rejected ->
                throw new IllegalStateException("the workload does not compile: " + rejected);
        };
    }

    static ListCatalog lists(int names, int prefixes) {
        return ListCatalog.of(NamedList.of(NAMES, NamedList.Kind.NAMES, names(names)),
                NamedList.of(PREFIXES, NamedList.Kind.ADDRESSES, prefixes(prefixes)));
    }

    /** New flows, the same ones for each seed. */
    static Facts[] flows(int count, int rules, int names, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        Facts[] flows = new Facts[count];
        for (int i = 0; i < count; i++) {
            Facts flow = new Facts();
            int rule = random.nextInt(rules);
            flow.set(Field.NET_PROTOCOL, "tcp");
            flow.set(Field.NET_DIRECTION, "up");
            if (i % 4 == 0) {
                int name = random.nextInt(names);
                flow.setIp(Field.NET_DST_IP,
                        IpAddress.ofIpv4(0xc0000000 | random.nextInt(1 << 24)));
                flow.addName(Field.NET_DST_DOMAIN,
                        DomainName.of("device" + name + ".example" + name % 1000 + ".com"));
                flow.set(Field.NET_DST_PORT, 8000 + rule / 10 * 10 + 9);
            } else {
                boolean unknown = i % 8 == 1;
                int host = random.nextInt(256);
                flow.setIp(Field.NET_DST_IP, IpAddress.ofIpv4(
                        (unknown ? 172 : 10) << 24 | rule % 256 << 16 | rule / 256 << 8 | host));
                flow.set(Field.NET_DST_PORT, rule % 1000 + random.nextInt(11));
            }
            flows[i] = flow;
        }
        return flows;
    }
}
