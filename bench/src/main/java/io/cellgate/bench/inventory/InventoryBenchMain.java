package io.cellgate.bench.inventory;

import io.cellgate.bench.lab.Command;
import io.cellgate.inventory.Fixture;
import io.cellgate.inventory.PostgresServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.concurrent.CompletableFuture;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Measures the inventory through the API of processes of their own, as a customer and a carrier see it, and prints as its
 * last line the figures as {@code key=value}. Needs root (a TUN device), wrk and PostgreSQL. Argument: how many SIMs, a
 * million where it is missing.
 */
public final class InventoryBenchMain {
    private static final int STARTS = 5;
    private static final int SUSPENSIONS = 200;
    private static final Pattern REQUESTS = Pattern.compile("Requests/sec:\\s+([0-9.]+)");

    private InventoryBenchMain() {}

    public static void main(String[] arguments) throws IOException {
        int sims = arguments.length == 0 ? 1_000_000 : Integer.parseInt(arguments[0]);
        Path folder = Files.createTempDirectory("cellgate-bench-inventory");
        try {
            run(folder, sims);
        } finally {
            try (Stream<Path> files = Files.walk(folder)) {
                for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.deleteIfExists(file);
                }
            }
        }
    }

    private static void run(Path folder, int sims) throws IOException {
        Path file = Stock.file(folder, sims);
        double postgres = importIntoPostgres(folder, file, sims);
        System.out.printf(Locale.ROOT, "import of %d SIMs, PostgreSQL: %.1f s%n", sims, postgres);

        double[] sqlite = new double[1];
        double listP99;
        Stock stock;
        String token;
        try (Instance instance = Instance.start(folder, null, false);
                Api api = new Api(instance.uri(), instance.token())) {
            token = instance.token();
            stock = Stock.imported(api, file, sims, sqlite);
            System.out.printf(Locale.ROOT, "import of %d SIMs, SQLite: %.1f s%n", sims, sqlite[0]);
            long begun = System.nanoTime();
            stock.deliver(api, sims);
            System.out.printf(Locale.ROOT, "five orders delivered, some SIMs activated: %.1f s%n",
                    (System.nanoTime() - begun) / 1e9);
            listP99 = ListBenchmark.run(api, stock);
            LiveBenchmark.register(api);
        }
        double reads = reads(folder, sims, token);
        System.out.printf(Locale.ROOT, "reads of one SIM, process on one core: %.0f a second%n",
                reads);
        double start = start(folder, stock);
        double suspendP99 = suspend(folder, stock, token);
        System.out.printf(Locale.ROOT,
                "import_s_sqlite=%.1f import_s_postgres=%.1f list_p99_ms=%.1f reads_per_s=%.0f"
                        + " suspend_p99_ms=%.1f start_s=%.2f%n",
                sqlite[0], postgres, listP99, reads, suspendP99, start);
    }

    private static double importIntoPostgres(Path folder, Path file, int sims)
            throws IOException {
        double[] seconds = new double[1];
        Path data = Files.createDirectory(folder.resolve("postgres"));
        try (PostgresServer server = PostgresServer.start(true)) {
            server.say(
                    "create database inventory locale_provider libc locale 'C' template template0");
            try (Instance instance = Instance.start(data, server.location("inventory"), false);
                    Api api = new Api(instance.uri(), instance.token())) {
                Stock _ = Stock.imported(api, file, sims, seconds);
            }
        }
        return seconds[0];
    }

    /** Reads of random SIMs, each with its token judged, over 32 connections from the other core. */
    private static double reads(Path folder, int sims, String token) throws IOException {
        StringBuilder script = new StringBuilder("local paths = {\n");
        for (int i = 0; i < 1000; i++) {
            script.append("\"/v1/sims/").append(Fixture.iccid((long) i * sims / 1000))
                    .append("\",\n");
        }
        script.append("}\nlocal n = 0\nfunction request()\n  n = n % #paths + 1\n"
                + "  return wrk.format(nil, paths[n])\nend\n");
        Path lua = Files.writeString(folder.resolve("reads.lua"), script.toString());
        try (Instance instance = Instance.start(folder, null, false, "taskset", "-c", "0")) {
            double best = 0;
            for (int round = 0; round < 3; round++) {
                String said = Command.of("taskset", "-c", "1", "wrk", "-t", "1", "-c", "32", "-d",
                        "8s", "-H", "Authorization: Bearer " + token, "-s", lua.toString(),
                        instance.uri()).mustRun();
                if (said.contains("Non-2xx")) {
                    throw new IOException(said);
                }
                Matcher figure = REQUESTS.matcher(said);
                if (!figure.find()) {
                    throw new IOException(said);
                }
                best = Math.max(best, Double.parseDouble(figure.group(1)));
            }
            return best;
        }
    }

    /** From the process's start until a device was let in; the median of some. */
    private static double start(Path folder, Stock stock) throws IOException {
        String imsi = Fixture.imsi(Long.parseLong(stock.active.getFirst().substring(6, 18)));
        long[] nanos = new long[STARTS];
        for (int i = 0; i < STARTS; i++) {
            try (LiveBenchmark live = new LiveBenchmark()) {
                long begun = System.nanoTime();
                CompletableFuture<Long> attached = CompletableFuture.supplyAsync(() -> {
                    live.attachAsSoonAsItAnswers(imsi);
                    return System.nanoTime() - begun;
                });
                try (Instance _ = Instance.start(folder, null, true)) {
                    nanos[i] = attached.join();
                }
            }
            System.out.printf(Locale.ROOT, "start %d: %.2f s to the first attach%n", i + 1,
                    nanos[i] / 1e9);
        }
        return new Durations(nanos).millis(0.5) / 1e3;
    }

    private static double suspend(Path folder, Stock stock, String token) throws IOException {
        try (LiveBenchmark live = new LiveBenchmark();
                Instance instance = Instance.start(folder, null, true);
                Api api = new Api(instance.uri(), token)) {
            int first = Math.min(SUSPENSIONS, stock.active.size() / 2);
            String what = "suspension to the last packet";
            print(what + ", of a process just started",
                    live.suspend(api, stock.active.subList(0, first)));
            Durations times = live.suspend(api, stock.active.subList(first,
                    Math.min(first + SUSPENSIONS, stock.active.size())));
            print(what, times);
            return times.millis(0.99);
        }
    }

    private static void print(String what, Durations times) {
        System.out.printf(Locale.ROOT, "%s: p50 %.1f ms, p99 %.1f ms, max %.1f ms%n", what,
                times.millis(0.5), times.millis(0.99), times.millis(1));
    }
}
