package io.cellgate.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.cellgate.bench.lab.Prerequisites;
import io.cellgate.control.GatewayProcess;
import io.cellgate.control.Settings;
import io.cellgate.control.http.ApiServer;
import io.cellgate.control.log.LogRetention;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The walk of the README with the command line, and the same with curl, run as a reader would: their bash blocks in
 * their order, against a process of its own.
 */
class ReadmeTest {
    private static final Pattern BASH_BLOCK = Pattern.compile("```bash\n(.*?)```", Pattern.DOTALL);

    @TempDir
    Path folder;

    /** What the launcher does once it has built everything. */
    private void launcher() throws IOException {
        Path file = Files.writeString(folder.resolve("cellgate"), "#!/bin/sh\nexec "
                + Path.of(System.getProperty("java.home"), "bin", "java")
                + " -XX:TieredStopAtLevel=1 -XX:+UseSerialGC -cp '"
                + System.getProperty("java.class.path")
                + "' io.cellgate.control.Main \"$@\"\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwx------"));
    }

    @Test
    void walkWithTheCommandLine_leadsFromABatchOfSimsToASuspendedSim() throws Exception {
        Prerequisites.requirePrograms("bash", "jq");
        launcher();
        assertThat(walk("README.md")).containsPattern("imported\\W+2").containsPattern(
                "state\\W+received").containsPattern("came_to\\W+false")
                .containsPattern("state\\W+suspended");
    }

    @Test
    void walkWithCurl_leadsFromABatchOfSimsToASuspendedSim() throws Exception {
        Prerequisites.requirePrograms("bash", "curl", "jq");
        assertThat(walk("docs/curl.md")).contains("\"imported\":2")
                .contains("\"state\":\"received\"").contains("\"came_to\":\"false\"")
                .contains("\"state\":\"suspended\"");
    }

    /** What the walk's commands said. */
    private String walk(String page) throws Exception {
        Settings settings = new Settings(Settings.Store.in(folder.resolve("data")),
                new ApiServer.Binding("127.0.0.1", 0, null, null), LogRetention.DEFAULT, null);
        try (GatewayProcess process = GatewayProcess.start(settings)) {
            String walk = BASH_BLOCK
                    .matcher(Files.readString(ScriptsTest.project().resolve(page))).results()
                    .map((MatchResult block) -> block.group(1)).collect(Collectors.joining("\n"));
            assertThat(walk).contains("=http://127.0.0.1:8080").contains("cg_…");
            String script = walk.replace("http://127.0.0.1:8080", process.apiUri().toString())
                    .replace("cg_…", Objects.requireNonNull(process.bootstrapToken()));
            Path file = Files.writeString(folder.resolve("walk.sh"),
                    "set -euo pipefail\n" + script);
            Path output = folder.resolve("output");
            ProcessBuilder builder = new ProcessBuilder("bash", file.toString())
                    .directory(folder.toFile()).redirectErrorStream(true)
                    .redirectOutput(output.toFile());
            builder.environment().put("XDG_CONFIG_HOME", folder.resolve("config").toString());
            Process bash = builder.start();
            boolean ended = bash.waitFor(300, TimeUnit.SECONDS);
            bash.destroy();
            String said = Files.readString(output, StandardCharsets.UTF_8);
            assertThat(ended).as(said).isTrue();
            assertThat(bash.exitValue()).as(said).isZero();
            return said;
        }
    }
}
