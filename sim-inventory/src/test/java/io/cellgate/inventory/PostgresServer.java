package io.cellgate.inventory;

import io.cellgate.inventory.store.DatabaseLocation;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A PostgreSQL server of this process alone, on a port of the loopback address, with a password, and by default with a
 * collation that does not order as SQLite does. PostgreSQL refuses to run as root: it is then the user
 * {@code postgres}'s. It ends with this process, however that ends: its parent, a shell, waits for the end of its input.
 */
public final class PostgresServer implements AutoCloseable {
    public static final String USER = "cellgate";
    public static final String PASSWORD = "p4ssw0rd-of-the-tests";
    private static final String LAUNCH = """
            set -e
            folder=$1 bin=$2 port=$3 fsync=$4
            printf '%s\\n' "$5" >"$folder/password"
            "$bin/initdb" -D "$folder/data" -U "$6" --pwfile="$folder/password" --auth=scram-sha-256 \\
                --encoding=UTF8 --locale=C.UTF-8 --locale-provider=icu --icu-locale=en --no-sync >"$folder/log" 2>&1
            "$bin/postgres" -D "$folder/data" -c listen_addresses=127.0.0.1 -c port="$port" \\
                -c unix_socket_directories= -c fsync="$fsync" -c max_connections=60 -c shared_buffers=256MB \\
                -c max_wal_size=4GB >>"$folder/log" 2>&1 &
            pid=$!
            read -r _ || true
            kill -QUIT $pid
            wait $pid || true
            """;

    private final Path folder;
    private final int port;
    private final Process shell;

    private PostgresServer(Path folder, int port, Process shell) {
        this.folder = folder;
        this.port = port;
        this.shell = shell;
    }

    /** The folder of initdb and postgres, or null where they are not installed. */
    public static @Nullable Path programs() {
        List<Path> folders = new ArrayList<>();
        for (String each : System.getenv().getOrDefault("PATH", "").split(File.pathSeparator)) {
            folders.add(Path.of(each));
        }
        Path debian = Path.of("/usr/lib/postgresql");
        if (Files.isDirectory(debian)) {
            try (Stream<Path> versions = Files.list(debian)) {
                versions.sorted(Comparator.reverseOrder()).map(each -> each.resolve("bin"))
                        .forEach(folders::add);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return folders.stream().filter(each -> Stream.of("initdb", "postgres", "pg_dump")
                .allMatch(program -> Files.isExecutable(each.resolve(program)))).findFirst()
                .orElse(null);
    }

    /**
     * Starts a server. Its port is one that was free; where another process took it since, that is, where another server answers
     * there or this one says so, on the next.
     *
     * @param durable whether a commit reaches the disk, as in production; a test of this process alone need not wait for it
     */
    public static PostgresServer start(boolean durable) throws IOException {
        BindException taken = null;
        for (int attempt = 0; attempt < 5; attempt++) {
            try {
                return startOnce(durable);
            } catch (BindException again) {
                taken = again;
            }
        }
        throw new IOException("each port that was free had been taken when it was to be used",
                taken);
    }

    private static PostgresServer startOnce(boolean durable) throws IOException {
        Path programs = programs();
        if (programs == null) {
            throw new IOException("missing: initdb and postgres (Debian's postgresql)");
        }
        Path folder = Files.createTempDirectory("cellgate-postgres");
        int port;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        List<String> command = new ArrayList<>();
        if ("root".equals(System.getProperty("user.name"))) {
            Files.setOwner(folder, folder.getFileSystem().getUserPrincipalLookupService()
                    .lookupPrincipalByName("postgres"));
            command.addAll(List.of("runuser", "-u", "postgres", "--"));
        }
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx------"));
        command.addAll(List.of("sh", "-c", LAUNCH, "sh", folder.toString(), programs.toString(),
                Integer.toString(port), durable ? "on" : "off", PASSWORD, USER));
        Process shell = new ProcessBuilder(command).directory(new File("/"))
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD).start();
        PostgresServer server = new PostgresServer(folder, port, shell);
        server.awaitReady();
        return server;
    }

    private void awaitReady() throws IOException {
        long deadlineNanos = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (true) {
            try (Connection connection = connect("postgres");
                    Statement statement = connection.createStatement();
                    ResultSet answer = statement.executeQuery("show data_directory")) {
                if (answer.next() && Path.of(answer.getString(1)).startsWith(folder)) {
                    return;
                }
                close();
                throw new BindException("port " + port + " is another PostgreSQL's");
            } catch (SQLException notYet) {
                String log = log();
                if (log.contains("could not bind")) {
                    close();
                    throw new BindException(log);
                }
                if (!shell.isAlive() || System.nanoTime() - deadlineNanos > 0) {
                    close();
                    throw new IOException("PostgreSQL did not start: " + log, notYet);
                }
                pause();
            }
        }
    }

    private String log() throws IOException {
        Path file = folder.resolve("log");
        return Files.exists(file) ? Files.readString(file) : "";
    }

    private static void pause() {
        try {
            Thread.sleep(50);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(interrupted);
        }
    }

    public DatabaseLocation.PostgreSql location(String database) {
        return new DatabaseLocation.PostgreSql(url(database) + "?user=" + USER, PASSWORD);
    }

    private String url(String database) {
        return "jdbc:postgresql://127.0.0.1:" + port + "/" + database;
    }

    public Connection connect(String database) throws SQLException {
        Properties properties = new Properties();
        properties.setProperty("user", USER);
        properties.setProperty("password", PASSWORD);
        return DriverManager.getConnection(url(database), properties);
    }

    /** Says one statement to the server, not within a database of a test. */
    public void say(String statement) {
        try (Connection connection = connect("postgres");
                Statement said = connection.createStatement()) {
            said.execute(statement);
        } catch (SQLException e) {
            throw new AssertionError(statement, e);
        }
    }

    /** All that a database holds, as its owner's backup has it. */
    public byte[] dump(String database) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(programs() + "/pg_dump", "-h", "127.0.0.1",
                "-p", Integer.toString(port), "-U", USER, database)
                .redirectError(ProcessBuilder.Redirect.INHERIT);
        builder.environment().put("PGPASSWORD", PASSWORD);
        return builder.start().getInputStream().readAllBytes();
    }

    @Override
    public void close() {
        try {
            shell.getOutputStream().close();
            if (!shell.waitFor(20, TimeUnit.SECONDS)) {
                shell.destroyForcibly();
            }
            try (Stream<Path> files = Files.walk(folder)) {
                for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.deleteIfExists(file);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
