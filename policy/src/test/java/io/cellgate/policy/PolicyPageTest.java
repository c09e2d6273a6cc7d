package io.cellgate.policy;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What docs/policy.md says is so: its policies compile and decide as its tables say, its tables are complete. */
class PolicyPageTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Path PAGE = Path.of("..", "docs", "policy.md");
    private static List<String> lines = List.of();
    private static ListCatalog lists = ListCatalog.EMPTY;

    @BeforeAll
    static void readPage() throws IOException {
        lines = Files.readAllLines(PAGE);
        List<NamedList> found = new ArrayList<>();
        for (int i = 0; i < lines.size(); i++) {
            if (lines.get(i).equals("```json")) {
                JsonNode json = JSON.readTree(block(i));
                json.path("lists").properties().forEach(entry -> {
                    List<String> entries = new ArrayList<>();
                    entry.getValue().get("entries").forEach(node -> entries.add(node.asText()));
                    NamedList.Kind kind = NamedList.Kind
                            .valueOf(
                                    entry.getValue().get("kind").asText().toUpperCase(Locale.ROOT));
                    found.add(NamedList.of(entry.getKey(), kind, entries));
                });
            }
        }
        lists = ListCatalog.of(found);
    }

    private static String block(int fence) {
        StringBuilder text = new StringBuilder();
        for (int i = fence + 1; !lines.get(i).startsWith("```"); i++) {
            text.append(lines.get(i)).append('\n');
        }
        return text.toString();
    }

    private static List<String> cells(String row) {
        return Arrays.stream(row.substring(1, row.length() - 1).split(" *\\| *", -1))
                .map(String::strip).toList();
    }

    @Test
    void everyPolicyOfThePage_compiles_andDecidesAsItsTableSays() throws IOException {
        int policies = 0;
        int verdicts = 0;
        Set<Field> asked = EnumSet.noneOf(Field.class);
        for (int i = 0; i < lines.size(); i++) {
            if (!lines.get(i).equals("```json") || !block(i).contains("\"rules\"")) {
                continue;
            }
            PolicyDocument document = document(JSON.readTree(block(i)));
            CompileResult result = PolicyCompiler.compile(document, lists, 1);
            assertThat(result).as("%s: %s", document.name(), result)
                    .isInstanceOf(CompileResult.Compiled.class);
            CompiledPolicy policy = ((CompileResult.Compiled) result).policy();
            policies++;
            Arrays.stream(Field.values()).filter(policy::mentions).forEach(asked::add);
            Set<Action> reached = EnumSet.noneOf(Action.class);
            int row = i;
            while (row < lines.size() && !lines.get(row).startsWith("#")
                    && !lines.get(row).equals("| phase | facts | verdict |")) {
                row++;
            }
            for (row += 2; row < lines.size() && lines.get(row).startsWith("| "); row++) {
                List<String> cells = cells(lines.get(row));
                Phase phase = Objects.requireNonNull(Phase.ofText(cells.get(0)));
                Facts facts = facts(cells.get(1));
                Decision decision = Policies.session(policy, facts).decide(phase, facts);
                assertThat(decision.action().text() + " " + decision.ruleId())
                        .as("%s: %s", document.name(), lines.get(row)).isEqualTo(cells.get(2));
                reached.add(decision.action());
                verdicts++;
            }
            if (policies > 1) {
                assertThat(reached).as("%s lets something pass", document.name())
                        .contains(Action.ALLOW);
                assertThat(reached).as("%s stops something", document.name())
                        .containsAnyOf(Action.BLOCK, Action.SINKHOLE);
            }
        }
        assertThat(asked).as("facts that the cookbook shows the use of").contains(
                Field.NET_DST_COUNTRY, Field.NET_DST_ASN, Field.NET_APP, Field.TLS_JA4,
                Field.USAGE_BYTES_DAY, Field.USAGE_FLOWS_MINUTE, Field.DNS_CATEGORIES,
                Field.DNS_ANSWER_COUNTRY, Field.HTTP_RESPONSE_CONTENT_TYPE);
        assertThat(policies).as("the first example and the cookbook").isEqualTo(21);
        assertThat(verdicts).isGreaterThan(80);
    }

    private static Facts facts(String cell) {
        Facts facts = new Facts();
        for (String fact : cell.isEmpty() ? new String[0] : cell.split(" *; *")) {
            int equals = fact.indexOf('=');
            Field field = Field.ofText(fact.substring(0, equals));
            assertThat(field).as(fact).isNotNull();
            facts.read(Objects.requireNonNull(field), fact.substring(equals + 1));
        }
        return facts;
    }

    private static PolicyDocument document(JsonNode json) {
        List<RuleDocument> rules = new ArrayList<>();
        for (JsonNode rule : json.get("rules")) {
            List<String> answers = new ArrayList<>();
            rule.path("answers").forEach(node -> answers.add(node.asText()));
            RuleOptions options = new RuleOptions(
                    rule.has("reject") ? rule.get("reject").asBoolean() : null,
                    rule.has("block_answer")
                            ? BlockAnswer.ofText(rule.get("block_answer").asText())
                            : null,
                    answers, text(rule, "location"), text(rule, "policy"));
            rules.add(new RuleDocument(rule.get("id").asText(),
                    Objects.requireNonNull(Phase.ofText(rule.get("phase").asText())),
                    Objects.requireNonNull(Action.ofText(rule.get("action").asText())),
                    rule.get("when").asText(),
                    options));
        }
        JsonNode defaults = json.path("defaults");
        PolicyDocument.Defaults standard = PolicyDocument.Defaults.STANDARD;
        return new PolicyDocument(json.get("name").asText(), PolicyDocument.Mode.ENFORCE,
                new PolicyDocument.Defaults(action(defaults, standard, Phase.SESSION),
                        action(defaults, standard, Phase.DNS),
                        action(defaults, standard, Phase.NETWORK),
                        action(defaults, standard, Phase.HTTP), standard.blockAnswer(),
                        defaults.path("reject").asBoolean(standard.reject())),
                rules);
    }

    private static Action action(JsonNode defaults, PolicyDocument.Defaults standard, Phase phase) {
        return defaults.has(phase.text())
                ? Objects.requireNonNull(Action.ofText(defaults.get(phase.text()).asText()))
                : standard.of(phase);
    }

    private static @Nullable String text(JsonNode node, String name) {
        return node.has(name) ? node.get(name).asText() : null;
    }

    @Test
    void theFieldTable_isTheCatalogue() {
        int start = lines.indexOf("| field | type | phase | what it is |");
        List<String> rows = new ArrayList<>();
        for (int i = start + 2; lines.get(i).startsWith("|"); i++) {
            rows.add(lines.get(i).replace("`http.header[\"name\"]`", "http.header[\"name\"]"));
        }
        List<String> expected = Arrays.stream(Field.values())
                .map(field -> "| `" + field + "` | " + field.type().text() + " | "
                        + (field.text().startsWith("time.") ? "all" : field.phase().text()) + " | "
                        + field.meaning() + " |")
                .toList();
        assertThat(rows).containsExactlyElementsOf(expected);
    }

    @Test
    void theProblemsOfThePage_areTheCompilers() {
        int start = lines.indexOf("| phase | when | column | problem |");
        int rows = 0;
        for (int i = start + 2; lines.get(i).startsWith("|"); i++, rows++) {
            List<String> cells = cells(lines.get(i));
            Phase phase = Objects.requireNonNull(Phase.ofText(cells.get(0)));
            String when = cells.get(1).substring(1, cells.get(1).length() - 1);
            List<Problem> problems = Policies.problems(
                    Policies.policy(Policies.rule("r", phase, Action.BLOCK, when)), lists);
            assertThat(problems).as(when).hasSize(1);
            assertThat(problems.getFirst()).hasToString(
                    "rule r, line 1 column " + cells.get(2) + ": " + cells.get(3));
        }
        assertThat(rows).isEqualTo(7);
    }
}
