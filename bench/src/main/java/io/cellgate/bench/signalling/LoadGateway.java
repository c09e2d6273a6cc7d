package io.cellgate.bench.signalling;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.cellgate.bench.lab.Command;
import io.cellgate.bench.lab.JavaProgram;
import io.cellgate.bench.lab.Log;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** {@code cellgate run} as a process of its own on one core, and what is read of it from outside. */
final class LoadGateway implements AutoCloseable {
    private static final int API_PORT = 18_080;
    private static final Duration START_LIMIT = Duration.ofSeconds(60);
    /** With which a million sessions fit into 4 GB, what is beside the heap included. */
    private static final String HEAP = "3300m";
    private static final int MILLIS_PER_JIFFY = 10;
    private static final Pattern HISTOGRAM_LINE = Pattern
            .compile("(?m)^ *\\d+: +\\d+ +(\\d+) +(\\S+)");
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Pattern TOKEN = Pattern
            .compile("operator's token, shown this once: (\\S+)");

    private final Process process;
    private final HttpClient http;
    private String token = "";
    private String carrier = "";

    private LoadGateway(Process process) {
        this.process = process;
        http = HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build();
    }

    static LoadGateway start(Path data) throws IOException, InterruptedException {
        List<String> words = new ArrayList<>(JavaProgram
                .of("io.cellgate.control.Main", "run", "--data", data.toString(), "--api-port",
                        Integer.toString(API_PORT), "--gtp-address", SignallingBenchMain.GATEWAY,
                        "--pool-ipv4", "10.0.0.0/8", "--pool-ipv6", "none", "--tun", "cgbench0",
                        "--dns-upstream", SignallingBenchMain.SERVER)
                .words());
        words.add(1, "-Xmx" + HEAP);
        Path log = data.resolveSibling("gateway.log");
        LoadGateway gateway = new LoadGateway(new ProcessBuilder(new Command(words)
                .behind("taskset", "-c", SignallingBenchMain.GATEWAY_CORE).words())
                .redirectErrorStream(true).redirectOutput(log.toFile()).start());
        long deadline = System.nanoTime() + START_LIMIT.toNanos();
        while (!gateway.isReady()) {
            if (!gateway.process.isAlive() || System.nanoTime() > deadline) {
                gateway.process.destroyForcibly();
                throw new IOException("the gateway did not come to serve: " + Log.tail(log, 40));
            }
            Thread.sleep(200);
        }
        Matcher shown = TOKEN.matcher(Log.read(log));
        if (shown.find()) {
            gateway.token = shown.group(1);
        }
        return gateway;
    }

    private boolean isReady() throws InterruptedException {
        try {
            return http.send(request("/readyz"), HttpResponse.BodyHandlers.discarding())
                    .statusCode() == 200;
        } catch (IOException notYet) {
            return false;
        }
    }

    private HttpRequest request(String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + API_PORT + path))
                .header("Authorization", "Bearer " + token).timeout(Duration.ofSeconds(20))
                .build();
    }

    /** Sessions that a peer has, as the API shows. */
    int sessionsOf(InetAddress peer) throws IOException, InterruptedException {
        if (carrier.isEmpty()) {
            carrier = get("/v1/carriers").path("items").path(0).path("id").asText();
        }
        for (JsonNode each : get("/v1/carriers/" + carrier + "/peers").path("items")) {
            if (each.path("address").asText().equals(peer.getHostAddress())) {
                return each.path("sessions").asInt();
            }
        }
        throw new IOException("the API shows no peer " + peer.getHostAddress());
    }

    private JsonNode get(String path) throws IOException, InterruptedException {
        HttpResponse<String> answer = http.send(request(path),
                HttpResponse.BodyHandlers.ofString());
        if (answer.statusCode() != 200) {
            throw new IOException("got status " + answer.statusCode() + " for " + path
                    + ", expected 200: " + answer.body());
        }
        return JSON.readTree(answer.body());
    }

    /** Lines of its logs that found no room. */
    long lostLogLines() throws IOException, InterruptedException {
        return metric("cellgate_log_lost_total\\{log=\"signalling\"\\}");
    }

    private long metric(String name) throws IOException, InterruptedException {
        HttpResponse<String> answer = http.send(request("/metrics"),
                HttpResponse.BodyHandlers.ofString());
        Matcher line = Pattern.compile(name + " (\\S+)").matcher(answer.body());
        if (answer.statusCode() != 200 || !line.find()) {
            throw new IOException("got status " + answer.statusCode()
                    + " for the metrics, expected 200 and among them " + name);
        }
        return (long) Double.parseDouble(line.group(1));
    }

    /** Octets of its live objects by class: it collects garbage for this, and stands still meanwhile. */
    Map<String, Long> liveOctets() {
        String histogram = Command.of(
                Path.of(System.getProperty("java.home"), "bin", "jcmd").toString(),
                Long.toString(process.pid()), "GC.class_histogram").mustRun();
        Map<String, Long> octets = new TreeMap<>();
        Matcher line = HISTOGRAM_LINE.matcher(histogram);
        while (line.find()) {
            // what the collector fills gaps with is no object
            if (!line.group(2).contains("FillerElement")) {
                long _ = octets.merge(line.group(2), Long.parseLong(line.group(1)), Long::sum);
            }
        }
        return octets;
    }

    /** Octets that it has in memory, as the kernel counts. */
    long residentOctets() throws IOException {
        for (String line : Files.readAllLines(Path.of("/proc/" + process.pid() + "/status"))) {
            if (line.startsWith("VmRSS:")) {
                return 1024 * Long.parseLong(line.replaceAll("\\D", ""));
            }
        }
        throw new IOException("the gateway's status has no VmRSS");
    }

    /** Processor time of its threads until now, those of a name together. */
    Map<String, Long> cpuMillis() throws IOException {
        Map<String, Long> all = new TreeMap<>();
        try (Stream<Path> threads = Files.list(Path.of("/proc/" + process.pid() + "/task"))) {
            for (Path thread : threads.toList()) {
                String stat = Files.readString(thread.resolve("stat"));
                int nameEnds = stat.lastIndexOf(')');
                String name = stat.substring(stat.indexOf('(') + 1, nameEnds)
                        .replaceAll("[-#0-9 ]+$", "");
                String[] fields = stat.substring(nameEnds + 2).split(" ", -1);
                long _ = all.merge(name, MILLIS_PER_JIFFY
                        * (Long.parseLong(fields[11]) + Long.parseLong(fields[12])), Long::sum);
            }
        }
        return all;
    }

    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(20, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        http.close();
    }
}
