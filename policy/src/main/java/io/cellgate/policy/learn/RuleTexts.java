package io.cellgate.policy.learn;

import io.cellgate.policy.Action;
import io.cellgate.policy.Phase;
import io.cellgate.policy.RuleDocument;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.SortedSet;
import java.util.stream.Collectors;

/** Writes expressions and rules in the language. */
final class RuleTexts {
    /** Of one expression; the language takes 4096 octets. */
    private static final int MOST_OCTETS_OF_A_SET = 3000;
    /** More different ports than that are taken for a range that is used at will. */
    private static final int MOST_PORTS = 16;

    private RuleTexts() {}

    static String quoted(String text) {
        return '"' + text + '"';
    }

    /** Sets of quoted texts, each as long as an expression bears. */
    static List<List<String>> parts(Collection<String> members) {
        List<List<String>> parts = new ArrayList<>();
        List<String> part = new ArrayList<>();
        int octets = 0;
        for (String member : members) {
            if (octets + member.length() + 3 > MOST_OCTETS_OF_A_SET && !part.isEmpty()) {
                parts.add(part);
                part = new ArrayList<>();
                octets = 0;
            }
            part.add(member);
            octets += member.length() + 3;
        }
        if (!part.isEmpty()) {
            parts.add(part);
        }
        return parts;
    }

    static String set(Collection<String> members) {
        return members.stream().map(RuleTexts::quoted).collect(Collectors.joining(" ", "{", "}"));
    }

    /** Addresses and prefixes are written without quotes. */
    static String plainSet(Collection<String> members) {
        return members.stream().collect(Collectors.joining(" ", "{", "}"));
    }

    /** {@code net.protocol == "tcp" and net.dst.port in {443 8883}}; without ports where the protocol has none. */
    static String service(String protocol, SortedSet<Integer> ports) {
        String text = "net.protocol == " + quoted(protocol);
        if (ports.isEmpty()) {
            return text;
        }
        return ports.size() == 1
                ? text + " and net.dst.port == " + ports.getFirst()
                : text + " and net.dst.port in " + (ports.size() > MOST_PORTS
                        ? "{" + ports.getFirst() + ".." + ports.getLast() + "}"
                        : plainSet(ports.stream().map(String::valueOf).toList()));
    }

    static RuleDocument allow(String id, Phase phase, String when) {
        return new RuleDocument(id, phase, Action.ALLOW, when);
    }
}
