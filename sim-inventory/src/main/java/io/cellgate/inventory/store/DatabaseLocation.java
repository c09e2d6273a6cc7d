package io.cellgate.inventory.store;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Properties;
import org.jspecify.annotations.Nullable;
import org.postgresql.Driver;

/** Where the database is. */
public sealed interface DatabaseLocation {
    /** A file of ours, SQLite's; made if absent. */
    record SqliteFile(Path file) implements DatabaseLocation {
        @Override
        public String toString() {
            return file.toString();
        }
    }

    /**
     * A database of a PostgreSQL server, which must be there; its tables are made if absent.
     *
     * @param url      {@code jdbc:postgresql://HOST:PORT/DATABASE?user=…}, without any password
     * @param password null: none, or that of the user's {@code .pgpass}
     */
    record PostgreSql(String url, @Nullable String password) implements DatabaseLocation {
        private static final String EXPECTED = ", expected jdbc:postgresql://HOST:PORT/DATABASE?user=USER";

        /** @throws IllegalArgumentException if the URL is not one, in words that repeat no part that may be secret */
        public PostgreSql {
            Properties parsed = url.startsWith("jdbc:postgresql:")
                    ? Driver.parseURL(url, new Properties())
                    : null;
            if (parsed == null) {
                throw new IllegalArgumentException("got " + shown(url) + EXPECTED);
            }
            // the driver's own reading has the password of ~/.pgpass among what it found
            for (String name : parameters(url)) {
                if (name.toLowerCase(Locale.ROOT).contains("password")) {
                    throw new IllegalArgumentException("got a URL with \"" + name
                            + "\" in it, which every user of this machine may see; expected the "
                            + "password in CELLGATE_DATABASE_PASSWORD or in ~/.pgpass");
                }
            }
        }

        private static List<String> parameters(String url) {
            int query = url.indexOf('?');
            return query < 0
                    ? List.of()
                    : Arrays.stream(url.substring(query + 1).split("&"))
                            .map(each -> URLDecoder.decode(each.split("=", 2)[0],
                                    StandardCharsets.UTF_8))
                            .toList();
        }

        /** A connection past the store, for who copies or examines what is there. */
        public Connection connect() throws SQLException {
            return new PostgresEngine(this).admin().getConnection();
        }

        /** Host and database without user and parameters. */
        @Override
        public String toString() {
            return shown(url);
        }

        private static String shown(String url) {
            String plain = url.replaceFirst("\\?.*", "");
            return plain.contains("@") ? "a URL with user or password before the host" : plain;
        }
    }
}
