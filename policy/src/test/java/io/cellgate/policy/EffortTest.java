package io.cellgate.policy;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.AbstractList;
import java.util.ArrayList;
import java.util.List;
import java.util.RandomAccess;
import java.util.Set;
import java.util.function.IntFunction;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What reading and compiling cost, counted in steps and octets rather than by a clock: at most so much for each
 * character that somebody hands in, however it is arranged.
 */
class EffortTest {
    /** How often the lexer may look at a character, on the average. */
    private static final int LOOKS_A_CHARACTER = 12;
    /** How often the parser may look at a token; there is at most one token a character, and one at the end. */
    private static final int LOOKS_A_TOKEN = 30;
    /** Steps of comparing rules with each other, which is what is bounded alone and not by the rules. */
    private static final long COMPARISONS = 100_000;
    private static final ListCatalog LISTS = ListCatalog
            .of(NamedList.of("names", NamedList.Kind.NAMES, List.of("example.com")));

    /** A text that counts how often a character is looked at. */
    private static final class CountedText implements CharSequence {
        private final String text;
        private long looks;

        CountedText(String text) {
            this.text = text;
        }

        @Override
        public int length() {
            return text.length();
        }

        @Override
        public char charAt(int index) {
            looks++;
            return text.charAt(index);
        }

        @Override
        public CharSequence subSequence(int start, int end) {
            looks += end - start;
            return text.subSequence(start, end);
        }
    }

    /** Tokens that count how often one is looked at. */
    private static final class CountedTokens extends AbstractList<Lexer.Token>
            implements
                RandomAccess {
        private final List<Lexer.Token> tokens;
        private long looks;

        CountedTokens(List<Lexer.Token> tokens) {
            this.tokens = tokens;
        }

        @Override
        public Lexer.Token get(int index) {
            looks++;
            return tokens.get(index);
        }

        @Override
        public int size() {
            return tokens.size();
        }
    }

    private static void readWithinBounds(String when) {
        Problems problems = new Problems();
        problems.enter(0, "r", when);
        CountedText text = new CountedText(when);
        CountedTokens tokens = new CountedTokens(new Lexer(text, problems).tokens());
        assertThat(text.looks).as("looks at characters of %d: %s", when.length(), when)
                .isLessThanOrEqualTo((long) LOOKS_A_CHARACTER * when.length());
        Syntax syntax = Parser.parse(tokens, problems);
        assertThat(syntax).isNotNull();
        assertThat(tokens.looks).as("looks at tokens of %d: %s", tokens.size(), when)
                .isLessThanOrEqualTo((long) LOOKS_A_TOKEN * tokens.size());
    }

    @FuzzTest(maxDuration = "60s")
    void anyText_isReadInStepsLinearInItsLength(FuzzedDataProvider data) {
        readWithinBounds(data.consumeRemainingAsString());
    }

    /** Far beyond what a condition may be long, so that a square would be seen. */
    @ParameterizedTest
    @MethodSource("parts")
    void repeatedParts_areReadInStepsLinearInTheirNumber(String part) {
        for (int octets : new int[]{4_096, 65_536, 262_144}) {
            readWithinBounds(part.repeat(octets / part.length()));
        }
    }

    static Stream<String> parts() {
        return Stream.of("(", ")", "()", ")(", "not ", "! (", "not (", "a and ", "a and (", "a or ",
                "(a or ", "a) or ", "{", "}", "a in {", "a in {1 ", "a in {1.. ", "a in {1 2 3} ",
                "1..", "\"", "\"a\" ", "r\"", "r\"\" ", "\\", "\"\\q", "any(", "any(a", "any(a[",
                "any(a[*] == 1) and ", "is_known(", "[", "]", "a[", "a[\"x\"] ", "== ", "= ", "&",
                "$", "$a ", "$-", "true or ", "true true ", "a b ", "net.dst.port == 1 and ", ".",
                "1.", ":", "-", "\n", " ", "\u00e4", "\ud83d", ", ", "a == and ", "(((a)) or ");
    }

    private static PolicyDocument policy(int rules, IntFunction<String> when) {
        List<RuleDocument> documents = new ArrayList<>();
        for (int i = 0; i < rules; i++) {
            documents.add(new RuleDocument("r" + i, Phase.HTTP,
                    i % 2 == 0 ? Action.ALLOW : Action.BLOCK, when.apply(i)));
        }
        return new PolicyDocument("effort", documents);
    }

    private static String filled(IntFunction<String> part, String between) {
        StringBuilder text = new StringBuilder(part.apply(0));
        for (int i = 1;; i++) {
            String next = between + part.apply(i);
            if (text.length() + next.length() > PolicyCompiler.MAX_EXPRESSION_OCTETS - 40) {
                return text.toString();
            }
            text.append(next);
        }
    }

    /** The pattern with each {@code #} replaced by the number that stands in its place among the numbers. */
    private static String numbered(String pattern, int... numbers) {
        StringBuilder text = new StringBuilder();
        int next = 0;
        for (int i = 0; i < pattern.length(); i++) {
            if (pattern.charAt(i) == '#') {
                text.append(numbers[next++]);
            } else {
                text.append(pattern.charAt(i));
            }
        }
        return text.toString();
    }

    /** Rules as long as may be, each kind made to be dear: of them, so many. */
    static Stream<IntFunction<String>> hostileRules() {
        return Stream.of(
                // each compared with all before, by value
                r -> "net.dst.port in {" + filled(i -> numbered("#", 1 + 2 * i + r % 7), " ")
                        + "}",
                r -> "net.dst.ip in {"
                        + filled(i -> numbered("10.#.#.#", r % 256, i / 250, i % 250), " ")
                        + "}",
                r -> "http.path in {" + filled(i -> numbered("\"/#\"", i), " ") + " \"/r" + r
                        + "\"}",
                r -> "tls.sni in {" + filled(i -> numbered("\"a#.example\"", i), " ") + "}",
                r -> "not net.dst.port in {" + filled(i -> numbered("#", 1 + 2 * i), " ") + " "
                        + (50_000 + r) + "}",
                // many parts on either side
                r -> filled(i -> numbered("net.dst.port != #", 1 + i + r), " and "),
                r -> filled(i -> numbered("http.path == \"/#/#\"", i, r), " or "),
                r -> filled(i -> numbered("(http.path == \"/#\" or http.query == \"#\")", i, r),
                        " and "),
                // patterns that explode when they are made deterministic
                r -> filled(i -> numbered("http.path matches \"(a|b)*#(a|b){9}#\"", r, i),
                        " or "),
                r -> filled(i -> numbered("http.path matches \"[a-c]#x{900}\"", r + i), " or "),
                r -> "http.path matches \"(?i)" + "a".repeat(900) + r
                        + "\" or http.path matches \"("
                        + "b".repeat(90) + r + "){999}\"",
                // nothing but mistakes, each with a near name
                r -> filled(i -> numbered("net.dst.portt#", i % 10), " and "),
                r -> filled(i -> "http.path in $naems", " and "),
                r -> filled(i -> "http.path matches \"(\"", " or "),
                // nested
                r -> "(".repeat(64) + "http.path == \"/" + r + "\"" + ")".repeat(64),
                r -> "not (http.path == \"1\" or ".repeat(60) + "http.query == \"" + r + "\""
                        + ")".repeat(60));
    }

    private static long octets(PolicyDocument document) {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long before = threads.getCurrentThreadAllocatedBytes();
        CompileResult result = PolicyCompiler.compile(document, LISTS, 1, Set.of(),
                new Steps(COMPARISONS));
        assertThat(result).isNotNull();
        return threads.getCurrentThreadAllocatedBytes() - before;
    }

    /**
     * What is computed leaves garbage; so garbage that grows no faster than the rules tells of work that does not
     * either. From 10 to 80 rules of 4 KiB: eight times, with room for what a policy costs at all.
     */
    @ParameterizedTest
    @MethodSource("hostileRules")
    void hostilePolicies_areCompiledAtACostThatGrowsNoFasterThanTheyDo(IntFunction<String> rule) {
        long warm = octets(policy(3, rule));
        long few = octets(policy(10, rule));
        long many = octets(policy(80, rule));
        assertThat(warm).isPositive();
        assertThat(many).as("octets of garbage for 80 rules; 10 took %d", few)
                .isLessThan(12 * few + 20_000_000);
    }

    @Test
    void comparisonsOfRules_stopWhereTheirStepsEnd() {
        PolicyDocument document = policy(100, r -> "net.dst.port in {"
                + filled(i -> numbered("#", 1 + 2 * i), " ") + " " + (60_000 + r) + "}");
        CompiledPolicy policy = ((CompileResult.Compiled) PolicyCompiler.compile(document, LISTS,
                1)).policy();
        List<CompiledRule> rules = policy.table(Phase.HTTP).rules();
        Steps steps = new Steps(20_000_000);
        Cover cover = new Cover(steps);
        long compared = 0;
        for (CompiledRule rule : rules) {
            for (CompiledRule other : rules) {
                long before = steps.left();
                boolean _ = cover.implies(rule.condition(), other.condition());
                compared += before == 0 ? 0 : 1;
            }
        }
        assertThat(steps.left()).isZero();
        assertThat(compared).as("pairs compared of %d", rules.size() * rules.size())
                .isBetween(3L, 100L);
        assertThat(cover.implies(rules.getFirst().condition(), rules.getFirst().condition()))
                .as("what was not looked at is not known").isFalse();
    }

    @Test
    void patternsOfAPolicy_areBoundedTogether() {
        // what stays with RE2/J counts by its length and its repetitions
        PolicyDocument document = policy(150, r -> "http.path matches \"(?i)x{999}" + r + "\"");
        assertThat(PolicyCompiler.compile(document, LISTS, 1)).isInstanceOfSatisfying(
                CompileResult.Rejected.class,
                rejected -> assertThat(rejected.problems()).isNotEmpty()
                        .allSatisfy(problem -> assertThat(problem.message()).startsWith(
                                "the policy's patterns together have more than 1000000 nodes")));
        PolicyDocument repeated = policy(150, r -> "http.path matches \"(?i)x{999}\"");
        assertThat(PolicyCompiler.compile(repeated, LISTS, 1))
                .as("one pattern, written often, counts once")
                .isInstanceOf(CompileResult.Compiled.class);
    }
}
