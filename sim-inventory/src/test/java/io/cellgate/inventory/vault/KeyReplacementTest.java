package io.cellgate.inventory.vault;

import static io.cellgate.inventory.Fixture.TESTER;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cellgate.inventory.Fixture;
import io.cellgate.inventory.Inventory;
import io.cellgate.inventory.TestStore;
import io.cellgate.inventory.account.Scope;
import io.cellgate.inventory.batch.ImportFormat;
import io.cellgate.inventory.event.EventLog;
import io.cellgate.inventory.order.Product;
import io.cellgate.inventory.page.PageRequest;
import io.cellgate.inventory.store.Event;
import io.cellgate.inventory.vault.KeyReplacement.NewDataKeys;
import io.cellgate.inventory.vault.KeyReplacement.NewMaster;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Keys are replaced, and everything that was sealed with the old ones opens. {@code CrashTest} kills a process in between. */
@ParameterizedClass
@EnumSource(TestStore.class)
class KeyReplacementTest {
    /** More than are sealed anew in one transaction. */
    private static final long SIMS = 1210;

    private final TestStore store;
    @TempDir
    Path folder;

    KeyReplacementTest(TestStore store) {
        this.store = store;
    }

    private Inventory open() {
        return store.open(folder, InstantSource.system());
    }

    private Path keyFile() {
        return folder.resolve("master.key");
    }

    /** What is sealed, by where it is. */
    private Map<String, String> sealed() throws SQLException {
        Map<String, String> all = new TreeMap<>();
        try (Connection connection = store.connect(folder)) {
            for (SealedTable table : SealedTable.values()) {
                for (var column : table.sealed()) {
                    try (ResultSet rows = connection.createStatement()
                            .executeQuery("select " + table.id().getName() + ", "
                                    + column.getName() + " from " + table.text() + " where "
                                    + column.getName() + " is not null")) {
                        while (rows.next()) {
                            all.put(table.text() + '.' + column.getName() + ' '
                                    + rows.getString(1), rows.getString(2));
                        }
                    }
                }
            }
        }
        return all;
    }

    private Set<String> column(String query) throws SQLException {
        Set<String> values = new TreeSet<>();
        try (Connection connection = store.connect(folder);
                ResultSet rows = connection.createStatement().executeQuery(query)) {
            while (rows.next()) {
                values.add(rows.getString(1));
            }
        }
        return values;
    }

    private SealExam exam(Inventory inventory) throws SQLException {
        try (Connection connection = store.connect(folder)) {
            return SealExam.of(connection, inventory.vault().master());
        }
    }

    @Test
    void sealedTables_areAllThatNameADataKey() throws Exception {
        open().close();
        Set<String> named = column(store == TestStore.SQLITE
                ? "select m.name from sqlite_master m, pragma_table_info(m.name) c"
                        + " where m.type = 'table' and c.name = 'data_key'"
                : "select table_name from information_schema.columns"
                        + " where table_schema = 'public' and column_name = 'data_key'");
        Set<String> known = new TreeSet<>(List.of("batch"));
        for (SealedTable table : SealedTable.values()) {
            known.add(table.name().toLowerCase(Locale.ROOT));
        }
        assertThat(named).isEqualTo(known);
    }

    @Test
    void masterKeyThatIsReplaced_leavesWhatIsSealed_andTheFormerOpensTheStoreNoMore()
            throws Exception {
        Map<String, String> secrets;
        String former;
        NewMaster made;
        try (Inventory inventory = open()) {
            Product cards = Fixture.product(inventory);
            EverySecret.make(inventory, cards, 20);
            secrets = EverySecret.opened(inventory, 20);
            assertThat(secrets).hasSize(20 + 3 + 1 + 2 + 1);
            Map<String, String> sealed = sealed();
            former = Files.readString(keyFile());
            made = inventory.keys().replaceMasterKey();
            assertThat(made.dataKeys()).isEqualTo(6);
            assertThat(sealed()).isEqualTo(sealed);
            assertThat(EverySecret.opened(inventory, 20)).isEqualTo(secrets);
            // the process goes on with the new one
            Fixture.stock(inventory, cards, 0, 2);
            assertThat(column("select distinct master_key from data_key"))
                    .containsExactly(made.id());
            assertThat(told(inventory, "master_key.replaced")).singleElement().asString()
                    .contains(made.id(), made.formerId()).doesNotContain(former.strip())
                    .doesNotContain(Files.readString(keyFile()).strip());
        }
        assertThat(made.former()).hasContent(former.strip());
        for (Path key : List.of(keyFile(), made.former())) {
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(key)))
                    .isEqualTo("rw-------");
        }
        try (Inventory inventory = open()) {
            assertThat(EverySecret.opened(inventory, 20)).isEqualTo(secrets);
        }
        Files.copy(made.former(), keyFile(), StandardCopyOption.REPLACE_EXISTING);
        assertThatThrownBy(this::open).hasMessageContaining("master key: got " + made.formerId()
                + ", expected " + made.id());
        Files.delete(keyFile());
        assertThatThrownBy(this::open).hasMessageContaining("master key: got no file");
    }

    private static List<String> told(Inventory inventory, String kind) {
        return inventory.events().latest(Scope.OPERATOR,
                new EventLog.Filter(kind, null, null, null, null), PageRequest.FIRST).items()
                .stream()
                .map(Event::toString).toList();
    }

    @Test
    void replacementOfTheMasterKey_thatBrokeOff_isEndedOrWasNone() throws Exception {
        Map<String, String> secrets;
        Path next = folder.resolve("master.key.next");
        NewMaster made;
        try (Inventory inventory = open()) {
            EverySecret.make(inventory, Fixture.product(inventory), 20);
            secrets = EverySecret.opened(inventory, 20);
        }
        // before the database took it
        MasterKey unused = MasterKey.open(next, true);
        try (Inventory inventory = open()) {
            assertThat(EverySecret.opened(inventory, 20)).isEqualTo(secrets);
            made = inventory.keys().replaceMasterKey();
            assertThat(made.id()).isEqualTo(unused.id());
            assertThat(next).doesNotExist();
        }
        // after the database took it, and before it got its name
        Files.move(keyFile(), next);
        Files.move(made.former(), keyFile());
        try (Inventory inventory = open()) {
            assertThat(EverySecret.opened(inventory, 20)).isEqualTo(secrets);
        }
        assertThat(MasterKey.read(keyFile()).id()).isEqualTo(made.id());
        assertThat(MasterKey.read(made.former()).id()).isEqualTo(made.formerId());
        assertThat(next).doesNotExist();
        // nothing is left of a key that was written in part
        try (var files = Files.list(folder)) {
            assertThat(files.map(file -> file.getFileName().toString()))
                    .filteredOn(name -> name.contains("key"))
                    .containsExactlyInAnyOrder("master.key", "master.key." + made.formerId());
        }
    }

    @Test
    void dataKeysThatAreReplaced_sealNothingAnyMore_andEverythingOpens() throws Exception {
        try (Inventory inventory = open()) {
            Product cards = Fixture.product(inventory);
            EverySecret.make(inventory, cards, SIMS);
            // of one that is gone the key is left over
            String gone = inventory.carriers().list(null, PageRequest.FIRST).items().getFirst()
                    .id();
            Map<String, String> secrets = EverySecret.opened(inventory, SIMS);
            Map<String, String> sealed = sealed();
            Set<String> formerKeys = column("select id from data_key");
            List<Long> progress = new ArrayList<>();

            NewDataKeys made = inventory.keys().replaceDataKeys(progress::add);

            assertThat(made).isEqualTo(new NewDataKeys(6, SIMS + 3 + 1 + 1 + 1, List.of(), 0));
            assertThat(progress).contains(1000L, SIMS, made.secrets());
            assertThat(EverySecret.opened(inventory, SIMS)).isEqualTo(secrets);
            Map<String, String> now = sealed();
            assertThat(now.keySet()).isEqualTo(sealed.keySet());
            assertThat(new HashSet<>(now.values())).doesNotContainAnyElementsOf(sealed.values());
            assertThat(column("select id from data_key")).hasSize(6)
                    .doesNotContainAnyElementsOf(formerKeys);
            assertThat(told(inventory, "data_keys.replaced")).hasSize(1);
            SealExam exam = exam(inventory);
            assertThat(exam.rows()).containsEntry(SealedTable.SIM_SECRET, SIMS)
                    .containsEntry(SealedTable.ESIM_PROFILE, 3L)
                    .containsEntry(SealedTable.WEBHOOK, 1L)
                    .containsEntry(SealedTable.IDENTITY_PROVIDER, 1L)
                    .containsEntry(SealedTable.ACCOUNTING_CLIENT, 1L);
            assertThat(exam.beingReplaced() + exam.old() + exam.unreadables()).isZero();

            // batches go on with the new keys, and the key of what was deleted goes
            var batch = java.util.Objects
                    .requireNonNull(inventory.batches().findByName("batch-700000"));
            assertThat(Fixture.importText(inventory, batch, ImportFormat.CSV,
                    ("iccid,imsi,msisdn,ki,opc\n" + Fixture.csvLine(5)).getBytes(
                            java.nio.charset.StandardCharsets.US_ASCII),
                    new ArrayList<>()).imported()).isEqualTo(1);
            assertThat(inventory.vault().secretOf(Fixture.iccidOf(5))).isNotNull();
            String client = inventory.accountingClients().of(gone).require().getFirst().id();
            inventory.accountingClients().delete(TESTER, gone, client, null).require();
            assertThat(inventory.keys().replaceDataKeys(_ -> {}).keys()).isEqualTo(6);
            assertThat(column("select id from data_key")).hasSize(5);
        }
    }

    @Test
    void secretThatDoesNotOpen_isNamed_andKeepsItsKey_whileTheOthersGetNewOnes()
            throws Exception {
        try (Inventory inventory = open()) {
            EverySecret.make(inventory, Fixture.product(inventory), 20);
            Map<String, String> secrets = EverySecret.opened(inventory, 20);
            String broken = Fixture.iccid(700_007);
            String other = Fixture.iccid(700_008);
            assertThat(execute(inventory, "update sim_secret set sealed = (select sealed from"
                    + " sim_secret where iccid = '" + other + "') where iccid = '" + broken + "'"))
                    .isEqualTo(1);
            NewDataKeys made = inventory.keys().replaceDataKeys(_ -> {});
            assertThat(made.unreadable()).containsExactly("sim_secret " + broken);
            assertThat(made.secrets()).isEqualTo(20 + 3 + 1 + 1 + 1 - 1);
            SealExam exam = exam(inventory);
            assertThat(exam.unreadable()).containsExactly("sim_secret " + broken);
            assertThat(exam.beingReplaced()).isEqualTo(1);
            assertThat(exam.old()).isEqualTo(1);
            assertThatThrownBy(() -> inventory.vault().secretOf(Fixture.iccidOf(700_007)))
                    .isInstanceOf(SealBroken.class);
            // it is tried again, and nothing else is
            NewDataKeys again = inventory.keys().replaceDataKeys(_ -> {});
            assertThat(again).isEqualTo(
                    new NewDataKeys(1, 0, List.of("sim_secret " + broken), 1));
            assertThat(execute(inventory, "delete from sim_secret where iccid = '" + broken + "'"))
                    .isEqualTo(1);
            secrets.remove(broken);
            assertThat(inventory.keys().replaceDataKeys(_ -> {}).unreadables()).isZero();
            assertThat(EverySecret.opened(inventory, 20)).isEqualTo(secrets);
            assertThat(exam(inventory).beingReplaced()).isZero();
        }
    }

    private static int execute(Inventory inventory, String statement) {
        return inventory.database().write(TESTER, tx -> tx.sql().execute(statement));
    }

    @Test
    void keyFilesThatAreForeign_areRefusedAndChangeNothing() throws IOException {
        try (Inventory inventory = open()) {
            EverySecret.make(inventory, Fixture.product(inventory), 20);
        }
        Path next = folder.resolve("master.key.next");
        Files.writeString(next, "not a key");
        Files.setPosixFilePermissions(next, PosixFilePermissions.fromString("rw-------"));
        assertThatThrownBy(this::open).hasMessageContaining("master.key.next")
                .hasMessageContaining("expected 64 hexadecimal digits")
                .hasMessageNotContaining("not a key");
        Files.delete(next);
        open().close();
    }
}
