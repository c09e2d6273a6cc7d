package io.cellgate.dns;

import io.cellgate.policy.DomainName;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.Reader;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Reads lists of names as they are published for filters, line by line, whatever their length. Each name goes to a
 * consumer in text that {@code NamedList} takes; a line that is not understood becomes a {@link Problem} and
 * the reading goes on.
 *
 * <p>In a {@code NamedList} a name stands for itself and its children. That is what all three formats are used for, but
 * not in all three what they say: a hosts line and an RPZ owner without {@code *.} mean that name alone.
 */
public final class NameListReader {
    private static final int MAX_LINE = 4096;
    private static final int MAX_PROBLEMS = 1000;
    private static final Set<String> SINKS = Set.of("0.0.0.0", "127.0.0.1", "::", "::1");
    /** What hosts files say of the machine itself. */
    private static final Set<String> OWN_NAMES = Set.of("localhost", "localhost.localdomain",
            "local",
            "broadcasthost", "ip6-localhost", "ip6-loopback", "0.0.0.0");

    /** How a list is written. */
    public enum Format {
        /** {@code 0.0.0.0 ads.example.com www.ads.example.com # comment} */
        HOSTS,
        /** A name a line, {@code *.} or a dot before it or not; {@code #} begins a comment. */
        DOMAINS,
        /**
         * A response policy zone in the text form of RFC 1035 §5 (draft-vixie-dnsop-dns-rpz): the owners of
         * {@code CNAME .}, {@code CNAME *.} and {@code CNAME rpz-drop.}, relative to the zone. Exceptions
         * ({@code rpz-passthru.}), local data and triggers other than QNAME are problems.
         */
        RPZ
    }

    /** @param line from 1 */
    public record Problem(long line, String message) {}

    /**
     * @param names        how many were read
     * @param problemCount how many lines were not understood
     * @param problems     the first 1000 of them
     */
    public record Summary(long names, long problemCount, List<Problem> problems) {}

    private final Format format;
    private final Consumer<String> names;
    private final List<Problem> problems = new ArrayList<>();
    private long nameCount;
    private long problemCount;
    private long line;
    /** The zone of an RPZ, without its last dot; empty until it is known. */
    private String origin = "";
    private int openParentheses;
    private @Nullable String owner;

    private NameListReader(Format format, Consumer<String> names) {
        this.format = format;
        this.names = names;
    }

    /** Reads to the end, which the caller closes. */
    public static Summary read(Reader text, Format format, Consumer<String> names)
            throws IOException {
        NameListReader reader = new NameListReader(format, names);
        BufferedReader lines = new BufferedReader(text);
        StringBuilder current = new StringBuilder();
        int character;
        do {
            character = lines.read();
            if (character == '\n' || character < 0) {
                reader.line(current);
                current.setLength(0);
            } else if (current.length() <= MAX_LINE) {
                current.append((char) character);
            }
        } while (character >= 0);
        return new Summary(reader.nameCount, reader.problemCount, List.copyOf(reader.problems));
    }

    private void line(StringBuilder current) {
        line++;
        if (current.length() > MAX_LINE) {
            problem("expected at most " + MAX_LINE + " characters in a line");
            return;
        }
        int comment = current.indexOf(format == Format.RPZ ? ";" : "#");
        String text = comment < 0 ? current.toString() : current.substring(0, comment);
        boolean indented = !text.isEmpty() && Character.isWhitespace(text.charAt(0));
        if (text.isBlank()) {
            return;
        }
        String[] words = text.strip().split("\\s+");
        switch (format) {
            case HOSTS -> hosts(words);
            case DOMAINS -> domains(words);
            case RPZ -> rpz(words, indented);
        }
    }

    private void hosts(String[] words) {
        if (!SINKS.contains(words[0])) {
            problem("expected one of 0.0.0.0, 127.0.0.1, :: or ::1 before the names, got \""
                    + words[0] + "\"");
        } else if (words.length == 1) {
            problem("expected a name after " + words[0] + ", got none");
        }
        for (int i = 1; i < words.length && SINKS.contains(words[0]); i++) {
            if (!OWN_NAMES.contains(words[i].toLowerCase(Locale.ROOT))) {
                name(words[i]);
            }
        }
    }

    private void domains(String[] words) {
        if (words.length > 1) {
            problem("expected one name a line, got \"" + words[0] + " " + words[1] + "\"");
        } else {
            name(words[0].startsWith("*.")
                    ? words[0].substring(2)
                    : words[0].startsWith(".") ? words[0].substring(1) : words[0]);
        }
    }

    private void rpz(String[] words, boolean indented) {
        if (openParentheses > 0 || words[0].equals("$TTL")) {
            countParentheses(words);
            return;
        }
        if (words[0].equals("$ORIGIN")) {
            if (words.length == 2 && words[1].endsWith(".")) {
                origin = withoutDot(words[1]);
            } else {
                problem("expected $ORIGIN with a name and a dot at its end");
            }
            return;
        }
        if (words[0].startsWith("$")) {
            problem("expected $TTL, $ORIGIN or a record, got \"" + words[0] + "\"");
            return;
        }
        countParentheses(words);
        if (!indented) {
            owner = words[0];
        }
        int at = indented ? 0 : 1;
        while (at < words.length
                && (words[at].equalsIgnoreCase("IN") || words[at].matches("\\d+[smhdwSMHDW]?"))) {
            at++;
        }
        String type = at < words.length ? words[at].toUpperCase(Locale.ROOT) : "";
        switch (type) {
            case "SOA" -> {
                if (origin.isEmpty() && owner != null && owner.endsWith(".")) {
                    origin = withoutDot(owner);
                }
            }
            case "NS" -> {
                // a zone has them, they say nothing of names
            }
            case "CNAME" -> trigger(owner, at + 1 < words.length ? words[at + 1] : "");
            case "" -> problem("expected owner, type and data, got \"" + words[0] + "\"");
            default -> problem("expected a CNAME, got local data of type " + type);
        }
    }

    private void countParentheses(String[] words) {
        for (String word : words) {
            for (int i = 0; i < word.length(); i++) {
                openParentheses += word.charAt(i) == '(' ? 1 : word.charAt(i) == ')' ? -1 : 0;
            }
        }
    }

    private void trigger(@Nullable String ownerText, String target) {
        if (ownerText == null) {
            problem("expected an owner, got none here and none before");
            return;
        }
        if (!target.equals(".") && !target.equals("*.") && !target.equalsIgnoreCase("rpz-drop.")) {
            problem("expected CNAME . or *. or rpz-drop., got CNAME " + target);
            return;
        }
        String name = ownerText;
        if (name.endsWith(".")) {
            name = withoutDot(name);
            String suffix = "." + origin;
            if (origin.isEmpty()
                    || !name.regionMatches(true, name.length() - suffix.length(), suffix, 0,
                            suffix.length())) {
                problem("expected an owner within the zone \"" + origin + "\", got \"" + ownerText
                        + "\"");
                return;
            }
            name = name.substring(0, name.length() - suffix.length());
        }
        if (name.toLowerCase(Locale.ROOT).matches("(.*\\.)?rpz-(ip|client-ip|nsip|nsdname)")) {
            problem("expected a QNAME trigger, got \"" + ownerText + "\"");
        } else {
            name(name.startsWith("*.") ? name.substring(2) : name);
        }
    }

    private static String withoutDot(String name) {
        return name.substring(0, name.length() - 1);
    }

    private void name(String text) {
        try {
            names.accept(DomainName.of(text).toString());
            nameCount++;
        } catch (IllegalArgumentException e) {
            problem(String.valueOf(e.getMessage()));
        }
    }

    private void problem(String message) {
        if (++problemCount <= MAX_PROBLEMS) {
            problems.add(new Problem(line, message));
        }
    }
}
