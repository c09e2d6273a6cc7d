package io.cellgate.bench.lab;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * Records the GTP signalling on an interface, GTP-C and what is not a G-PDU of GTP-U, and lets tshark judge it: an
 * implementation of the standards that nobody here wrote.
 */
public final class GtpCapture {
    // the second octet of the GTP header is the message type, 255 is a G-PDU
    private static final String SIGNALLING = "udp port 2123 or (udp port 2152 and udp[9:1] != 255)";

    private final Path file;
    private final Process process;

    /** Begins to record. */
    public GtpCapture(Lab lab, Namespace namespace, String interfaceName) {
        file = lab.folder().resolve("signalling.pcapng");
        Path log = lab.folder().resolve("dumpcap.log");
        process = lab.start(namespace.command("dumpcap", "-q", "-i", interfaceName, "-f",
                SIGNALLING, "-w", file.toString()), log);
        if (!Lab.await(Duration.ofSeconds(10),
                () -> Files.exists(file) || !process.isAlive()) || !process.isAlive()) {
            throw new IllegalStateException("dumpcap did not start: " + Log.read(log));
        }
    }

    /** What tshark read of the messages from an address. */
    public record Judgement(int messages, List<String> faults) {}

    /** Ends the recording. */
    public void stop() {
        // dumpcap writes what it has seen with some delay
        Lab.pause(Duration.ofMillis(500));
        Lab.stop(process);
    }

    /** Judges the recorded messages that came from this address: faults are those malformed or with an expert mark. */
    public Judgement judge(String source) {
        String ofSource = "(gtp || gtpv2) && "
                + (source.contains(":") ? "ipv6.src == " : "ip.src == ") + source;
        int messages = lines(ofSource).size();
        return new Judgement(messages,
                lines(ofSource + " && (_ws.malformed || _ws.expert)"));
    }

    private List<String> lines(String filter) {
        return Command.of("tshark", "-n", "-r", file.toString(), "-Y", filter, "-T", "fields",
                "-e", "frame.number", "-e", "_ws.col.Info", "-e", "_ws.expert.message").mustRun()
                .lines().toList();
    }
}
