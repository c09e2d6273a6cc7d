package io.cellgate.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.cellgate.bench.lab.Prerequisites;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The project's shell scripts: what a shell would trip over only where it comes to that line. */
class ScriptsTest {
    /** A line of the table: name, class, longest time, what it measures. */
    private static final Pattern BENCHMARK = Pattern
            .compile("(?m)^([a-z]+) +([a-z.]+\\.[A-Za-z]+) +([0-9]+)  (\\S.*)$");

    @TempDir
    Path folder;

    private record Said(int status, String text) {}

    /** The folder that the project is in. */
    static Path project() {
        Path at = Path.of("").toAbsolutePath();
        while (!Files.exists(at.resolve("cellgate"))) {
            at = Objects.requireNonNull(at.getParent(),
                    "no folder above this one is the project's");
        }
        return at;
    }

    private static Said bash(String... words) throws IOException, InterruptedException {
        Prerequisites.requirePrograms("bash");
        Process bash = new ProcessBuilder(words).directory(project().toFile())
                .redirectErrorStream(true).start();
        String text = new String(bash.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Said(bash.waitFor(), text);
    }

    @ParameterizedTest
    @ValueSource(strings = {"cellgate", "bench/run", "bench/fuzz", ".ci/run"})
    void script_parsesToItsEnd(String script) throws Exception {
        assertThat(bash("bash", "-n", script)).isEqualTo(new Said(0, ""));
        assertThat(Files.isExecutable(project().resolve(script))).isTrue();
    }

    /** Java refuses to start with flags that contradict each other, two collectors among them. */
    @ParameterizedTest
    @ValueSource(strings = {"gateway_flags", "brief_flags"})
    void launchersFlags_areOnesThatJavaStartsWith(String kind) throws Exception {
        Said said = withFlags(folder, "\"${" + kind + "[@]}\" -XX:+PrintCommandLineFlags");
        assertThat(said.status()).as(said.text()).isZero();
        assertThat(said.text()).contains("-XX:+Use");
    }

    /** A cache of Java's that was made for another build, or by another Java, is not a user's concern. */
    @ParameterizedTest
    @ValueSource(strings = {"", "something else"})
    void cacheThatDoesNotFit_isPassedOverWithoutAWord(String content) throws Exception {
        Path target = Files.createDirectory(folder.resolve("target"));
        Files.writeString(target.resolve("cellgate.aot"), content);
        Said said = withFlags(folder, "\"${cache_flags[@]}\"");
        assertThat(said.status()).as(said.text()).isZero();
        assertThat(said.text()).contains("version").doesNotContain("[", "aot", "cds");
    }

    /** What Java says of its version with the launcher's flags, and these besides, in a project that is in the folder. */
    private static Said withFlags(Path home, String flags) throws Exception {
        return bash("bash", "-euc",
                "home=$1; eval \"$(sed -n '/^java_flags=/,/^$/p' cellgate)\"; \"$0\""
                        + " \"${java_flags[@]}\" " + flags + " -version",
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                home.toString());
    }

    /** An unfortunate quote in the table ends it early, and the shell takes the rest for commands. */
    @Test
    void benchmarks_areAllListed_andEachHasItsClass() throws Exception {
        List<MatchResult> table = BENCHMARK
                .matcher(Files.readString(project().resolve("bench/run"))).results().toList();
        assertThat(table).hasSizeGreaterThan(6);
        Said listed = bash("bench/run");
        assertThat(listed.status()).as(listed.text()).isZero();
        Said unknown = bash("bench/run", "nonsense");
        assertThat(unknown.status()).isEqualTo(2);
        for (MatchResult benchmark : table) {
            assertThat(listed.text()).contains(benchmark.group(1) + " ", benchmark.group(4));
            assertThat(unknown.text()).contains(benchmark.group(1));
            assertThat(Class.forName("io.cellgate.bench." + benchmark.group(2))
                    .getMethod("main", String[].class)).isNotNull();
        }
        assertThat(unknown.text()).isEqualTo("bench/run: got \"nonsense\", expected one of: "
                + String.join(", ", table.stream().map(row -> row.group(1)).toList()) + "\n");
    }
}
