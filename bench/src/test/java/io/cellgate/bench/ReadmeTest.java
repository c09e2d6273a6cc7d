package io.cellgate.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.cellgate.bench.lab.Prerequisites;
import io.cellgate.control.GatewayProcess;
import io.cellgate.control.Settings;
import io.cellgate.control.http.ApiServer;
import io.cellgate.control.log.LogRetention;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The README's walk, run as a reader would: its bash blocks in their order, against a process of its own. */
class ReadmeTest {
    private static final Pattern BASH_BLOCK = Pattern.compile("```bash\n(.*?)```", Pattern.DOTALL);

    @TempDir
    Path folder;

    @Test
    void walk_leadsFromABatchOfSimsToASuspendedSim() throws Exception {
        Prerequisites.requirePrograms("bash", "curl", "jq");
        Settings settings = new Settings(Settings.Store.in(folder.resolve("data")),
                new ApiServer.Binding("127.0.0.1", 0, null, null), LogRetention.DEFAULT, null);
        try (GatewayProcess process = GatewayProcess.start(settings)) {
            String walk = BASH_BLOCK
                    .matcher(Files.readString(ScriptsTest.project().resolve("README.md"))).results()
                    .map((MatchResult block) -> block.group(1)).collect(Collectors.joining("\n"));
            assertThat(walk).contains("api=http://127.0.0.1:8080").contains("TOKEN=cg_…");
            String script = walk.replace("http://127.0.0.1:8080", process.apiUri().toString())
                    .replace("cg_…", Objects.requireNonNull(process.bootstrapToken()));
            Path file = Files.writeString(folder.resolve("walk.sh"),
                    "set -euo pipefail\n" + script);
            Path output = folder.resolve("output");
            Process bash = new ProcessBuilder("bash", file.toString()).directory(folder.toFile())
                    .redirectErrorStream(true).redirectOutput(output.toFile()).start();
            boolean ended = bash.waitFor(60, TimeUnit.SECONDS);
            bash.destroy();
            String said = Files.readString(output, StandardCharsets.UTF_8);
            assertThat(ended).as(said).isTrue();
            assertThat(bash.exitValue()).as(said).isZero();
            assertThat(said).contains("\"imported\":2").contains("\"state\":\"received\"")
                    .contains("\"came_to\":\"false\"").contains("\"state\":\"suspended\"");
        }
    }
}
