package io.cellgate.bench.carrier;

import io.cellgate.bench.lab.Command;
import io.cellgate.bench.lab.JavaProgram;
import io.cellgate.bench.lab.Lab;
import io.cellgate.bench.lab.Log;
import io.cellgate.bench.lab.Namespace;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Devices attached by the thousand: a running {@link BulkAttachMain} in its namespace. */
public final class BulkAttach {
    private final List<Attached> devices = new ArrayList<>();

    /** What the gateway gave a device. */
    public record Attached(int gatewayTeid, InetAddress address) {}

    /** Whom to attach where. */
    public record Order(String self, String gateway, int gtpVersion, long firstImsi, int count,
            int perSecond) {}

    /** Attaches them all, or fails. */
    public BulkAttach(Lab lab, Namespace namespace, Order order) {
        Path log = lab.folder().resolve(namespace.name() + "-attach.log");
        Command java = JavaProgram.of(BulkAttachMain.class, order.self, order.gateway,
                Integer.toString(order.gtpVersion), Long.toString(order.firstImsi),
                Integer.toString(order.count), Integer.toString(order.perSecond));
        Process process = lab.startDialogue(
                java.behind("ip", "netns", "exec", namespace.name()), log);
        try {
            BufferedReader answers = process.inputReader();
            String line = answers.readLine();
            while (line != null && !line.equals("attached")) {
                String[] words = line.split(" ", 2);
                if (words[0].equals("error")) {
                    throw new IllegalStateException("attaching: " + words[1]);
                }
                devices.add(new Attached(Integer.parseUnsignedInt(words[0]),
                        InetAddress.ofLiteral(words[1])));
                line = answers.readLine();
            }
            if (line == null) {
                throw new IllegalStateException("attaching ended early: " + Log.read(log));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** In the order of their IMSIs. */
    public List<Attached> devices() {
        return List.copyOf(devices);
    }
}
