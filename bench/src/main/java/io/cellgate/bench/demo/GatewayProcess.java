package io.cellgate.bench.demo;

import io.cellgate.bench.lab.Command;
import io.cellgate.bench.lab.Lab;
import io.cellgate.bench.lab.Log;
import io.cellgate.bench.lab.Namespace;
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
    private static final Duration START_LIMIT = Duration.ofMinutes(2);
    private static final String API = "http://127.0.0.1:8080";

    private final Path log;
    private final Process process;
    private final ControlApi api;

    /**
     * Starts the demo's and waits until it serves.
     *
     * @param cellgate the command, to which {@code run} and its options are added
     */
    public GatewayProcess(Stage stage, Command cellgate) {
        this(stage.lab, stage.gateway, stage.lab.folder().resolve("data"), cellgate,
                List.of("--gtp-address", Stage.GATEWAY, "--pool-ipv4", Stage.DEVICES_IPV4,
                        "--pool-ipv6", Stage.DEVICES_IPV6, "--nat", "--dns-upstream", Stage.DNS));
    }

    /**
     * Starts one and waits until it serves.
     *
     * @param data    its data folder
     * @param options of {@code run}, beside the data folder
     */
    public GatewayProcess(Lab lab, Namespace namespace, Path data, Command cellgate,
            List<String> options) {
        log = lab.folder().resolve(namespace.name() + ".log");
        List<String> words = new ArrayList<>(cellgate.words());
        words.addAll(List.of("run", "--data", data.toString()));
        words.addAll(options);
        process = lab.start(
                new Command(words).behind("ip", "netns", "exec", namespace.name()), log);
        boolean ready = Lab.await(START_LIMIT, () -> !process.isAlive() || isReady(namespace));
        Matcher token = TOKEN.matcher(Log.read(log));
        if (!ready || !process.isAlive()) {
            throw new IllegalStateException(
                    "the gateway did not come to serve; it said:\n" + Log.tail(log, 40));
        }
        api = new ControlApi(namespace, API, token.find() ? token.group(1) : "");
    }

    private static boolean isReady(Namespace namespace) {
        return namespace.command("curl", "-sf", "--max-time", "2", "-o", "/dev/null",
                API + "/readyz").run().ok();
    }

    /** Its API with the operator's bootstrap token, which it tells at its first start on a data folder. */
    public ControlApi api() {
        return api;
    }

    /** Its process id, that of the gateway's Java itself. */
    public long pid() {
        return process.pid();
    }

    /** Ends it. */
    public void stop() {
        Lab.stop(process);
    }

    public Path log() {
        return log;
    }
}
