package io.cellgate.inventory.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cellgate.inventory.TestStore;
import io.cellgate.inventory.store.Tables.Setting;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a server can do to a database's user that a file cannot. */
class PostgresDatabaseTest {
    private static final Actor TESTER = new Actor("test");

    @TempDir
    Path folder;
    private Database database;

    @BeforeEach
    void open() {
        database = Database.open(TestStore.POSTGRESQL.location(folder), InstantSource.system());
    }

    @AfterEach
    void close() {
        database.close();
    }

    private static void put(Tx tx, String name) {
        tx.sql().insertInto(Setting.TABLE).set(Setting.NAME, name).set(Setting.VALUE, "").execute();
        tx.tell(null, "setting.put", name, null, null);
    }

    @Test
    void commit_isFlushed_whereTheServersDefaultIsNotTo() throws Exception {
        database.close();
        DatabaseLocation.PostgreSql location = (DatabaseLocation.PostgreSql) TestStore.POSTGRESQL
                .location(folder);
        String name = location.url().replaceAll(".*/|\\?.*", "");
        TestStore.server().say("alter database " + name + " set synchronous_commit = off");
        database = Database.open(location, InstantSource.system());
        String setting = database.write(TESTER,
                tx -> String.valueOf(tx.sql().fetchSingle("show synchronous_commit").get(0)));
        assertThat(setting).isEqualTo("on");
    }

    @Test
    void url_withAPassword_isRefused_andNotRepeated() {
        for (String url : List.of("jdbc:postgresql://h/d?user=u&password=s3cret",
                "jdbc:postgresql://h/d?sslpassword=s3cret", "jdbc:mysql://u:s3cret@h/d",
                "jdbc:postgresql://u:s3cret@h/d:x")) {
            assertThatThrownBy(() -> new DatabaseLocation.PostgreSql(url, null)).as(url)
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("expected").hasMessageNotContaining("s3cret");
        }
        assertThat(new DatabaseLocation.PostgreSql("jdbc:postgresql://h/d?user=u", "s3cret"))
                .hasToString("jdbc:postgresql://h/d");
    }

    @Test
    void password_thatIsWrong_isNotInWhatIsThrown() {
        DatabaseLocation.PostgreSql right = (DatabaseLocation.PostgreSql) TestStore.POSTGRESQL
                .location(folder);
        DatabaseLocation wrong = new DatabaseLocation.PostgreSql(right.url(), "wr0ng-secret");
        assertThatThrownBy(() -> Database.open(wrong, InstantSource.system()))
                .hasMessageContaining("authentication")
                .hasStackTraceContaining("authentication").satisfies(thrown -> {
                    java.io.StringWriter trace = new java.io.StringWriter();
                    thrown.printStackTrace(new java.io.PrintWriter(trace));
                    assertThat(trace.toString()).doesNotContain("wr0ng-secret");
                });
    }

    @Test
    void database_thatIsOpen_isNotOpenedByAnother() {
        assertThatThrownBy(
                () -> Database.open(TestStore.POSTGRESQL.location(folder), InstantSource.system()))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("in use by another process");
    }

    @Test
    void connectionThatTheServerEnds_isOpenedAnew_andWhatWasCommittedIsTold() throws Exception {
        List<Event> heard = new ArrayList<>();
        database.listen(heard::add);
        assertThatThrownBy(() -> database.write(TESTER, tx -> {
            put(tx, "a");
            endConnections();
            return "";
        })).isInstanceOf(org.jooq.exception.DataAccessException.class);
        // as if it had been committed just before the connection broke
        try (var connection = TestStore.POSTGRESQL.connect(folder);
                var statement = connection.createStatement()) {
            statement.execute("insert into event (seq, at, actor, kind, subject)"
                    + " values (1, 0, 'test', 'setting.put', 'b')");
            statement.execute("insert into counter (name, value) values ('event', 1)");
        }
        assertThat(heard).isEmpty();
        database.write(TESTER, tx -> {
            put(tx, "c");
            return "";
        });
        assertThat(TestStore.POSTGRESQL.one(folder, "select string_agg(name, ' ') from setting"))
                .isEqualTo("c");
        assertThat(heard).extracting(Event::subject).containsExactly("b", "c");
        assertThat(heard).extracting(Event::seq).containsExactly(1L, 2L);
    }

    private void endConnections() {
        try {
            assertThat(TestStore.POSTGRESQL.one(folder,
                    "select count(pg_terminate_backend(pid)) from pg_stat_activity"
                            + " where datname = current_database() and pid <> pg_backend_pid()"))
                    .isNotEqualTo("0");
        } catch (java.sql.SQLException e) {
            throw new AssertionError(e);
        }
    }
}
