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

    /** Insertions, deletions, replacements and swaps of neighbours between the two (optimal string alignment). */
    private static int edits(String a, String b) {
        int[][] table = new int[a.length() + 1][b.length() + 1];
        for (int i = 0; i <= a.length(); i++) {
            table[i][0] = i;
        }
        for (int j = 0; j <= b.length(); j++) {
            table[0][j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            for (int j = 1; j <= b.length(); j++) {
                boolean same = a.charAt(i - 1) == b.charAt(j - 1);
                int least = Math.min(table[i - 1][j - 1] + (same ? 0 : 1),
                        1 + Math.min(table[i - 1][j], table[i][j - 1]));
                if (i > 1 && j > 1 && a.charAt(i - 1) == b.charAt(j - 2)
                        && a.charAt(i - 2) == b.charAt(j - 1)) {
                    least = Math.min(least, table[i - 2][j - 2] + 1);
                }
                table[i][j] = least;
            }
        }
        return table[a.length()][b.length()];
    }
}
