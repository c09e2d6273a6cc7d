package io.cellgate.control.replay;

import io.cellgate.control.log.LogEntry;
import io.cellgate.control.log.LogKind;
import io.cellgate.policy.Decision;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What a replay found, counted in groups. Bounded: beyond so many groups lines are counted alone. */
public final class ReplayResult {
    private static final int MOST_GROUPS = 1000;

    private final int examples;
    private final Map<Key, Group> changed = new LinkedHashMap<>();
    private final Map<Key, Group> unjudged = new LinkedHashMap<>();
    private long same;
    private long changedLines;
    private long unjudgedLines;

    /**
     * What the lines of a group have in common.
     *
     * @param before      the verdict then
     * @param beforeRule  the rule that decided then; null where none was asked
     * @param phase       of the draft's decision; null where it could not be reached
     * @param action      what the draft would do; null likewise
     * @param afterRule   its rule; null likewise
     * @param missing     the facts that were not kept, or {@code requests} where a connection was not read
     * @param destination its name, else its address
     */
    public record Key(LogKind kind, String before, @Nullable String beforeRule,
            @Nullable String phase, @Nullable String action, @Nullable String afterRule,
            Set<String> missing, @Nullable String destination, int port) {
        public Key {
            missing = Set.copyOf(missing);
        }
    }

    /** Lines of a kind. */
    public static final class Group {
        private final Key key;
        private final List<Long> examples = new ArrayList<>();
        private final Set<String> sims = new HashSet<>();
        private long lines;
        private long firstMillis = Long.MAX_VALUE;
        private long lastMillis = Long.MIN_VALUE;

        private Group(Key key) {
            this.key = key;
        }

        public Key key() {
            return key;
        }

        public long lines() {
            return lines;
        }

        /** How many SIMs they are of. */
        public int sims() {
            return sims.size();
        }

        public long firstMillis() {
            return firstMillis;
        }

        public long lastMillis() {
            return lastMillis;
        }

        /** Ids of some. */
        public List<Long> examples() {
            return List.copyOf(examples);
        }
    }

    ReplayResult(int examples) {
        this.examples = examples;
    }

    void judged(LogKind kind, LogEntry line, boolean passed, Decision decision, boolean passes) {
        if (passed == passes) {
            same++;
            return;
        }
        changedLines++;
        count(changed, new Key(kind, line.verdict(), line.decider().rule(),
                decision.phase().text(), passes ? decision.action().text() : action(decision),
                decision.ruleId(), Set.of(), destination(line), line.remotePort()), line);
    }

    /** A flow that the draft's rule would allow, had it asked for what opens such a flow, is blocked. */
    private static String action(Decision decision) {
        return decision.isAllowed() ? "block" : decision.action().text();
    }

    void unjudged(LogKind kind, LogEntry line, Set<String> missing) {
        unjudgedLines++;
        count(unjudged, new Key(kind, line.verdict(), line.decider().rule(), null, null, null,
                missing, destination(line), line.remotePort()), line);
    }

    private static @Nullable String destination(LogEntry line) {
        return line.name() != null
                ? line.name()
                : line.remote() == null ? null : line.remote().getHostAddress();
    }

    private void count(Map<Key, Group> groups, Key key, LogEntry line) {
        Group group = groups.get(key);
        if (group == null) {
            if (groups.size() >= MOST_GROUPS) {
                return;
            }
            group = new Group(key);
            groups.put(key, group);
        }
        group.lines++;
        group.firstMillis = Math.min(group.firstMillis, line.atMillis());
        group.lastMillis = Math.max(group.lastMillis, line.atMillis());
        if (line.owner().sim() != null) {
            group.sims.add(line.owner().sim());
        }
        if (group.examples.size() < examples) {
            group.examples.add(line.id());
        }
    }

    /** Lines of the same verdict. */
    public long same() {
        return same;
    }

    public long changedLines() {
        return changedLines;
    }

    public long unjudgedLines() {
        return unjudgedLines;
    }

    /** Those whose verdict would change, the largest first. */
    public List<Group> changed() {
        return largestFirst(changed);
    }

    /** Those that could not be judged, the largest first. */
    public List<Group> unjudged() {
        return largestFirst(unjudged);
    }

    private static List<Group> largestFirst(Map<Key, Group> groups) {
        return groups.values().stream()
                .sorted(Comparator.comparingLong(Group::lines).reversed()).toList();
    }
}
