package io.cellgate.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cellgate.control.http.ApiServer;
import io.cellgate.control.log.LogRetention;
import io.cellgate.control.live.LiveGateway;
import io.cellgate.inventory.Inventory;
import io.vertx.core.json.JsonObject;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whose the data folder's files are, and how its owner gets in. */
class DataFolderTest {
    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path folder;

    private static void mode(Path file, String permissions) throws Exception {
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(permissions));
    }

    private static void assertFilesAreTheOwners(Path data) throws Exception {
        try (Stream<Path> files = Files.walk(data)) {
            for (Path file : files.filter(each -> !each.equals(data)).toList()) {
                assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                        .as("%s", file)
                        .isEqualTo(Files.isDirectory(file) ? "rwx------" : "rw-------");
            }
        }
    }

    @Test
    void folderThatIsMade_andItsFiles_areTheOwnersAlone() throws Exception {
        Path data = folder.resolve("data");
        try (RunningApi api = RunningApi.start(data)) {
            api.tenant("Acme");
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(data)))
                    .isEqualTo("rwx------");
            assertFilesAreTheOwners(data);
        }
    }

    @Test
    void files_areTheOwnersAlone_inAFolderThatOthersMayRead() throws Exception {
        Path data = Files.createDirectory(folder.resolve("data"));
        mode(data, "rwxr-xr-x");
        try (RunningApi api = RunningApi.start(data)) {
            api.tenant("Acme");
            assertThat(data.resolve("cellgate.db-wal")).exists();
            assertFilesAreTheOwners(data);
        }
        mode(data.resolve("cellgate.db"), "rw-r--r--");
        try (RunningApi _ = RunningApi.again(Settings.Store.in(data))) {
            assertFilesAreTheOwners(data);
        }
    }

    @Test
    void startThatFails_doesNotUseUpTheFirstToken() throws Exception {
        Path data = folder.resolve("data");
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Settings settings = new Settings(Settings.Store.in(data),
                    new ApiServer.Binding("127.0.0.1", taken.getLocalPort(), null, null),
                    LogRetention.DEFAULT, null);
            assertThatThrownBy(() -> GatewayProcess.start(settings))
                    .hasMessageContaining("cannot listen");
        }
        try (RunningApi api = RunningApi.start(data)) {
            api.get(api.operator, "/v1/operator/tokens").is(200);
        }
    }

    @Test
    void operatorWhoLostTheToken_getsAnotherFromTheFolder() throws Exception {
        Path data = folder.resolve("data");
        assertThat(operatorToken(data)).startsWith("2 ").contains("--data");
        assertThat(data).doesNotExist();
        try (RunningApi _ = RunningApi.start(data)) {
            assertThat(operatorToken(data)).startsWith("1 ").contains("in use by another process");
        }
        assertThat(operatorToken(data, "--name", " ")).startsWith("2 ").contains("--name");
        String told = operatorToken(data, "--name", "found again");
        assertThat(told).startsWith("0 ");
        String token = told.substring(told.indexOf("cg_")).strip();
        try (RunningApi api = RunningApi.again(Settings.Store.in(data))) {
            assertThat(api.process.bootstrapToken()).isNull();
            assertThat(api.get(token, "/v1/operator/tokens").is(200).body().getJsonArray("items")
                    .stream().map(each -> ((JsonObject) each).getString("name")))
                    .containsExactlyInAnyOrder("bootstrap", "found again");
        }
    }

    private static String operatorToken(Path data, String... more) {
        List<String> arguments = Stream
                .concat(Stream.of("operator-token", "--data", data.toString()), Stream.of(more))
                .toList();
        StringWriter said = new StringWriter();
        PrintWriter out = new PrintWriter(said, true);
        return Main.execute(arguments.toArray(String[]::new), out, out) + " " + said;
    }

    @Test
    void storeThatTakesNoWrites_isNotReady() {
        List<Inventory> opened = new ArrayList<>();
        try (RunningApi api = RunningApi.start(folder.resolve("data"), (_, parts) -> {
            parts.forEach(part -> {
                if (part instanceof Inventory stores) {
                    opened.add(stores);
                }
            });
            return new LiveGateway.None();
        })) {
            opened.getFirst().database().close();
            RunningApi.Reply reply = api.send(null, "GET", "/readyz", null).is(503);
            assertThat(reply.body().getJsonObject("parts").getString("store"))
                    .isEqualTo("cannot be written to");
        }
    }
}
