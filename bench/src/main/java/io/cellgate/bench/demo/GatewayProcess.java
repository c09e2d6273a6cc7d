package io.cellgate.bench.demo;

import io.cellgate.bench.lab.Command;
import io.cellgate.bench.lab.Lab;
import io.cellgate.bench.lab.Log;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The gateway under test: {@code cellgate run} in its namespace. */
public final class GatewayProcess {
    private static final Pattern TOKEN = Pattern
            .compile("operator's token, shown this once: (\\S+)");
    private static final Duration START_LIMIT = Duration.ofSeconds(40);
    private static final String API = "http://127.0.0.1:8080";

    private final Path log;
    private final ControlApi api;

    /**
     * Starts it and waits until it serves.
     *
     * @param cellgate the command, to which {@code run} and its options are added
     */
    public GatewayProcess(Stage stage, Command cellgate) {
        log = stage.lab.folder().resolve("gateway.log");
        List<String> words = new ArrayList<>(cellgate.words());
        words.addAll(List.of("run", "--data", stage.lab.folder().resolve("data").toString(),
                "--gtp-address", Stage.GATEWAY, "--pool-ipv4", Stage.DEVICES_IPV4, "--pool-ipv6",
                Stage.DEVICES_IPV6, "--nat", "--dns-upstream", Stage.DNS));
        Process process = stage.lab.start(
                new Command(words).behind("ip", "netns", "exec", stage.gateway.name()), log);
        boolean ready = Lab.await(START_LIMIT, () -> !process.isAlive() || isReady(stage));
        Matcher token = TOKEN.matcher(Log.read(log));
        if (!ready || !process.isAlive() || !token.find()) {
            throw new IllegalStateException(
                    "the gateway did not come to serve; it said:\n" + Log.tail(log, 40));
        }
        api = new ControlApi(stage.gateway, API, token.group(1));
    }

    private static boolean isReady(Stage stage) {
        return stage.gateway.command("curl", "-sf", "--max-time", "2", "-o", "/dev/null",
                API + "/readyz").run().ok();
    }

    /** Its API with the operator's bootstrap token. */
    public ControlApi api() {
        return api;
    }

    public Path log() {
        return log;
    }
}
