package io.cellgate.inventory.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cellgate.inventory.TestStore;
import io.cellgate.inventory.outcome.Outcome.Reason;
import io.cellgate.inventory.outcome.Outcome;
import io.cellgate.inventory.store.Tables.Setting;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

@ParameterizedClass
@EnumSource(TestStore.class)
class DatabaseTest {
    private final TestStore store;

    private static final Actor TESTER = new Actor("test");

    @TempDir
    Path folder;
    private Database database;

    DatabaseTest(TestStore store) {
        this.store = store;
    }

    @BeforeEach
    void open() {
        database = Database.open(store.location(folder), InstantSource.system());
    }

    @AfterEach
    void close() {
        database.close();
    }

    private static void put(Tx tx, String name) {
        tx.sql().insertInto(Setting.TABLE).set(Setting.NAME, name).set(Setting.VALUE, "").execute();
        tx.tell(null, "setting.put", name, null, null);
    }

    private List<String> settings() {
        return database.read(sql -> sql.select(Setting.NAME).from(Setting.TABLE)
                .orderBy(Setting.NAME).fetch(Setting.NAME));
    }

    private List<String> subjects() {
        return database.read(sql -> sql.select(Tables.Event.SUBJECT).from(Tables.Event.TABLE)
                .orderBy(Tables.Event.SEQ).fetch(Tables.Event.SUBJECT));
    }

    @Test
    void database_flushesEachCommitToTheDisk() {
        switch (store) {
            case SQLITE -> {
                assertThat(said("pragma synchronous")).as("2 is FULL").isEqualTo("2");
                assertThat(said("pragma journal_mode")).isEqualTo("wal");
            }
            case POSTGRESQL -> assertThat(said("show synchronous_commit")).isEqualTo("on");
        }
    }

    private String said(String statement) {
        return database.write(TESTER,
                tx -> String.valueOf(tx.sql().fetchSingle(statement).get(0)));
    }

    @Test
    void readers_cannotWrite() {
        assertThatThrownBy(() -> database.read(sql -> sql.insertInto(Setting.TABLE)
                .set(Setting.NAME, "a").set(Setting.VALUE, "").execute()))
                .hasMessageMatching("(?s).*read-?only.*");
    }

    @Test
    void write_thatThrows_leavesNothing() {
        assertThatThrownBy(() -> database.write(TESTER, tx -> {
            put(tx, "a");
            throw new IllegalStateException("on purpose");
        })).hasMessage("on purpose");
        assertThat(settings()).isEmpty();
        assertThat(subjects()).isEmpty();
    }

    @Test
    void write_thatIsNotDone_leavesNothing() {
        Outcome<String> outcome = database.write(TESTER, tx -> {
            put(tx, "a");
            return Outcome.conflict(Reason.TAKEN, "on purpose");
        });
        assertThat(outcome).isInstanceOf(Outcome.Conflict.class);
        assertThat(settings()).isEmpty();
        assertThat(subjects()).isEmpty();
    }

    @Test
    void writeWithinAWrite_thatIsNotDone_isUndoneAlone() {
        String done = database.write(TESTER, tx -> {
            put(tx, "a");
            Outcome<String> inner = database.write(TESTER, within -> {
                put(within, "b");
                return Outcome.conflict(Reason.TAKEN, "on purpose");
            });
            assertThat(inner).isInstanceOf(Outcome.Conflict.class);
            database.write(TESTER, within -> {
                put(within, "c");
                return "";
            });
            return "done";
        });
        assertThat(done).isEqualTo("done");
        assertThat(settings()).containsExactly("a", "c");
        assertThat(subjects()).containsExactly("a", "c");
    }

    @Test
    void write_thatIsUndone_undoesTheWritesWithinIt() {
        assertThatThrownBy(() -> database.write(TESTER, tx -> {
            database.write(TESTER, within -> {
                put(within, "a");
                return "";
            });
            throw new IllegalStateException("on purpose");
        })).hasMessage("on purpose");
        assertThat(settings()).isEmpty();
        assertThat(subjects()).isEmpty();
    }

    @Test
    void read_withinAWrite_seesWhatItWrote_andOthersDoNot() throws Exception {
        try (ExecutorService other = Executors.newSingleThreadExecutor()) {
            database.write(TESTER, tx -> {
                put(tx, "a");
                assertThat(settings()).containsExactly("a");
                assertThat(other.submit(this::settings)).succeedsWithin(
                        java.time.Duration.ofSeconds(10))
                        .isEqualTo(List.of());
                return "";
            });
        }
        assertThat(settings()).containsExactly("a");
    }

    @Test
    void listeners_hearOfEachChange_inOrderWithoutGaps_beforeItsWriteReturns() throws Exception {
        List<Event> heard = Collections.synchronizedList(new ArrayList<>());
        database.listen(heard::add);
        int threads = 8;
        int writes = 50;
        try (ExecutorService executor = Executors.newFixedThreadPool(threads)) {
            for (int thread = 0; thread < threads; thread++) {
                int number = thread;
                executor.execute(() -> {
                    for (int write = 0; write < writes; write++) {
                        String name = number + "-" + write;
                        database.write(TESTER, tx -> {
                            put(tx, name);
                            return "";
                        });
                        synchronized (heard) {
                            assertThat(heard).anyMatch(event -> event.subject().equals(name));
                        }
                    }
                });
            }
        }
        assertThat(heard).extracting(Event::seq)
                .containsExactlyElementsOf(
                        LongStream.rangeClosed(1, (long) threads * writes).boxed().toList());
        assertThat(subjects()).isEqualTo(heard.stream().map(Event::subject).toList());
    }

    @Test
    void listener_thatWritesOrThrows_disturbsNobody() {
        List<String> heard = new ArrayList<>();
        database.listen(event -> {
            if (event.subject().equals("first")) {
                database.write(TESTER, tx -> {
                    put(tx, "second");
                    return "";
                });
                throw new IllegalStateException("on purpose");
            }
        });
        database.listen(event -> heard.add(event.subject()));
        database.write(TESTER, tx -> {
            put(tx, "first");
            return "";
        });
        assertThat(heard).containsExactly("first", "second");
    }
}
