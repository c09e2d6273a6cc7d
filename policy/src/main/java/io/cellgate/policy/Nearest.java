package io.cellgate.policy;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Finds what somebody probably meant to write. */
final class Nearest {
    private static final int MAX_LENGTH = 64;

    private Nearest() {}

    static List<String> fieldNames() {
        List<String> names = new ArrayList<>();
        for (Field field : Field.values()) {
            names.add(field.text());
        }
        return names;
    }

    /** The candidate with the fewest edits between, if at most a third of the letters differ. */
    static @Nullable String to(String written, Collection<String> candidates) {
        if (written.length() > MAX_LENGTH) {
            return null;
        }
        String best = null;
        int least = Math.max(2, written.length() / 3) + 1;
        for (String candidate : candidates) {
            int edits = edits(written, candidate);
            if (edits < least) {
                least = edits;
                best = candidate;
            }
        }
        return best;
    }

    /** Insertions, deletions and replacements between the two (Levenshtein). */
    private static int edits(String a, String b) {
        int[] row = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            row[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int replaced = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(replaced, 1 + Math.min(row[j], row[j - 1]));
            }
        }
        return row[b.length()];
    }
}
