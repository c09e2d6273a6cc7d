package io.cellgate.control;

import io.cellgate.dataplane.gtpc.BearerQos;
import io.cellgate.dataplane.gtpc.FTeid;
import io.cellgate.dataplane.gtpc.Gtp2Encoder;
import io.cellgate.dataplane.gtpc.Gtp2Type;
import io.cellgate.dataplane.gtpc.PdnAddress;
import io.cellgate.inventory.Inventory;
import io.cellgate.policy.subject.Imsi;
import io.cellgate.policy.subject.Plmn;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.PipedReader;
import java.io.PipedWriter;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * A run of the gateway that goes through a first start, a usual one, commands from a batch of SIMs to an active one, and its
 * attach, and ends by itself. What Java loads and links for these it can keep for later starts ({@code -XX:AOTCacheOutput}):
 * the launcher has it rehearse once for each build.
 */
final class Rehearsal {
    private static final String CARRIER = "127.0.0.1";
    private static final String GATEWAY = "127.0.0.2";
    private static final int GTP_C_PORT = 2123;
    private static final int PATIENCE_MILLIS = 10_000;
    private static final String LISTENS = "listens at ";
    private static final String TOKEN = "shown this once: ";
    private static final String IMSI = "262990000000001";
    private static final String SIMS = "iccid,imsi\n8949010000000000016," + IMSI + "\n";

    private final Path folder;
    private final boolean gateway;

    private Rehearsal(Path folder, boolean gateway) {
        this.folder = folder;
        this.gateway = gateway;
    }

    /**
     * Arguments: an empty folder, and {@code gateway}, or {@code api} where a TUN device and GTP-C's port cannot be had. The exit
     * status is 0 where all went well.
     */
    static void main(String[] arguments) throws IOException {
        new Rehearsal(Path.of(arguments[0]), arguments[1].equals("gateway")).run();
    }

    private void run() throws IOException {
        Inventory.open(folder.resolve("data"), InstantSource.system()).close();
        PipedReader said = new PipedReader();
        PrintWriter out = new PrintWriter(new PipedWriter(said), true);
        Thread.ofPlatform().name("rehearsal").start(() -> {
            try {
                walk(new BufferedReader(said));
            } catch (IOException | RuntimeException failed) {
                failed.printStackTrace();
                // whoever asks a gateway to stop is told that it did
                Runtime.getRuntime().halt(1);
            }
            System.exit(0);
        });
        List<String> words = Stream.concat(
                Stream.of("run", "--data", folder.resolve("data").toString(), "--api-port", "0"),
                gateway
                        ? Stream.of("--gtp-address", GATEWAY, "--dns-upstream", CARRIER)
                        : Stream.of("--no-gateway"))
                .toList();
        System.exit(Main.execute(words.toArray(String[]::new), out, new PrintWriter(System.err,
                true, StandardCharsets.UTF_8)));
    }

    /** From a carrier to a device that is attached, with the command line. */
    private void walk(BufferedReader said) throws IOException {
        String url = after(LISTENS, said);
        Commands cellgate = new Commands(Map.of("CELLGATE_URL", url, "CELLGATE_TOKEN",
                after(TOKEN, said), "HOME", folder.toString()));
        String carrier = cellgate.run("carriers create --name c --home-plmns 26299 -o id");
        cellgate.run("carriers peers create " + carrier + " --address " + CARRIER);
        String product = cellgate
                .run("products create --name p --kind card --unit-price 1 --currency EUR -o id");
        String batch = cellgate.run("batches create --name b --product " + product + " -o id");
        Path sims = Files.writeString(folder.resolve("sims.csv"), SIMS);
        cellgate.run("batches import " + batch + " " + sims);
        String account = cellgate.run("accounts create --name a -o id");
        String order = cellgate.run("orders create --account " + account + " --product " + product
                + " --quantity 1 --ship-to x -o id");
        cellgate.run("orders confirm " + order);
        cellgate.run("orders advance " + order + " --to kitting");
        cellgate.run("orders advance " + order + " --to shipped");
        cellgate.run("orders receive " + order);
        String iccid = cellgate.run("sims list --limit 1 -o id");
        cellgate.run("sims activate " + iccid);
        if (gateway) {
            attach();
            String sessions = cellgate.run("sessions list -o json");
            if (!sessions.contains(IMSI)) {
                throw new IllegalStateException(
                        "got the sessions " + sessions + ", expected one of " + IMSI);
            }
        }
        cellgate.run("sims suspend " + iccid);
    }

    private static String after(String words, BufferedReader said) throws IOException {
        for (String line = said.readLine(); line != null; line = said.readLine()) {
            int at = line.indexOf(words);
            if (at >= 0) {
                return line.substring(at + words.length());
            }
        }
        throw new IOException("the gateway did not say \"" + words + "\"");
    }

    /** Create Session Request, TS 29.274 §7.2.1, as an SGW's; returns when it was answered. */
    private static void attach() throws IOException {
        InetAddress self = InetAddress.ofLiteral(CARRIER);
        byte[] request = Gtp2Encoder.withTeid(Gtp2Type.CREATE_SESSION_REQUEST, 0, 1)
                .imsi(new Imsi(IMSI)).servingNetwork(Plmn.parse("26299")).ratType(6)
                .fTeid(0, FTeid.of(FTeid.S5_S8_SGW_GTP_C, 1, self)).apn("iot")
                .pdnType(PdnAddress.IPV4)
                .bearerContext(bearer -> bearer.ebi(0, 5)
                        .fTeid(2, FTeid.of(FTeid.S5_S8_SGW_GTP_U, 2, self))
                        .bearerQos(BearerQos.BEST_EFFORT))
                .recovery(1).toDatagram();
        try (DatagramSocket sgw = new DatagramSocket(new InetSocketAddress(self, GTP_C_PORT))) {
            sgw.setSoTimeout(PATIENCE_MILLIS);
            sgw.send(new DatagramPacket(request, request.length,
                    new InetSocketAddress(GATEWAY, GTP_C_PORT)));
            sgw.receive(new DatagramPacket(new byte[4096], 4096));
        }
    }

    /** The command line in this process. */
    private record Commands(Map<String, String> environment) {
        /** What the command answers; it must do what it is asked. */
        String run(String words) {
            StringWriter out = new StringWriter();
            StringWriter err = new StringWriter();
            int status = Main.execute(words.split(" "), environment, new PrintWriter(out, true),
                    new PrintWriter(err, true));
            if (status != 0) {
                throw new IllegalStateException(
                        "cellgate " + words + ": got exit status " + status + ": " + err);
            }
            return out.toString().strip();
        }
    }
}
