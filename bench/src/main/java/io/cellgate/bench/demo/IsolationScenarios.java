package io.cellgate.bench.demo;

import io.cellgate.bench.demo.Cast.Equipment;
import io.cellgate.bench.lab.Command;
import io.cellgate.bench.lab.Lab;
import io.cellgate.bench.lab.PacketCounter;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** What a captured device or a stranger tries, and that nothing of it arrives. */
final class IsolationScenarios {
    private static final int SCANNED_PORTS = 400;

    private IsolationScenarios() {}

    static List<Scenario> all() {
        return List.of(
                new Scenario("port-scan",
                        "a captured meter scans " + SCANNED_PORTS + " ports of " + Stage.NAMELESS,
                        "blocked:network/default", IsolationScenarios::portScan),
                new Scenario("device-to-device", "a meter connects to its neighbour",
                        "blocked:network/default", IsolationScenarios::deviceToDevice),
                new Scenario("inbound", "a host on the internet connects to a meter",
                        "dropped:inbound_unsolicited", IsolationScenarios::inbound),
                new Scenario("spoofed-source", "a meter sends under its neighbour's address",
                        "dropped:source_spoofed", IsolationScenarios::spoofedSource));
    }

    private static Outcome portScan(Cast cast) {
        Equipment meter = cast.attached("meter");
        PacketCounter arrived = new PacketCounter(cast.stage.internet, "scan",
                "ip daddr " + Stage.NAMELESS + " tcp flags syn");
        Instant since = Cast.now();
        Command.Result scan = meter.namespace().command("nmap", "-n", "-Pn", "-sT", "-T5",
                "--max-retries", "0", "-p", "1-" + SCANNED_PORTS, "-oG", "-", Stage.NAMELESS)
                .run();
        boolean open = scan.out().contains("/open/");
        String decided = Cast.decision(cast.record("flows", meter.card(), since,
                flow -> flow.path("remote").asText().contains(Stage.NAMELESS)
                        && Cast.blocked(flow)));
        return Outcome.of(
                open || arrived.packets() > 0 ? "reached" : decided,
                "device:  nmap found " + (open ? "open ports" : "no open port"),
                "server:  %d connection attempts arrived".formatted(arrived.packets()),
                "gateway: " + decided);
    }

    private static Outcome deviceToDevice(Cast cast) {
        Equipment meter = cast.attached("meter");
        Equipment neighbour = cast.attached("neighbour");
        PacketCounter arrived = new PacketCounter(neighbour.namespace(), "fromdevice",
                "tcp dport 8080");
        Process listener = cast.stage.lab.start(neighbour.namespace().command("ncat", "-l", "8080"),
                cast.stage.lab.folder().resolve("listener.log"));
        Instant since = Cast.now();
        Command.Result connect = meter.namespace()
                .command("ncat", "-z", "-w", "2", neighbour.ipv4(), "8080").run();
        Lab.stop(listener);
        String decided = Cast.decision(cast.record("flows", meter.card(), since,
                flow -> flow.path("remote").asText().equals(neighbour.ipv4() + ":8080")));
        return Outcome.of(connect.ok() || arrived.packets() > 0 ? "reached" : decided,
                "device:  " + (connect.ok() ? "connected" : "no answer"),
                "neighbour: %d packets arrived".formatted(arrived.packets()),
                "gateway: " + decided);
    }

    private static Outcome inbound(Cast cast) {
        Equipment meter = cast.attached("meter");
        PacketCounter arrived = new PacketCounter(meter.namespace(), "frominternet",
                "tcp dport 2000");
        Process listener = cast.stage.lab.start(meter.namespace().command("ncat", "-l", "2000"),
                cast.stage.lab.folder().resolve("listener.log"));
        long before = cast.drops("inbound_unsolicited");
        Command.Result connect = cast.stage.internet
                .command("ncat", "-z", "-w", "2", meter.ipv4(), "2000").run();
        Lab.stop(listener);
        return dropped(cast, "inbound_unsolicited", before, connect.ok(), arrived, "meter");
    }

    private static Outcome spoofedSource(Cast cast) {
        Equipment meter = cast.attached("meter");
        Equipment neighbour = cast.attached("neighbour");
        PacketCounter arrived = new PacketCounter(cast.stage.internet, "spoofed",
                "icmp type echo-request ip daddr " + Stage.WEB);
        long before = cast.drops("source_spoofed");
        meter.namespace().ip("address add " + neighbour.ipv4() + "/32 dev cell0");
        Command.Result ping = meter.namespace().command("ping", "-c", "3", "-i", "0.2", "-W", "1",
                "-I", neighbour.ipv4(), Stage.WEB).run();
        meter.namespace().ip("address del " + neighbour.ipv4() + "/32 dev cell0");
        return dropped(cast, "source_spoofed", before, ping.ok(), arrived, "server");
    }

    private static Outcome dropped(Cast cast, String reason, long before, boolean reached,
            PacketCounter arrived, String receiver) {
        Lab.await(Duration.ofSeconds(2), () -> cast.drops(reason) > before);
        long drops = cast.drops(reason) - before;
        String got = reached || arrived.packets() > 0
                ? "reached"
                : drops > 0 ? "dropped:" + reason : "lost-without-a-reason";
        return Outcome.of(got, "sender:  " + (reached ? "was answered" : "no answer"),
                "%s: %d packets arrived".formatted(receiver, arrived.packets()),
                "gateway: dropped %d packets as %s".formatted(drops, reason));
    }
}
