package io.cellgate.policy;

import io.cellgate.policy.Condition.Compare;
import io.cellgate.policy.Condition.Ref;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The dns rule of a policy that has none: what its network and http rules let the device reach by name, it may resolve.
 * Every comparison of a name that a rule which allows or redirects makes, outside of a negation, is asked of the
 * query's name instead; any one that holds allows the query.
 *
 * <pre>
 *   network allow  net.dst.domain in $backend and net.dst.port == 8883     →   dns.name in $backend
 *   http    allow  http.host == "api.example.com"                         →   or dns.name == "api.example.com"
 * </pre>
 */
final class DerivedDns {
    private static final Set<Field> NAMES = Set.of(Field.NET_DST_DOMAIN, Field.HTTP_HOST,
            Field.TLS_SNI);
    private static final Ref QUERY = new Ref(Field.DNS_NAME, null);

    private DerivedDns() {}

    /** One condition for each different comparison. */
    static List<Condition> conditions(Map<Phase, List<CompiledRule>> rules) {
        Set<Condition> found = new LinkedHashSet<>();
        for (Phase phase : List.of(Phase.NETWORK, Phase.HTTP)) {
            for (CompiledRule rule : rules.getOrDefault(phase, List.of())) {
                Action action = rule.decision().action();
                if (action == Action.ALLOW || action == Action.REDIRECT) {
                    collect(rule.condition(), found);
                }
            }
        }
        return List.copyOf(found);
    }

    private static void collect(Condition condition, Set<Condition> into) {
        switch (condition) {
            case Condition.All all -> all.parts().forEach(part -> collect(part, into));
            case Condition.Any any -> any.parts().forEach(part -> collect(part, into));
            case Compare compare -> {
                boolean negated = compare.test() instanceof Condition.NameIs is && is.negated();
                if (NAMES.contains(compare.ref().field()) && !negated) {
                    into.add(new Compare(QUERY, compare.test()));
                }
            }
            case Condition.Not not -> {
            }
            case Condition.Always always -> {
            }
            case Condition.Known known -> {
            }
        }
    }
}
