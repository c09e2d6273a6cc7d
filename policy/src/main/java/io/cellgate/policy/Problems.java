package io.cellgate.policy;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Collects what is wrong, with where in a rule's expression it is. */
final class Problems {
    /** More of one rule, or of one policy, help nobody. */
    private static final int MAX_PER_RULE = 25;
    private static final int MAX = 1000;
    private static final int NO_RULE = -1;

    private final List<Problem> all = new ArrayList<>();
    private final Map<String, Integer> positions = new HashMap<>();
    private int rule = NO_RULE;
    private @Nullable String ruleId;
    private String expression = "";
    private int ofRule;
    private int errors;

    /** What is reported from now on is of this rule, the policy's so-many-eth, and offsets are into its expression. */
    void enter(int rule, String id, String when) {
        enter(rule, id);
        expression = when;
        Integer _ = positions.putIfAbsent(id, rule);
    }

    /** What is reported from now on is of a rule that was entered before, and not about its expression. */
    void enterAgain(String id) {
        enter(positions.getOrDefault(id, NO_RULE), id);
    }

    /** What is reported from now on is of the whole policy. */
    void enterPolicy() {
        enter(NO_RULE, null);
    }

    private void enter(int position, @Nullable String id) {
        rule = position;
        ruleId = id;
        expression = "";
        ofRule = 0;
    }

    void error(int offset, String message, @Nullable String hint) {
        add(offset, message, hint, Problem.Severity.ERROR);
    }

    void warning(int offset, String message, @Nullable String hint) {
        add(offset, message, hint, Problem.Severity.WARNING);
    }

    /** An error that is not about the expression. */
    void error(String message, @Nullable String hint) {
        add(-1, message, hint, Problem.Severity.ERROR);
    }

    /** A warning that is not about the expression. */
    void warning(String message, @Nullable String hint) {
        add(-1, message, hint, Problem.Severity.WARNING);
    }

    private void add(int offset, String message, @Nullable String hint,
            Problem.Severity severity) {
        if (severity == Problem.Severity.ERROR) {
            errors++;
        }
        ofRule++;
        if (ofRule > MAX_PER_RULE || all.size() > MAX) {
            return;
        }
        if (all.size() == MAX) {
            all.add(new Problem(NO_RULE, null, 0, 0, "there are more problems than are listed here",
                    null,
                    Problem.Severity.WARNING));
            return;
        }
        int line = 0;
        int column = 0;
        if (offset >= 0) {
            line = 1;
            int lineStart = 0;
            for (int i = 0; i < offset && i < expression.length(); i++) {
                if (expression.charAt(i) == '\n') {
                    line++;
                    lineStart = i + 1;
                }
            }
            column = offset - lineStart + 1;
        }
        all.add(new Problem(rule, ruleId, line, column, message, hint, severity));
    }

    /** Whether what is reported next will be listed; what will not needs no hint. */
    boolean takesMore() {
        return ofRule < MAX_PER_RULE && all.size() < MAX;
    }

    int errors() {
        return errors;
    }

    List<Problem> all() {
        return all;
    }
}
