package io.cellgate.policy.learn;

import io.cellgate.policy.DomainName;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Names brought to fewer. A rule's {@code in} means a name and all below it, so that a name whose parent is there is not
 * needed; and where several siblings were seen their parent stands for them, if one owner can be assumed of it.
 *
 * <pre>
 *   a.iot.example.com  b.iot.example.com  c.iot.example.com   →  iot.example.com
 *   x.cloudfront.net   y.cloudfront.net   z.cloudfront.net    →  as they are: anybody may have a name there
 * </pre>
 */
final class Names {
    /** Fewer siblings are named each. */
    private static final int SIBLINGS = 3;
    /** Second-level labels under which countries let register, as in co.uk. */
    private static final Set<String> REGISTRIES = Set.of("ac", "co", "com", "edu", "go", "gob",
            "gov", "gv", "ltd", "mil", "ne", "net", "nom", "or", "org", "plc", "sch");
    /** Where anybody may have a name: a parent among them stands for strangers too. */
    private static final Set<String> SHARED = Set.of("amazonaws.com", "azureedge.net",
            "azurewebsites.net", "azure-devices.net", "blob.core.windows.net", "cloudapp.net",
            "cloudapp.azure.com", "core.windows.net", "windows.net", "cloudfront.net",
            "akamaiedge.net", "akamaihd.net", "akamai.net", "edgekey.net", "edgesuite.net",
            "fastly.net", "appspot.com", "run.app", "web.app", "firebaseapp.com",
            "firebaseio.com", "cloudfunctions.net", "googleusercontent.com", "github.io",
            "gitlab.io", "herokuapp.com", "netlify.app", "vercel.app", "pages.dev",
            "workers.dev", "r2.dev", "ngrok.io", "duckdns.org", "dyndns.org", "no-ip.org",
            "ddns.net", "hivemq.cloud", "elb.amazonaws.com", "s3.amazonaws.com",
            "iot.amazonaws.com", "onrender.com", "fly.dev", "cdn77.org", "b-cdn.net");

    private Names() {}

    /** Whether a rule can name it; it is written in lower case then. */
    static boolean isWritable(String name) {
        if (!name.matches("[A-Za-z0-9_-]+(\\.[A-Za-z0-9_-]+)+")) {
            return false;
        }
        try {
            return DomainName.of(name).toString().equals(name.toLowerCase(Locale.ROOT));
        } catch (IllegalArgumentException noName) {
            return false;
        }
    }

    /** Fewer names that cover these, with those that each stands for. */
    static Map<String, Set<String>> fewer(Collection<String> names) {
        Map<String, Set<String>> byParent = new TreeMap<>();
        for (String name : names) {
            String parent = parent(name);
            if (parent != null && mayStandFor(parent)) {
                byParent.computeIfAbsent(parent, _ -> new TreeSet<>()).add(name);
            }
        }
        Map<String, Set<String>> fewer = new TreeMap<>();
        for (String name : names) {
            String parent = parent(name);
            Set<String> siblings = parent == null
                    ? Set.of()
                    : byParent.getOrDefault(parent, Set.of());
            boolean together = parent != null && siblings.size() >= SIBLINGS;
            fewer.computeIfAbsent(together ? parent : name, _ -> new TreeSet<>()).add(name);
        }
        for (String name : new ArrayList<>(fewer.keySet())) {
            String above = parent(name);
            while (above != null && !fewer.containsKey(above)) {
                above = parent(above);
            }
            if (above != null) {
                Set<String> moved = fewer.remove(name);
                fewer.computeIfAbsent(above, _ -> new TreeSet<>())
                        .addAll(moved == null ? List.of() : moved);
            }
        }
        return fewer;
    }

    private static @Nullable String parent(String name) {
        int dot = name.indexOf('.');
        return dot < 0 || name.indexOf('.', dot + 1) < 0 ? null : name.substring(dot + 1);
    }

    /** Whether all below a name can be taken for its owner's. */
    private static boolean mayStandFor(String parent) {
        List<String> labels = List.of(parent.split("\\."));
        if (SHARED.contains(parent) || labels.size() < 2) {
            return false;
        }
        boolean ofCountry = labels.getLast().length() == 2;
        return !(labels.size() == 2 && ofCountry && REGISTRIES.contains(labels.getFirst()));
    }
}
