package io.cellgate.control;

import static org.assertj.core.api.Assertions.assertThat;

import io.cellgate.inventory.TestStore;
import io.cellgate.inventory.store.DatabaseLocation;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The doctor finds what would keep a gateway from running, and says what to do. */
class DoctorTest {
    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path folder;

    record Told(int status, Map<String, JsonObject> findings) {
        String grade(String what) {
            JsonObject finding = findings.get(what);
            return finding == null ? "none" : finding.getString("grade");
        }
    }

    static Told doctor(Object... arguments) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        String[] line = Stream.concat(Stream.of("doctor", "--json"),
                Arrays.stream(arguments).map(Object::toString)).toArray(String[]::new);
        int status = Main.execute(line, new PrintWriter(out, true), new PrintWriter(err, true));
        Map<String, JsonObject> findings = new HashMap<>();
        new JsonArray(out.toString()).forEach(each -> findings
                .put(((JsonObject) each).getString("what"), (JsonObject) each));
        return new Told(status, findings);
    }

    @Test
    void soundFolder_andFreePorts_areWell() throws Exception {
        Path data = folder.resolve("data");
        try (RunningApi api = RunningApi.start(data)) {
            api.sims(api.tenant("Acme"), 1);
            Told told = doctor("--no-gateway", "--data", data, "--api-port", 0);
            assertThat(told.status()).as("%s", told).isZero();
            assertThat(told.grade("database")).isEqualTo("ok");
            assertThat(told.grade("schema")).isEqualTo("ok");
            assertThat(told.grade("Java")).isEqualTo("ok");
        }
    }

    @Test
    void whatIsWrong_isFoundWithItsRemedy() throws Exception {
        Path data = folder.resolve("data");
        try (RunningApi api = RunningApi.start(data)) {
            api.sims(api.tenant("Acme"), 1);
        }
        Files.setPosixFilePermissions(data.resolve("master.key"),
                PosixFilePermissions.fromString("rw-r--r--"));
        try (Connection beside = DriverManager
                .getConnection("jdbc:sqlite:" + data.resolve("cellgate.db"))) {
            int _ = beside.createStatement().executeUpdate(
                    "insert into peer (address, carrier, created_at) values ('192.0.2.1', 'gone', 0)");
            int _ = beside.createStatement().executeUpdate("insert into flyway_schema_history"
                    + " (installed_rank, version, description, type, script, installed_by, execution_time, success)"
                    + " values (999, '999', 'later', 'SQL', 'V999', 'x', 0, 1)");
        }
        try (ServerSocket taken = new ServerSocket(0, 1,
                InetAddress.getByName("127.0.0.1"))) {
            Told told = doctor("--no-gateway", "--data", data, "--api-port",
                    taken.getLocalPort());
            assertThat(told.status()).isEqualTo(1);
            assertThat(told.grade("master key")).isEqualTo("fail");
            assertThat(told.findings().get("master key")).asString().contains("chmod 600");
            assertThat(told.grade("database")).isEqualTo("fail");
            assertThat(told.grade("schema")).isEqualTo("fail");
            assertThat(told.grade("API port")).isEqualTo("fail");
        }
        Files.delete(data.resolve("master.key"));
        assertThat(doctor("--no-gateway", "--data", data, "--api-port", 0).grade("master key"))
                .isEqualTo("fail");
    }

    @Test
    void storeOnAServer_isExaminedToo_andItsKey() throws Exception {
        Path data = folder.resolve("data");
        DatabaseLocation.PostgreSql database = (DatabaseLocation.PostgreSql) TestStore.POSTGRESQL
                .location(data);
        BackupTest.passwordFile(folder);
        Object[] line = {"--no-gateway", "--data", data, "--database", database.url(),
                "--api-port", 0};
        try (RunningApi api = RunningApi.start(new Settings.Store(data, database))) {
            api.sims(api.tenant("Acme"), 1);
            Told told = doctor(line);
            assertThat(told.status()).as("%s", told).isZero();
            for (String what : List.of("database", "database rights", "database clock", "schema",
                    "master key", "secrets", "logs")) {
                assertThat(told.grade(what)).as(what).isEqualTo("ok");
            }
        }
        Files.writeString(data.resolve("master.key"), "00".repeat(32));
        assertThat(doctor(line).grade("master key")).isEqualTo("fail");
        try (Connection beside = database.connect()) {
            int _ = beside.createStatement().executeUpdate("insert into flyway_schema_history"
                    + " (installed_rank, version, description, type, script, installed_by, execution_time, success)"
                    + " values (999, '999', 'later', 'SQL', 'V999', 'x', 0, true)");
        }
        assertThat(doctor(line).grade("schema")).isEqualTo("fail");
        Told unreachable = doctor("--no-gateway", "--data", data, "--database",
                "jdbc:postgresql://127.0.0.1:1/x?user=cellgate", "--api-port", 0);
        assertThat(unreachable.status()).isEqualTo(1);
        assertThat(unreachable.grade("database")).isEqualTo("fail");
    }

    @Test
    void tornLog_isTold() throws Exception {
        Path data = folder.resolve("data");
        try (RunningApi api = RunningApi.start(data)) {
            api.tenant("Acme");
        }
        Path flows = Files.createDirectories(data.resolve("logs/flows"));
        Files.writeString(flows.resolve("0001764104000000000.db"), "no database at all");
        Told told = doctor("--no-gateway", "--data", data, "--api-port", 0);
        assertThat(told.grade("logs")).isEqualTo("warn");
        assertThat(told.status()).isZero();
        try (var files = Files.list(flows)) {
            assertThat(files).hasSize(1);
        }
    }
}
