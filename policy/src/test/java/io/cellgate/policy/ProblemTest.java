package io.cellgate.policy;

import static io.cellgate.policy.Policies.policy;
import static io.cellgate.policy.Policies.problems;
import static io.cellgate.policy.Policies.rule;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProblemTest {
    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            net.dst.prt == 1              | 1  | there is no field 'net.dst.prt'; did you mean net.dst.port?
            http.path == "/x"             | 1  | http.path belongs to the phase http, this rule is of the phase network; give the rule the phase http
            dns.name == "a.b"             | 1  | dns.name belongs to the phase dns, this rule is of the phase network; it is a fact of a query; ask net.dst.domain for the names of a destination
            net.dst.port == "443"         | 17 | net.dst.port is of type int, got "443"; expected a whole number, or one with a unit such as 10MB or 1GiB
            net.dst.port = 443            | 14 | unexpected '='; write ==
            net.dst.port contains 4       | 14 | 'contains' does not go with net.dst.port, which is of type int; it takes == != < <= > >= in
            net.protocol == tcp           | 17 | net.protocol is of type string, got 'tcp'; expected a string in quotes: "tcp"
            net.dst.ip == 10.0.0.0/8      | 15 | net.dst.ip is of type ip, got '10.0.0.0/8'; expected one address; write net.dst.ip in {10.0.0.0/8}
            net.dst.ip in {10.0.0.1/8}    | 16 | prefix: got "10.0.0.1/8", whose address has bits beyond its length; expected 10.0.0.0/8
            net.dst.port in {9..1}        | 18 | the range begins after its end; write 1..9
            net.dst.domain != "a.b"       | 16 | '!=' does not go with net.dst.domain, which is of type name array; write not net.dst.domain == …, or any(net.dst.domain[*] != …)
            net.dst.domain in {"*.a.b"}   | 20 | name: got "*.a.b", expected letters, digits, '-' and '_' between the dots, found '*'; write in {"a.b"}: a set's names stand for their children too
            net.dst.domain in $nope       | 19 | there is no list $nope; create it first
            net.protocol matches "a(b"    | 22 | this is no RE2 pattern: missing closing ) in a(b; see the syntax of RE2; it has no look-around and no back references
            net.dst.country == "de"       | 20 | net.dst.country is of type string, got "de"; expected a country of ISO 3166 alpha-2 in capitals, such as "DE"
            net.direction == "out"        | 18 | net.direction is of type string, got "out"; expected one of down, up
            net.dst.port                  | 1  | net.dst.port is of type int, which alone is no condition; compare it with a value
            net.dst.port == 1 and         | 22 | unexpected the end; expected a field, a function, not or '('
            (net.dst.port == 1            | 19 | unexpected the end; expected and, or, or ')' for the '(' at its beginning
            net.dst.port == 1)            | 18 | unexpected ')'; it closes nothing
            net.dst.port == 1 true        | 19 | unexpected 'true'; expected and, or, or the end
            net.protocol == "tcp          | 17 | this string has no end; close it with "
            any(net.dst.port[*] == 1)     | 5  | net.dst.port is of type int and has no elements; write net.dst.port without any(…[*])
            """)
    void aMistake_isReportedWhereItIs_withWhatToWrite(String when, int column, String text) {
        List<Problem> problems = problems(Phase.NETWORK, when);
        assertThat(problems).isNotEmpty();
        Problem first = problems.getFirst();
        assertThat(first).hasToString("rule r, line 1 column " + column + ": " + text);
    }

    @Test
    void allProblems_areReportedAtOnce_withTheirLines() {
        PolicyDocument document = policy(
                rule("a", Phase.SESSION, Action.BLOCK,
                        "sim.imie == \"1\"\n  and location.tac == \"x\"\n  or net.dst.port == 1"),
                rule("a", Phase.NETWORK, Action.REDIRECT, "net.dst.port =="),
                rule("b c", Phase.HTTP, Action.ALLOW, ""));
        assertThat(problems(document, ListCatalog.EMPTY)).extracting(Problem::toString)
                .containsExactly(
                        "rule a, line 1 column 1: there is no field 'sim.imie'; did you mean sim.imei?",
                        "rule a, line 2 column 23: location.tac is of type int, got \"x\"; expected a whole number, or one with a unit such as 10MB or 1GiB",
                        "rule a, line 3 column 6: net.dst.port belongs to the phase network, this rule is of the phase session; give the rule the phase network",
                        "rule a: rule 2 has the id of rule 1; give each rule its own",
                        "rule a: the action redirect does not go with the phase network; expected one of allow, block, log",
                        "rule a, line 1 column 16: unexpected the end; expected a value, a set in braces or a $list",
                        "rule b c: the rule's id is \"b c\"; expected 1 to 64 letters, digits, '.', '_' or '-', a letter or digit first",
                        "rule b c, line 1 column 1: the condition is empty; write true for a rule that always matches");
    }

    @Test
    void twoSyntaxErrorsOfOneRule_areBothReported() {
        assertThat(problems(Phase.NETWORK,
                "net.dst.port == and net.protocol in {\"tcp\" or net.dst.asn >"))
                .extracting(Problem::column).containsExactly(17, 44, 60);
    }

    @Test
    void limits_areProblems_notFailures() {
        assertThat(problems(Phase.NETWORK, "(".repeat(2000) + "true" + ")".repeat(2000)))
                .extracting(Problem::message).containsExactly("nested deeper than 64 parentheses");
        assertThat(problems(Phase.NETWORK, "not ".repeat(1000) + "true")).allMatch(
                problem -> problem.severity() == Problem.Severity.WARNING);
        assertThat(problems(Phase.NETWORK, "true or ".repeat(600) + "true"))
                .extracting(Problem::message).containsExactly("the condition has 4804 octets");
        assertThat(problems(Phase.NETWORK, "net.protocol matches \"((a{100}){100}){100}\""))
                .extracting(Problem::message)
                .containsExactly("the pattern's repetitions multiply to more than 1000");
        assertThat(problems(Phase.HTTP, "http.path matches \"(" + "ab".repeat(100) + "){501}\""))
                .extracting(Problem::message).containsExactly(
                        "the pattern's 207 characters times its repetitions are more than 100000");
        List<RuleDocument> rules = new ArrayList<>();
        for (int i = 0; i <= PolicyCompiler.MAX_RULES; i++) {
            rules.add(rule("r" + i, Phase.NETWORK, Action.ALLOW, "net.dst.port == " + i));
        }
        assertThat(problems(new PolicyDocument("p", rules), ListCatalog.EMPTY))
                .extracting(Problem::message).containsExactly("the policy has 10001 rules");
    }

    @Test
    void whatIsProbablyNotMeant_isAWarning() {
        PolicyDocument document = policy(
                rule("tls", Phase.NETWORK, Action.ALLOW, "net.dst.port == 443"),
                rule("late", Phase.NETWORK, Action.BLOCK,
                        "net.protocol == \"tcp\" and net.dst.port == 443"),
                rule("named", Phase.NETWORK, Action.ALLOW, "net.dst.domain in {\"a.example\"}"),
                rule("all", Phase.NETWORK, Action.ALLOW, "true"),
                rule("never", Phase.NETWORK, Action.LOG, "net.dst.port == 1"));
        assertThat(PolicyCompiler.compile(document, ListCatalog.EMPTY, 1))
                .isInstanceOf(CompileResult.Compiled.class);
        assertThat(problems(document, ListCatalog.EMPTY)).extracting(Problem::toString)
                .containsExactly(
                        "rule late: this rule never matches: rule tls before it decides all that it would; move it before rule tls, or delete it",
                        "rule never: this rule never matches: rule all before it decides all that it would; move it before rule all, or delete it",
                        "rule all: this allows everything in the phase network; name what the devices need",
                        "policy: rule named asks for names, and the policy has no dns rules: only the names that its allowing rules mention resolve; add a dns rule if other names are to resolve");
    }

    @Test
    void options_mustGoWithTheAction() {
        PolicyDocument document = policy(
                new RuleDocument("a", Phase.DNS, Action.ALLOW, "true", RuleOptions.rejecting()),
                new RuleDocument("b", Phase.DNS, Action.OVERRIDE, "true",
                        RuleOptions.answers("192.0.2.1", "www.example.com")),
                new RuleDocument("c", Phase.HTTP, Action.REDIRECT, "true",
                        RuleOptions.location("/x")),
                new RuleDocument("d", Phase.SESSION, Action.QUARANTINE, "true"),
                new RuleDocument("e", Phase.DNS, Action.OVERRIDE, "true",
                        RuleOptions.answers("1.2.3")));
        assertThat(problems(document, ListCatalog.EMPTY)).extracting(Problem::message).contains(
                "reject is set",
                "the override answers with the name \"www.example.com\" and something else",
                "the redirect's location is \"/x\"", "the quarantine's policy is missing",
                "answers: ip address: got \"1.2.3\", expected one like 192.0.2.1 or 2001:db8::1");
    }
}
