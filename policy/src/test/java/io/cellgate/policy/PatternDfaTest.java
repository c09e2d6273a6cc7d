package io.cellgate.policy;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Patterns find what RE2/J finds. */
class PatternDfaTest {
    private final long seed = Long.getLong("policy.seed", System.nanoTime());
    private final Random random = new Random(seed);

    private static @Nullable PatternDfa automaton(Pattern pattern) {
        PatternNfa nfa = PatternNfa.of(pattern);
        return nfa == null ? null : PatternDfa.of(pattern, nfa, new Steps(Long.MAX_VALUE));
    }

    private String pick(String... of) {
        return of[random.nextInt(of.length)];
    }

    private String pattern(int depth) {
        StringBuilder text = new StringBuilder(random.nextInt(6) == 0 ? "^" : "");
        for (int i = 1 + random.nextInt(4); i > 0; i--) {
            int kind = random.nextInt(depth > 0 ? 9 : 6);
            text.append(switch (kind) {
                case 0, 1, 2 -> pick("a", "b", "A", "0", "-", "/", "\\.", "\u00e9");
                case 3 -> pick(".", "\\d", "\\w", "\\s", "\\D", "\\W", "\\S", "\\x41", "\\n", "\\A",
                        "\\z");
                case 4 ->
                    pick("[ab]", "[^a]", "[a-c0-9]", "[\\d-]", "[^\\w]", "[]a]", "[a-]", "[\\.-/]");
                case 5 -> pick("^", "$", "");
                case 6 -> "(" + pattern(depth - 1) + ")";
                case 7 -> "(?:" + pattern(depth - 1) + "|" + pattern(depth - 1) + ")";
                default -> "(" + pattern(depth - 1) + "|)";
            });
            if (random.nextInt(3) == 0) {
                text.append(pick("*", "+", "?", "{2}", "{1,3}", "{2,}", "*?", "+?", "??"));
            }
        }
        return text.append(random.nextInt(6) == 0 ? "$" : "").toString();
    }

    private String text() {
        StringBuilder text = new StringBuilder();
        for (int i = random.nextInt(12); i > 0; i--) {
            text.append(pick("a", "b", "c", "A", "B", "0", "7", "-", "/", ".", " ", "\n", "\u00e9",
                    "\u00ff", "]"));
        }
        return text.toString();
    }

    @Test
    void randomPatterns_findWhatRe2Finds() {
        System.out.println("PatternDfaTest: -Dpolicy.seed=" + seed);
        int understood = 0;
        int found = 0;
        int asked = 0;
        for (int round = 0; round < 20_000; round++) {
            String pattern = pattern(2);
            Pattern re2;
            try {
                re2 = Pattern.compile(pattern,
                        random.nextInt(4) == 0 ? Pattern.CASE_INSENSITIVE : 0);
            } catch (PatternSyntaxException wrong) {
                continue;
            }
            PatternDfa automaton = automaton(re2);
            if (automaton == null) {
                continue;
            }
            understood++;
            for (int i = 0; i < 12; i++) {
                String text = text();
                boolean expected = re2.matcher(text).find();
                assertThat(automaton.find(text))
                        .as("-Dpolicy.seed=%d: /%s/ (flags %d) in \"%s\"", seed, pattern,
                                re2.flags(), text)
                        .isEqualTo(expected);
                found += expected ? 1 : 0;
                asked++;
            }
        }
        assertThat(understood).isGreaterThan(10_000);
        assertThat(found).isBetween(asked / 10, asked * 9 / 10);
    }

    @Test
    void charactersBeyondTheAlphabet_areRe2s() {
        PatternDfa automaton = automaton(Pattern.compile("^.x$"));
        assertThat(automaton).isNotNull();
        if (automaton != null) {
            assertThat(automaton.find("\u4e00x")).isTrue();
            assertThat(automaton.find("\ud83d\ude00x")).as("one code point").isTrue();
            assertThat(automaton.find("\u4e00y")).isFalse();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"(?i)abc", "\\bword", "\\pL", "[[:alpha:]]", "\\Qa.b\\E", "(?P<n>a)",
            "(a|b)*a(a|b){12}c"})
    void whatIsNotUnderstoodOrTooLarge_isLeftToRe2(String pattern) {
        assertThat(automaton(Pattern.compile(pattern))).isNull();
    }

    @Test
    void patternsOfPolicies_areUnderstood() {
        for (String pattern : List.of("^/v1/telemetry", "^vendor/[0-9]+[.][0-9]+$",
                "^(GET|POST) /v[12]/[a-z0-9_-]{1,64}$", "device-\\d{4,8}\\.example\\.com$",
                "(jpg|png)$", "^/api/.*/upload", "^(?:10|20)[.]")) {
            assertThat(automaton(Pattern.compile(pattern))).as(pattern).isNotNull();
        }
    }
}
