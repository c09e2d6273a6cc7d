package io.cellgate.bench.signalling;

import io.cellgate.bench.lab.Command;
import io.cellgate.bench.lab.JavaProgram;
import io.cellgate.bench.lab.Lab;
import io.cellgate.bench.lab.Log;
import io.cellgate.bench.lab.Namespace;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * How many attaches a second a gateway takes, how long it takes for one, how much memory a session needs, and how soon a
 * restarted peer's sessions are gone while others' traffic goes on. Prints a table and, as its last line, the figures.
 *
 * <p>The gateway is {@code cellgate run}, a process of its own, all of whose threads share core 0; its store has as many
 * SIMs as sessions and more. What loads it is {@link SignallingLoad} on core 1: eleven SGWs with UDP sockets, and a
 * server that user packets go to. All is in two network namespaces, which go with the run.
 *
 * <p>{@code bench/run signalling [SESSIONS]}; a million takes about eight minutes and needs root.
 */
public final class SignallingBenchMain {
    static final String GATEWAY = "127.77.0.1";
    static final String SERVER = "192.0.2.2";
    static final int SERVER_PORT = 7;
    static final int PEERS = 10;
    static final int CHURNING = 20_000;
    /** Devices of one more peer, whose packets flow all the time. */
    static final int TALKING = 50;
    static final long FIRST_IMSI = 262_011_000_000_000L;
    static final String GATEWAY_CORE = "0";
    private static final String LOAD_CORE = "1";

    private SignallingBenchMain() {}

    public static void main(String[] arguments)
            throws IOException, SQLException, InterruptedException {
        int sessions = arguments.length == 0 ? 1_000_000 : Integer.parseInt(arguments[0]);
        if (Runtime.getRuntime().availableProcessors() < 2) {
            System.err.println("got one processor, expected two: one for the gateway alone");
            System.exit(2);
        }
        Lab.removeLeftovers().forEach(name -> System.err.println("removed " + name));
        try (Lab lab = new Lab()) {
            Runtime.getRuntime().addShutdownHook(new Thread(lab::close));
            System.exit(run(lab, sessions));
        }
    }

    private static int run(Lab lab, int sessions)
            throws IOException, SQLException, InterruptedException {
        Namespace core = lab.namespace("core");
        Namespace internet = lab.namespace("net");
        lab.join(core, "net0", List.of("192.0.2.1/24"), internet, "core0",
                List.of(SERVER + "/24"));
        core.sysctl("net.ipv4.ip_forward", 1);
        internet.ip("route add 10.0.0.0/8 via 192.0.2.1");
        Path serverLog = lab.folder().resolve("echo.log");
        Process _ = lab.start(pinned(internet, JavaProgram.of(EchoServerMain.class, SERVER,
                Integer.toString(SERVER_PORT))), serverLog);
        int sims = sessions + CHURNING + TALKING;
        System.err.println(sims + " SIMs into the store ...");
        Path data = Files.createDirectory(lab.folder().resolve("data"));
        LoadInventory.make(data, peers(), FIRST_IMSI, sims);
        if (!Lab.await(Duration.ofSeconds(10), () -> Log.read(serverLog).contains("ready"))) {
            throw new IOException("the echo server did not start: " + Log.read(serverLog));
        }
        Process load = new ProcessBuilder(pinned(core, JavaProgram.of(SignallingLoad.class,
                data.toString(), Integer.toString(sessions))).words()).inheritIO().start();
        try {
            return load.waitFor();
        } finally {
            load.destroyForcibly();
        }
    }

    private static Command pinned(Namespace place, Command program) {
        return program.behind("ip", "netns", "exec", place.name(), "taskset", "-c", LOAD_CORE);
    }

    /** The SGWs' addresses; the last one's devices are those that talk. */
    static List<InetAddress> peers() {
        List<InetAddress> addresses = new ArrayList<>();
        for (int i = 0; i <= PEERS; i++) {
            addresses.add(InetAddress.ofLiteral("127.77.1." + (i + 1)));
        }
        return addresses;
    }
}
