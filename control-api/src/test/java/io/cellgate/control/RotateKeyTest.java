package io.cellgate.control;

import static io.cellgate.control.BackupTest.cellgate;
import static org.assertj.core.api.Assertions.assertThat;

import io.cellgate.control.DoctorTest.Told;
import io.cellgate.inventory.TestStore;
import io.cellgate.inventory.store.DatabaseLocation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Keys are replaced by command; the gateway, the doctor and backups know which key is whose. */
@ParameterizedClass
@EnumSource(TestStore.class)
class RotateKeyTest {
    private static final String KI = "465B5CE8B199B49FAA5F0A2EE238A6BC";

    private final TestStore store;
    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path folder;

    RotateKeyTest(TestStore store) {
        this.store = store;
    }

    private Path data() {
        return folder.resolve("data");
    }

    private Settings.Store kept() {
        return new Settings.Store(data(), store.location(data()));
    }

    private Object[] line(Object... arguments) {
        Stream<Object> where = store.location(data()) instanceof DatabaseLocation.PostgreSql server
                ? Stream.of("--data", data(), "--database", server.url())
                : Stream.of("--data", data());
        return Stream.concat(Stream.of(arguments), where).toArray();
    }

    private String rotate(String which) {
        return cellgate(line("rotate-key", which));
    }

    private Told doctor() {
        return DoctorTest.doctor(line("--no-gateway", "--api-port", 0));
    }

    private static String found(Told told, String what) {
        return String.valueOf(told.findings().get(what));
    }

    /** A start makes the key of the folder, some SIMs with secrets, and a webhook. */
    private void fill() {
        try (RunningApi api = RunningApi.start(kept())) {
            String product = api.post(api.operator, "/v1/products",
                    "{\"name\":\"card\",\"kind\":\"card\",\"unit_price\":1,\"currency\":\"EUR\"}")
                    .is(201).id();
            String batch = api.post(api.operator, "/v1/batches",
                    "{\"name\":\"b\",\"product\":\"" + product + "\"}").is(201).id();
            StringBuilder csv = new StringBuilder("iccid,imsi,ki,opc\n");
            for (int i = 0; i < 20; i++) {
                csv.append(TestSims.iccid(i)).append(',').append(TestSims.imsi(i)).append(',')
                        .append(KI).append(',').append(KI).append('\n');
            }
            api.post(api.operator, "/v1/batches/" + batch + "/imports", csv.toString(),
                    "Content-Type", "text/csv").is(200);
            api.post(api.operator, "/v1/webhooks",
                    "{\"name\":\"h\",\"url\":\"https://hooks.example/in\"}").is(201);
            assertThat(rotate("master")).startsWith("1 ").contains("in use by another process");
        }
    }

    private void startsAndStops() {
        RunningApi.again(kept()).close();
    }

    @Test
    void keysAreReplaced_andTheDoctorTellsWhichOnesAreInUse() throws Exception {
        BackupTest.passwordFile(folder);
        fill();
        Path key = data().resolve("master.key");
        String former = Files.readString(key).strip();
        assertThat(rotate("both")).startsWith("2 ").contains("expected master or data");
        assertThat(cellgate("rotate-key", "master", "--data", folder.resolve("none")))
                .startsWith("2 ").contains("has run before");
        assertThat(found(doctor(), "secrets")).contains("20 sim_secret", "1 webhook",
                "2 data keys");

        String said = rotate("master");
        String now = Files.readString(key).strip();
        assertThat(said).startsWith("0 ").contains("2 data keys").doesNotContain(former)
                .doesNotContain(now);
        assertThat(now).isNotEqualTo(former);
        Told told = doctor();
        assertThat(told.status()).as("%s", told).isZero();
        String id = said.substring(said.indexOf("key is ") + 7, said.indexOf(" now"));
        assertThat(found(told, "master key")).contains(id);
        assertThat(found(told, "secrets")).contains("all open").contains(id);
        assertThat(found(told, "former keys")).contains("master.key.");
        startsAndStops();

        assertThat(rotate("data")).startsWith("0 2 data keys are replaced; 21 rows");
        told = doctor();
        assertThat(told.grade("secrets")).as("%s", told).isEqualTo("ok");
        startsAndStops();
        assertThat(told.findings().toString()).doesNotContain(former).doesNotContain(now);
    }

    @Test
    void doctor_tellsWhatBrokeOff_whatDoesNotOpen_andWhoMayReadFormerKeys() throws Exception {
        BackupTest.passwordFile(folder);
        fill();
        assertThat(rotate("master")).startsWith("0 ");
        Path former;
        try (var files = Files.list(data())) {
            former = files.filter(file -> file.getFileName().toString()
                    .startsWith("master.key.")).findFirst().orElseThrow();
        }
        Files.setPosixFilePermissions(former, PosixFilePermissions.fromString("rw-r--r--"));
        assertThat(doctor().grade("former keys")).isEqualTo("warn");
        Files.setPosixFilePermissions(former, PosixFilePermissions.fromString("rw-------"));

        // the database took the new key, and the process ended before that got its name
        Files.move(data().resolve("master.key"), data().resolve("master.key.next"));
        Files.move(former, data().resolve("master.key"));
        Told told = doctor();
        assertThat(told.status()).isZero();
        assertThat(told.grade("master key")).isEqualTo("warn");
        assertThat(told.grade("secrets")).isEqualTo("ok");
        startsAndStops();
        assertThat(doctor().grade("master key")).isEqualTo("ok");
        assertThat(former).exists();

        String broken = TestSims.iccid(3);
        try (Connection beside = store.connect(data())) {
            assertThat(beside.createStatement().executeUpdate(
                    "update sim_secret set sealed = 'AAAA' where iccid = '" + broken + "'"))
                    .isEqualTo(1);
        }
        told = doctor();
        assertThat(told.status()).isEqualTo(1);
        assertThat(told.grade("secrets")).isEqualTo("fail");
        assertThat(found(told, "secrets")).contains("sim_secret " + broken);
        assertThat(rotate("data")).startsWith("1 ").contains("sim_secret " + broken);
        assertThat(doctor().grade("secrets")).isEqualTo("fail");
    }

    @Test
    void backupOfBefore_isRestoredWithTheKeyOfThen() throws IOException {
        BackupTest.passwordFile(folder);
        fill();
        Path before = folder.resolve("before.zip");
        Path after = folder.resolve("after.zip");
        assertThat(cellgate(line("backup", before))).startsWith("0 ");
        assertThat(rotate("master")).startsWith("0 ");
        assertThat(cellgate(line("backup", after))).startsWith("0 ");
        Path key = data().resolve("master.key");
        List<Path> formers;
        try (var files = Files.list(data())) {
            formers = files.filter(file -> file.getFileName().toString()
                    .startsWith("master.key.")).toList();
        }
        assertThat(formers).hasSize(1);
        assertThat(restored("a", before, key)).startsWith("1 ").contains("master key: got ");
        assertThat(restored("b", after, formers.getFirst())).startsWith("1 ")
                .contains("master key: got ");
        assertThat(restored("c", before, formers.getFirst())).startsWith("0 ");
        assertThat(restored("d", after, key)).startsWith("0 ");
        if (store == TestStore.SQLITE) {
            // of the folder's own keys, that which fits
            assertThat(cellgate(line("restore", "--replace", before))).startsWith("0 ");
            assertThat(doctor().grade("secrets")).isEqualTo("ok");
        }
    }

    private String restored(String name, Path file, Path key) {
        Path to = folder.resolve(name);
        return store.empty(to) instanceof DatabaseLocation.PostgreSql server
                ? cellgate("restore", "--data", to, "--database", server.url(), "--key", key, file)
                : cellgate("restore", "--data", to, "--key", key, file);
    }
}
