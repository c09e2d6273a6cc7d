package io.cellgate.control;

import static org.assertj.core.api.Assertions.assertThat;

import io.cellgate.control.RunningApi.Tenant;
import io.cellgate.control.backup.Forged;
import io.cellgate.inventory.PostgresServer;
import io.cellgate.inventory.TestStore;
import io.cellgate.inventory.store.DatabaseLocation;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.RandomAccessFile;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Backups are made while the gateway runs; what is restored is sound, or nothing is. */
class BackupTest {
    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path folder;

    /** The exit status of a command, and what it said. */
    static String cellgate(Object... arguments) {
        StringWriter said = new StringWriter();
        PrintWriter both = new PrintWriter(said, true);
        int status = Main.execute(
                Arrays.stream(arguments).map(Object::toString).toArray(String[]::new),
                both, both);
        return status + " " + said;
    }

    private static List<String> fleets(RunningApi api, String token) {
        return api.get(token, "/v1/fleets?limit=1000").is(200).body().getJsonArray("items")
                .stream().map(each -> ((JsonObject) each).getString("name"))
                .toList();
    }

    @Test
    void backupOfARunningGateway_isRestoredElsewhere_withWhatWasThere() throws Exception {
        Path data = folder.resolve("data");
        Path file = folder.resolve("backup.zip");
        String token;
        try (RunningApi api = RunningApi.start(data)) {
            Tenant acme = api.tenant("Acme");
            token = acme.token();
            api.sims(acme, 3);
            api.post(token, "/v1/fleets", "{\"name\":\"before\"}").is(201);
            assertThat(cellgate("backup", "--data", data, file)).startsWith("0 Backed up 3 SIMs");
            api.post(token, "/v1/fleets", "{\"name\":\"after\"}").is(201);
            assertThat(cellgate("restore", "--data", data, "--replace", file)).startsWith("2 ")
                    .contains("uses");
        }
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        assertThat(new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1))
                .doesNotContain(Files.readString(data.resolve("master.key")).strip());
        Path elsewhere = folder.resolve("elsewhere");
        assertThat(cellgate("restore", "--data", elsewhere, file)).startsWith("2 ")
                .contains("--key");
        assertThat(cellgate("restore", "--data", elsewhere, "--key", data.resolve("master.key"),
                file)).startsWith("0 Restored");
        assertThat(fleetsOf(elsewhere, token)).containsExactly("before");
        assertThat(cellgate("restore", "--data", data, file)).startsWith("2 ")
                .contains("--replace");
        assertThat(cellgate("restore", "--data", data, "--replace", file)).startsWith("0 ");
        assertThat(fleetsOf(data, token)).containsExactly("before");
        try (var all = Files.list(folder)) {
            assertThat(all.map(path -> path.getFileName().toString()))
                    .anyMatch(name -> name.startsWith("data.before-"))
                    .noneMatch(name -> name.endsWith(".restoring") || name.endsWith(".copy"));
        }
    }

    private static List<String> fleetsOf(Path data, String token) {
        try (RunningApi api = RunningApi.again(Settings.Store.in(data))) {
            return fleets(api, token);
        }
    }

    @Test
    void fileThatIsDamaged_orOfAnotherKey_restoresNothing() throws IOException {
        Path data = folder.resolve("data");
        Path file = folder.resolve("backup.zip");
        try (RunningApi api = RunningApi.start(data)) {
            api.sims(api.tenant("Acme"), 1);
        }
        assertThat(cellgate("backup", "--data", data, file)).startsWith("0 ");
        Path target = folder.resolve("target");
        Path other = folder.resolve("other.key");
        Files.writeString(other, "00".repeat(32));
        assertThat(cellgate("restore", "--data", target, "--key", other, file)).startsWith("1 ")
                .contains("master key");
        assertThat(target).doesNotExist();
        try (RandomAccessFile damage = new RandomAccessFile(file.toFile(), "rw")) {
            damage.seek(damage.length() / 2);
            damage.write(new byte[]{1, 2, 3, 4, 5, 6, 7, 8});
        }
        assertThat(cellgate("restore", "--data", target, "--key", data.resolve("master.key"),
                file)).startsWith("2 ").doesNotContain("\tat ");
        assertThat(target).doesNotExist();
        Files.writeString(file, "nothing of the kind");
        assertThat(cellgate("restore", "--data", target, "--key", data.resolve("master.key"),
                file)).startsWith("2 ").contains("expected a file that cellgate backup made");
        assertThat(cellgate("backup", "--data", target, file)).startsWith("2 ");
    }

    /** The password is where PostgreSQL's own programs look for it. */
    static void passwordFile(Path folder) throws IOException {
        Path file = folder.resolve("pgpass");
        Files.writeString(file, "*:*:*:" + PostgresServer.USER + ":" + PostgresServer.PASSWORD);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        System.setProperty("org.postgresql.pgpassfile", file.toString());
    }

    @Test
    void postgresql_isBackedUpWhileItChanges_andRestoredToAnEmptyDatabaseAlone() throws Exception {
        DatabaseLocation.PostgreSql database = (DatabaseLocation.PostgreSql) TestStore.POSTGRESQL
                .location(folder.resolve("data"));
        passwordFile(folder);
        Path data = folder.resolve("data");
        Path file = folder.resolve("backup.zip");
        String token;
        long eventsBefore;
        String name = "back\\slash \u00e4 \ud83d\ude00";
        try (RunningApi api = RunningApi.start(new Settings.Store(data, database))) {
            Tenant acme = api.tenant("Acme");
            token = acme.token();
            api.sims(acme, 3);
            api.post(token, "/v1/fleets", new JsonObject().put("name", name).encode()).is(201);
            eventsBefore = events(api);
            AtomicBoolean stop = new AtomicBoolean();
            Thread writer = Thread.startVirtualThread(() -> {
                for (int i = 0; !stop.get(); i++) {
                    api.post(token, "/v1/fleets", "{\"name\":\"during " + i + "\"}").is(201);
                }
            });
            assertThat(cellgate("backup", "--data", data, "--database", database.url(), file))
                    .startsWith("0 Backed up 3 SIMs");
            stop.set(true);
            writer.join();
        }
        assertThat(cellgate("restore", "--data", data, "--database", database.url(), file))
                .startsWith("2 ").contains("nothing is overwritten");
        DatabaseLocation.PostgreSql empty = (DatabaseLocation.PostgreSql) TestStore.POSTGRESQL
                .empty(folder);
        Path elsewhere = folder.resolve("elsewhere");
        Path other = folder.resolve("other.key");
        Files.writeString(other, "00".repeat(32));
        assertThat(cellgate("restore", "--data", elsewhere, "--database", empty.url(), "--key",
                other, file)).startsWith("1 ").contains("master key");
        assertThat(cellgate("restore", "--data", elsewhere, "--database", empty.url(), "--key",
                data.resolve("master.key"), "--replace", file)).startsWith("2 ");
        assertThat(elsewhere).doesNotExist();
        // what the failed ones began is gone, or this would be refused
        assertThat(cellgate("restore", "--data", elsewhere, "--database", empty.url(), "--key",
                data.resolve("master.key"), file)).startsWith("0 Restored");
        try (RunningApi api = RunningApi.again(new Settings.Store(elsewhere, empty))) {
            List<String> fleets = fleets(api, token);
            assertThat(fleets).contains(name);
            // one moment's: each fleet of the copy with its event, and neither without the other
            assertThat(api.get(token, "/v1/events?limit=1000").is(200).body()
                    .getJsonArray("items").stream()
                    .filter(each -> ((JsonObject) each).getString("kind").equals("fleet.created"))
                    .count()).isEqualTo(fleets.size());
            assertThat(eventsBefore).isPositive();
            api.post(token, "/v1/fleets", "{\"name\":\"after\"}").is(201);
        }
        Path embedded = folder.resolve("embedded");
        assertThat(cellgate("restore", "--data", embedded, "--key", data.resolve("master.key"),
                file)).startsWith("2 ").contains("postgresql");
    }

    private static long events(RunningApi api) {
        return api.get(api.operator, "/v1/events?limit=1000").is(200).body().getJsonArray("items")
                .size();
    }

    @Test
    void backupThatSpeaksOfOtherTables_orSaysStatements_fillsNothing() throws Exception {
        DatabaseLocation.PostgreSql database = (DatabaseLocation.PostgreSql) TestStore.POSTGRESQL
                .location(folder.resolve("data"));
        passwordFile(folder);
        Path data = folder.resolve("data");
        Path file = folder.resolve("backup.zip");
        try (RunningApi api = RunningApi.start(new Settings.Store(data, database))) {
            api.sims(api.tenant("Acme"), 1);
        }
        assertThat(cellgate("backup", "--data", data, "--database", database.url(), file))
                .startsWith("0 ");
        for (String column : List.of("value\") from program 'touch /tmp/x' --", "nothing")) {
            Path forged = Forged.archive(file, folder.resolve("forged.zip"), column);
            DatabaseLocation.PostgreSql empty = (DatabaseLocation.PostgreSql) TestStore.POSTGRESQL
                    .empty(folder);
            assertThat(cellgate("restore", "--data", folder.resolve("target"), "--database",
                    empty.url(), "--key", data.resolve("master.key"), forged)).startsWith("2 ")
                    .contains("expected those of schema");
            try (var connection = empty.connect();
                    var sql = connection.createStatement();
                    var row = sql.executeQuery(
                            "select count(*) from pg_tables where schemaname = 'public'")) {
                assertThat(row.next()).isTrue();
                assertThat(row.getInt(1)).isZero();
            }
        }
    }
}
