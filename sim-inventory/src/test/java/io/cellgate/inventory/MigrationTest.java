package io.cellgate.inventory;

import static io.cellgate.inventory.Fixture.TESTER;
import static java.util.Map.entry;
import static org.assertj.core.api.Assertions.assertThat;

import io.cellgate.inventory.account.Scope;
import io.cellgate.inventory.account.Token;
import io.cellgate.inventory.carrier.PathStore;
import io.cellgate.inventory.condition.Condition;
import io.cellgate.inventory.condition.ConditionStore.Held;
import io.cellgate.inventory.esim.EsimProfile;
import io.cellgate.inventory.esim.ProfileState;
import io.cellgate.inventory.operation.PartResult;
import io.cellgate.inventory.outcome.Outcome;
import io.cellgate.inventory.page.PageRequest;
import io.cellgate.inventory.sim.Sim;
import io.cellgate.inventory.sim.SimState;
import io.cellgate.inventory.store.DatabaseLocation;
import io.cellgate.inventory.store.Event;
import io.cellgate.inventory.store.Migrations;
import io.cellgate.policy.subject.Iccid;
import io.cellgate.policy.subject.Imsi;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Stores of each released version, filled by SQL as that version wrote it ({@code released/N.sql}: what came with version
 * N), go forward to the present one: no row is lost or changed, and the stores read and change them.
 */
@ParameterizedClass
@EnumSource(TestStore.class)
class MigrationTest {
    private static final int NEWEST_WITH_ROWS = 10;
    private static final Iccid ACTIVE = new Iccid("8949000000000000018");
    private static final Iccid READY = new Iccid("8949000000000000026");
    private static final Iccid PROFILE = new Iccid("8949000000000000042");

    private final TestStore store;
    @TempDir
    Path folder;

    MigrationTest(TestStore store) {
        this.store = store;
    }

    static IntStream released() {
        return IntStream.rangeClosed(1, NEWEST_WITH_ROWS);
    }

    private Connection connect(DatabaseLocation location) throws SQLException {
        return location instanceof DatabaseLocation.PostgreSql server
                ? server.connect()
                : store.connect(folder);
    }

    private DatabaseLocation released(int version) throws Exception {
        DatabaseLocation location = store.empty(folder);
        Migrations.bring(location, Integer.toString(version));
        try (Connection connection = connect(location);
                Statement sql = connection.createStatement()) {
            for (int each = 1; each <= version; each++) {
                for (String statement : statements(each)) {
                    assertThat(sql.executeUpdate(statement)).as(statement).isEqualTo(1);
                }
            }
        }
        Path key = folder.resolve("master.key");
        Files.writeString(key, "11".repeat(32));
        Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-------"));
        return location;
    }

    private static List<String> statements(int version) throws Exception {
        try (InputStream in = MigrationTest.class
                .getResourceAsStream("released/" + version + ".sql")) {
            assertThat(in).as("rows of version %d", version).isNotNull();
            return new String(in.readAllBytes(), StandardCharsets.UTF_8).lines()
                    .filter(line -> !line.startsWith("--") && !line.isBlank()).toList();
        }
    }

    /** Each table's rows, each as its columns' names and values. */
    private Map<String, List<Map<String, String>>> rows(DatabaseLocation location)
            throws SQLException {
        Map<String, List<Map<String, String>>> all = new TreeMap<>();
        try (Connection connection = connect(location);
                Statement sql = connection.createStatement()) {
            List<String> tables = new ArrayList<>();
            try (ResultSet names = sql.executeQuery(location instanceof DatabaseLocation.PostgreSql
                    ? "select tablename from pg_tables where schemaname = 'public'"
                    : "select name from sqlite_master where type = 'table'")) {
                while (names.next()) {
                    tables.add(names.getString(1));
                }
            }
            tables.remove("flyway_schema_history");
            for (String table : tables) {
                all.put(table, rows(sql, table));
            }
        }
        return all;
    }

    private static List<Map<String, String>> rows(Statement sql, String table)
            throws SQLException {
        List<Map<String, String>> rows = new ArrayList<>();
        try (ResultSet found = sql.executeQuery("select * from " + table)) {
            ResultSetMetaData columns = found.getMetaData();
            while (found.next()) {
                Map<String, String> row = new TreeMap<>();
                for (int i = 1; i <= columns.getColumnCount(); i++) {
                    row.put(columns.getColumnName(i), String.valueOf(found.getString(i)));
                }
                rows.add(row);
            }
        }
        return rows;
    }

    @ParameterizedTest
    @MethodSource("released")
    void storeOfAReleasedVersion_goesForward_andKeepsEveryRow(int version) throws Exception {
        DatabaseLocation location = released(version);
        Map<String, List<Map<String, String>>> before = rows(location);
        assertThat(before.get("sim")).hasSize(version < 8 ? 3 : 4);
        try (Inventory inventory = Inventory.open(folder, location, InstantSource.system())) {
            Map<String, List<Map<String, String>>> after = rows(location);
            before.forEach((table, rows) -> assertThat(after.get(table)).as(table)
                    .hasSize(rows.size())
                    .allMatch(found -> rows.stream()
                            .anyMatch(row -> found.entrySet().containsAll(row.entrySet()))));
            readAndChanged(inventory);
            read(inventory, version);
        }
    }

    /** What came with each version, up to this one. */
    private static void read(Inventory inventory, int version) {
        Scope acme = Scope.of("acc_1");
        if (version >= 2) {
            Condition quota = Condition.QUOTA_EXCEEDED;
            assertThat(Objects.requireNonNull(inventory.conditions().find(ACTIVE, quota)).since())
                    .isEqualTo(Instant.ofEpochMilli(1767225602000L));
            assertThat(inventory.quotas().review()).as("another day").isEqualTo(1);
            assertThat(inventory.conditions().having(quota)).isEmpty();
        }
        if (version >= 3) {
            assertThat(inventory.staticAddresses().all()).hasSize(1);
            assertThat(inventory.pools().all()).hasSize(1);
        }
        if (version >= 5) {
            assertThat(inventory.webhooks().secrets("whk_1")).singleElement().satisfies(
                    secret -> assertThat(secret).startsWith(0, 1, 2).hasSize(32));
        }
        if (version >= 6) {
            assertThat(inventory.paths().all()).containsExactly(
                    new PathStore.Counter("192.0.2.7", 1, 4),
                    new PathStore.Counter("192.0.2.7", 2, 17));
        }
        if (version >= 7) {
            assertThat(inventory.accountingClients().all()).singleElement()
                    .satisfies(client -> assertThat(client.secret())
                            .isEqualTo("a-shared-secret-of-a-pgw"));
            assertThat(inventory.accountingBindings().all()).singleElement().asString()
                    .contains("10.50.0.9");
        }
        if (version >= 8) {
            readPlacesAndProfiles(inventory, acme);
        }
        assertThat(Objects.requireNonNull(inventory.subscribers().find(new Imsi("262990000000001")))
                .ownedSince()).isEqualTo(version < 10
                        ? Instant.EPOCH
                        : Instant.ofEpochMilli(1767225601000L));
        // whatever the version, and also where it had begun already
        assertThat(inventory.keys().replaceDataKeys(_ -> {}).unreadables()).isZero();
        assertThat(inventory.vault().secretOf(ACTIVE)).isNotNull();
    }

    private static void readPlacesAndProfiles(Inventory inventory, Scope acme) {
        assertThat(done(inventory.geofences().find(acme, "geo_1")).fence().shapes()).hasSize(2);
        assertThat(done(inventory.sims().find(acme, ACTIVE)).settings().geofence())
                .isEqualTo("geo_1");
        assertThat(inventory.conditions().of(ACTIVE)).extracting(Held::condition)
                .containsExactly(Condition.OUTSIDE_GEOFENCE);
        assertThat(inventory.conditions().of(READY)).extracting(Held::condition)
                .containsExactly(Condition.IMEI_LOCKED_OUT, Condition.QUARANTINED);
        EsimProfile profile = done(inventory.esims().find(acme, PROFILE));
        assertThat(profile.state()).isEqualTo(ProfileState.ENABLED);
        assertThat(done(inventory.esims().activationCode(acme, PROFILE)).text())
                .isEqualTo("LPA:1$smdp.example.com$04386-AGYFT-A74Y8-3F815");
        assertThat(done(inventory.operations().results(Scope.OPERATOR, "op_2", true,
                PageRequest.FIRST)).items()).containsExactly(
                        new PartResult(2, "imported", true, PROFILE.digits(), ""),
                        new PartResult(3, "rejected", false, null,
                                "iccid: got 1, expected 19 or 20 digits"));
    }

    private static void readAndChanged(Inventory inventory) {
        Scope acme = Scope.of("acc_1");
        Token token = Objects.requireNonNull(inventory.tokens().authenticate("cg_fixture"));
        assertThat(token.account()).isEqualTo("acc_1");
        assertThat(HexFormat.of().withUpperCase()
                .formatHex(Objects.requireNonNull(inventory.vault().secretOf(ACTIVE)).ki()))
                .isEqualTo("465B5CE8B199B49FAA5F0A2EE238A6BC");
        Sim sim = done(inventory.sims().find(acme, ACTIVE));
        assertThat(sim.actual()).isEqualTo(SimState.ACTIVE);
        assertThat(sim.revision()).isEqualTo(5);
        assertThat(sim.settings().tags()).containsEntry("site", "Graz");
        assertThat(Objects.requireNonNull(done(inventory.fleets().find(acme, "flt_1")).fence())
                .countries())
                .containsExactlyInAnyOrder("AT", "DE");
        assertThat(done(inventory.policies().find(acme, "pol_1")).head().document())
                .contains("$backend");
        assertThat(done(inventory.lists().entries(acme, "lst_1", PageRequest.FIRST)).items())
                .containsExactly("example.com", "example.org");
        assertThat(inventory.carriers().all().getFirst().peers())
                .hasSize(2);
        assertThat(inventory.events().head()).isEqualTo(3);
        assertThat(inventory.nextRestartCounter()).isEqualTo(8);
        List<Event> told = new ArrayList<>();
        inventory.database().listen(told::add);
        done(inventory.fleets().create(TESTER, "acc_1", "after", null, null, null, null,
                null));
        assertThat(told).extracting(Event::seq).containsExactly(4L);
    }

    private static <T> T done(Outcome<T> outcome) {
        return ((Outcome.Done<T>) outcome).value();
    }

    /** Whoever adds a version adds its rows here once it is released; one that was released never changes. */
    @Test
    void releasedSteps_areThoseThatWereReleased() throws Exception {
        for (Map.Entry<String, String> step : Map.ofEntries(
                entry("V1__inventory.sql", "0e46cef68f1c91e9"),
                entry("V2__usage.sql", "c49a8ba4982d6b3a"),
                entry("V3__carriers.sql", "d5702956bf22126e"),
                entry("V4__inventory.sql", "85fb3f527099a96d"),
                entry("V5__access.sql", "d42bae95d186377c"),
                entry("V6__paths.sql", "88611e9cbd65379c"),
                entry("V7__accounting.sql", "418e7111ba70b5e9"),
                entry("V8__places.sql", "dde7acf6120106e3"),
                entry("V9__keys.sql", "206d2b3cd3c14e8e"),
                entry("V10__owners.sql", "86a9f9be3eff388e"),
                entry("V11__order_states.sql", "dc0295533af25224")).entrySet()) {
            try (InputStream in = MigrationTest.class
                    .getResourceAsStream("migration/" + step.getKey())) {
                assertThat(in).as(step.getKey()).isNotNull();
                assertThat(HexFormat.of().formatHex(
                        MessageDigest.getInstance("SHA-256").digest(in.readAllBytes()), 0, 8))
                        .as(step.getKey()).isEqualTo(step.getValue());
            }
        }
    }
}
