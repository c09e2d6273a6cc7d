package io.cellgate.inventory.account;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A scope as tokens and roles carry it: a resource and a verb, {@code sims:read}. The resource may be {@code *}, the
 * verb {@code write} (each but {@code read}) or {@code *}.
 */
public record Permission(String resource, String verb) {
    /** What operations do to resources. */
    public static final List<String> VERBS = List.of("read", "create", "change", "delete", "act");

    private static final String ANY = "*";
    private static final String WRITE = "write";
    private static final Pattern SYNTAX = Pattern
            .compile("(\\*|[a-z][a-z0-9-]{0,40}):(\\*|write|read|create|change|delete|act)");

    /** @throws IllegalArgumentException if it is not RESOURCE:VERB */
    public static Permission parse(String text) {
        Matcher matcher = SYNTAX.matcher(text);
        if (!matcher.matches()) {
            throw new IllegalArgumentException("not RESOURCE:VERB");
        }
        return new Permission(matcher.group(1), matcher.group(2));
    }

    /** Whether who has this has the other as well. */
    public boolean covers(Permission other) {
        return (resource.equals(ANY) || resource.equals(other.resource))
                && (verb.equals(ANY) || verb.equals(other.verb)
                        || verb.equals(WRITE) && !other.verb.equals("read")
                                && !other.verb.equals(ANY));
    }

    @Override
    public String toString() {
        return resource + ":" + verb;
    }
}
