package io.cellgate.policy;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Whatever is written as a condition, the compiler answers with a policy or with problems. */
class ParserFuzzTest {
    private static final ListCatalog LISTS = ListCatalog
            .of(NamedList.of("names", NamedList.Kind.NAMES, List.of("example.com")));

    @FuzzTest(maxDuration = "60s")
    void anyText_isCompiledOrRefused(FuzzedDataProvider data) {
        Phase phase = data.pickValue(Phase.values());
        compile(phase, data.consumeRemainingAsString());
    }

    private static void compile(Phase phase, String when) {
        PolicyDocument document = new PolicyDocument("fuzz",
                List.of(new RuleDocument("r", phase, Action.ALLOW, when)));
        switch (PolicyCompiler.compile(document, LISTS, 1)) {
            case CompileResult.Compiled compiled -> {
                // what was understood can be written, and is understood the same again
                String written = compiled.policy().table(phase).rules().getFirst().condition()
                        .toString();
                Facts facts = new Facts();
                Decision decision = Policies.session(compiled.policy(), facts).decide(phase, facts);
                assertThat(decision).isNotNull();
                assertThat(written).isNotEmpty();
            }
            case CompileResult.Rejected rejected -> {
                assertThat(rejected.problems()).isNotEmpty().allMatch(
                        problem -> problem.column() <= when.length() + 1
                                && !problem.message().isEmpty());
            }
        }
    }

    @Test
    void everyPrefixAndEveryOneCharacterChange_ofAnExpression_isCompiledOrRefused() {
        String when = "(net.dst.ip in {10.0.0.0/8 ::1..::9} or any(net.dst.domain[*] ends_with \".x\")) and not "
                + "time.utc in {22:00..06:00} && net.dst.port >= 1 and net.dst.domain in $names or is_known(net.app)";
        for (int i = 0; i <= when.length(); i++) {
            compile(Phase.NETWORK, when.substring(0, i));
            for (char c : "(){}[]\"$.:/-*! a0\\\u00e4\ud83d\0".toCharArray()) {
                compile(Phase.NETWORK,
                        when.substring(0, i) + c + when.substring(Math.min(i + 1, when.length())));
            }
        }
    }

    /** The limit is one that only a loop, or work that grows with the square of the length, can meet. */
    @Test
    @Timeout(60)
    void longInputs_endSoon() {
        for (String part : List.of("(", "not ", "a and ", "{", "\"", "x in {1..", "any(", "[", ")",
                "== ", "$a ",
                "true or ", "net.dst.port == 1 and ", "1.", ":", "\\")) {
            String when = part.repeat(PolicyCompiler.MAX_EXPRESSION_OCTETS / part.length());
            compile(Phase.NETWORK, when);
        }
    }
}
