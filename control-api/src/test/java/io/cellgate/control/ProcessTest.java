package io.cellgate.control;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Queue;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The command as it is run: a process of its own, stopped by signals. */
class ProcessTest {
    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path folder;

    @Test
    void sigterm_stopsCleanly() throws Exception {
        try (RunningProcess run = RunningProcess.start(folder, "")) {
            assertThat(run.token()).startsWith("cg_");
            run.process().destroy();
            assertThat(run.process().waitFor(20, TimeUnit.SECONDS)).isTrue();
            assertThat(run.process().exitValue()).isZero();
        }
        assertThat(Files.readString(folder.resolve("err.log"))).doesNotContain("cg_")
                .doesNotContain("Exception");
    }

    @Test
    void killedDuringImports_losesNothingThatWasAcknowledged() throws Exception {
        long seed = Long.getLong("seed", System.nanoTime());
        Random random = new Random(seed);
        int lines = 30_000;
        StringBuilder file = new StringBuilder();
        for (int i = 0; i < lines; i++) {
            file.append("{\"iccid\":\"").append(TestSims.iccid(i)).append("\",\"imsi\":\"")
                    .append(TestSims.imsi(i)).append("\"}\n");
        }
        String token;
        String batch;
        try (RunningProcess run = RunningProcess.start(folder, "")) {
            token = run.token();
            String product = run.post("/v1/products",
                    "{\"name\":\"card\",\"kind\":\"card\",\"unit_price\":1,\"currency\":\"EUR\"}")
                    .getString("id");
            batch = run.post("/v1/batches",
                    "{\"name\":\"b\",\"product\":\"" + product + "\"}").getString("id");
            run.process().destroyForcibly().waitFor();
        }
        Queue<String> acknowledged = new ConcurrentLinkedQueue<>();
        for (int round = 0; round < 3; round++) {
            try (RunningProcess run = RunningProcess.start(folder, token)) {
                importUntil(run, batch, file.toString(), acknowledged,
                        acknowledged.size() + 1 + random.nextInt(6000));
                run.process().destroyForcibly().waitFor();
            }
        }
        try (RunningProcess run = RunningProcess.start(folder, token)) {
            long stored = run.get("/v1/batches/" + batch).getLong("sims");
            assertThat(stored).as("seed %d", seed).isGreaterThanOrEqualTo(
                    acknowledged.stream().distinct().count());
            assertThat(inventory(run)).as("seed %d", seed).containsAll(acknowledged);
            JsonObject report = run.post("/v1/batches/" + batch + "/imports", file.toString(),
                    "application/x-ndjson");
            assertThat(report.getLong("unchanged")).as("seed %d", seed).isEqualTo(stored);
            assertThat(report.getLong("imported") + stored).as("seed %d", seed).isEqualTo(lines);
        }
    }

    /** All SIMs that are in the state inventory. */
    private static Set<String> inventory(RunningProcess run) throws Exception {
        Set<String> iccids = new HashSet<>();
        String first = "/v1/sims?state=inventory&limit=1000";
        String after = "";
        while (after != null) {
            JsonObject page = run.get(first + after);
            page.getJsonArray("items")
                    .forEach(sim -> iccids.add(((JsonObject) sim).getString("iccid")));
            String next = page.getString("next");
            after = next == null
                    ? null
                    : "&after=" + URLEncoder.encode(next, StandardCharsets.UTF_8);
        }
        return iccids;
    }

    /** Sends the file and reads the answer at the same time, as lines become durable. */
    private static void importUntil(RunningProcess run, String batch, String file,
            Queue<String> acknowledged, int enough) throws InterruptedException {
        Vertx vertx = Vertx.vertx();
        try {
            HttpClient client = vertx.createHttpClient();
            StringBuilder pending = new StringBuilder();
            var _ = client
                    .request(new io.vertx.core.http.RequestOptions().setMethod(HttpMethod.POST)
                            .setAbsoluteURI(
                                    run.uri() + "/v1/batches/" + batch + "/imports?report=lines")
                            .putHeader("Authorization", "Bearer " + run.token())
                            .putHeader("Content-Type", "application/x-ndjson"))
                    .compose(request -> request.send(Buffer.buffer(file)))
                    .onSuccess(answer -> answer.handler(part -> {
                        pending.append(part);
                        for (int end = pending.indexOf("\n"); end >= 0; end = pending
                                .indexOf("\n")) {
                            JsonObject line = new JsonObject(pending.substring(0, end));
                            pending.delete(0, end + 1);
                            if ("imported".equals(line.getString("verdict"))) {
                                acknowledged.add(line.getString("iccid"));
                            }
                        }
                    }));
            long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
            while (acknowledged.size() < enough && System.nanoTime() < deadline) {
                Thread.sleep(1);
            }
        } finally {
            run.process().destroyForcibly().waitFor();
            vertx.close().toCompletionStage().toCompletableFuture().join();
        }
    }

    @Test
    void wrongOptions_areToldInOneLine() throws IOException {
        assertThat(told("run", "--api-address", "0.0.0.0")).startsWith("2 cellgate: API address");
        assertThat(told("run", "--api-port", "many")).startsWith("2 Invalid value");
        assertThat(told("run", "--gtp-address", "gateway.example"))
                .startsWith("2 cellgate: --gtp-address");
        assertThat(told("run", "--pool-ipv4", "none", "--pool-ipv6", "none"))
                .startsWith("2 cellgate: got neither");
        assertThat(told("run", "--dns-upstream", "192.0.2.1:99999"))
                .startsWith("2 cellgate: --dns-upstream");
        assertThat(told("run", "--tun", "a name that is too long")).startsWith("2 cellgate: --tun");
        assertThat(told("run", "--gtp-n3", "0")).startsWith(
                "2 cellgate: --gtp-n3: got 0, expected 1 to 10 requests");
        assertThat(told("run", "--gtp-t3", "61")).startsWith("2 cellgate: --gtp-t3: got 61,");
        assertThat(told("run", "--gtp-echo-interval", "59"))
                .startsWith("2 cellgate: --gtp-echo-interval: got 59, expected 60 to");
        assertThat(told("run", "--worker-cores", "1-"))
                .startsWith("2 cellgate: --worker-cores: got \"1-\"");
        assertThat(told("run", "--workers", "2", "--worker-cores", "1"))
                .startsWith("2 cellgate: --worker-cores: got 1 core for 2 workers");
        assertThat(told("run", "--worker-cores", "9999"))
                .startsWith("2 cellgate: --worker-cores: got core 9999, expected one of");
        assertThat(told("fly")).startsWith("2 ");
        Path config = folder.resolve("cellgate.conf");
        Files.writeString(config, "api-prot = 8080\n");
        assertThat(told("run", "--config", config.toString())).startsWith("2 ")
                .contains("\"api-prot\"");
        Files.writeString(config, "api-address = 192.0.2.1\n");
        assertThat(told("run", "--config", config.toString())).startsWith("2 ")
                .contains("192.0.2.1");
        assertThat(told("run", "--config", "/nowhere.conf")).startsWith("2 ").contains("exists");
    }

    private static String told(String... arguments) {
        StringWriter err = new StringWriter();
        int status = Main.execute(arguments, new PrintWriter(new StringWriter()),
                new PrintWriter(err, true));
        return status + " " + err;
    }
}
