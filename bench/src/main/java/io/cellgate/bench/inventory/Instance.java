package io.cellgate.bench.inventory;

import io.cellgate.inventory.store.DatabaseLocation;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A {@code cellgate run} of its own process on a data folder, started by the launcher as users start it. */
final class Instance implements AutoCloseable {
    static final String GATEWAY = "127.0.0.2";
    static final String TUN = "cgbench0";
    private static final String LISTENS = "listens at ";
    private static final String TOKEN = "shown this once: ";

    private final Process process;
    private final String uri;
    /** The operator's token, where this start made it; else empty. */
    private final String token;

    private Instance(Process process, String uri, String token) {
        this.process = process;
        this.uri = uri;
        this.token = token;
    }

    /**
     * Starts it and waits until it serves.
     *
     * @param database null: in the folder
     * @param gateway  whether it takes traffic, at {@link #GATEWAY}
     * @param prefix   words in front of the command, such as taskset's
     */
    static Instance start(Path folder, DatabaseLocation.@Nullable PostgreSql database,
            boolean gateway, String... prefix) throws IOException {
        List<String> words = new ArrayList<>(List.of(prefix));
        words.addAll(List.of(System.getProperty("cellgate.launcher", "./cellgate"), "run", "--data",
                folder.resolve("data").toString(), "--api-port", "0"));
        if (database != null) {
            words.addAll(List.of("--database", database.url()));
        }
        words.addAll(gateway
                ? List.of("--gtp-address", GATEWAY, "--tun", TUN, "--pool-ipv4", "10.199.0.0/16",
                        "--pool-ipv6", "none", "--dns-upstream", "127.0.0.1")
                : List.of("--no-gateway"));
        ProcessBuilder builder = new ProcessBuilder(words)
                .redirectError(folder.resolve("gateway.log").toFile());
        if (database != null && database.password() != null) {
            builder.environment().put("CELLGATE_DATABASE_PASSWORD", database.password());
        }
        Process process = builder.start();
        Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
        BufferedReader out = process.inputReader();
        String uri = "";
        String token = "";
        for (String line = out.readLine(); line != null; line = out.readLine()) {
            if (line.contains(LISTENS)) {
                uri = line.substring(line.indexOf(LISTENS) + LISTENS.length());
            } else if (line.contains(TOKEN)) {
                token = line.substring(line.indexOf(TOKEN) + TOKEN.length());
            } else if (line.contains("gateway")) {
                return new Instance(process, uri, token);
            }
        }
        throw new IOException("cellgate did not start: "
                + Files.readString(folder.resolve("gateway.log")));
    }

    String uri() {
        return uri;
    }

    String token() {
        return token;
    }

    /** Ends it at once, as a failure of power would. */
    @Override
    public void close() throws IOException {
        process.destroyForcibly();
        try {
            if (!process.waitFor(20, TimeUnit.SECONDS)) {
                throw new IOException("the gateway does not end");
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IOException(interrupted);
        }
    }
}
