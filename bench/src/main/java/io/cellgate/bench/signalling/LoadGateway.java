package io.cellgate.bench.signalling;

import io.cellgate.bench.lab.Command;
import io.cellgate.bench.lab.JavaProgram;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** {@code cellgate run} as a process of its own on one core, and what is read of it from outside. */
final class LoadGateway implements AutoCloseable {
    private static final int API_PORT = 18_080;
    private static final long START_SECONDS = 60;

    private final Process process;
    private final HttpClient http = HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5))
            .build();

    private LoadGateway(Process process) {
        this.process = process;
    }

    static LoadGateway start(Path folder, String address, String heap, String core)
            throws IOException, InterruptedException {
        List<String> words = new ArrayList<>(
                JavaProgram
                        .of("io.cellgate.control.Main", "run", "--data", folder.toString(),
                                "--api-port", Integer.toString(API_PORT), "--gtp-address", address,
                                "--pool-ipv4", "10.0.0.0/8", "--pool-ipv6", "none", "--tun",
                                "cgbench0", "--dns-upstream", "127.0.0.1")
                        .words());
        words.addAll(1, List.of("-Xmx" + heap, "-XX:+UseSerialGC"));
        Path log = folder.resolve("gateway.log");
        Process process = new ProcessBuilder(
                new Command(words).behind("taskset", "-c", core).words()).redirectErrorStream(true)
                .redirectOutput(log.toFile()).start();
        LoadGateway gateway = new LoadGateway(process);
        long deadline = System.nanoTime() + Duration.ofSeconds(START_SECONDS).toNanos();
        while (!gateway.isReady()) {
            if (!process.isAlive() || System.nanoTime() > deadline) {
                process.destroyForcibly();
                throw new IOException(
                        "the gateway did not come to serve: " + Files.readString(log));
            }
            Thread.sleep(200);
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

    private static HttpRequest request(String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + API_PORT + path))
                .timeout(Duration.ofSeconds(20)).build();
    }

    /** Sessions that it has ended since it started, by its own count. */
    long ended() throws IOException, InterruptedException {
        String metrics = http.send(request("/metrics"), HttpResponse.BodyHandlers.ofString())
                .body();
        Matcher line = Pattern
                .compile("cellgate_signalling_sessions_total\\{reason=\"ended\"\\} (\\S+)")
                .matcher(metrics);
        return line.find() ? (long) Double.parseDouble(line.group(1)) : 0;
    }

    /** Octets of live objects in its heap: it collects garbage for this, and stands still meanwhile. */
    long liveOctets() throws IOException {
        String jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd").toString();
        String histogram = text(new ProcessBuilder(jcmd, Long.toString(process.pid()),
                "GC.class_histogram").start());
        Matcher total = Pattern.compile("Total\\s+\\d+\\s+(\\d+)").matcher(histogram);
        if (!total.find()) {
            throw new IOException("jcmd said: " + histogram);
        }
        return Long.parseLong(total.group(1));
    }

    private static String text(Process program) throws IOException {
        try (var out = program.getInputStream()) {
            return new String(out.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    /** The classes with the most octets, for the table. */
    List<String> largest(int count) throws IOException {
        String jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd").toString();
        return text(new ProcessBuilder(jcmd, Long.toString(process.pid()), "GC.class_histogram")
                .start()).lines().skip(2).limit(count).toList();
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
