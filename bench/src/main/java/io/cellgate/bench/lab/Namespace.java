package io.cellgate.bench.lab;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** A network namespace that {@code ip netns} knows, with its own resolv.conf (ip-netns(8)). */
public record Namespace(String name) {
    static final Path CONFIGURATION = Path.of("/etc/netns");

    /** A command that will run inside. */
    public Command command(String... words) {
        return Command.of(words).behind("ip", "netns", "exec", name);
    }

    /** Runs a command inside; anything but success is an exception. */
    public String must(String... words) {
        return command(words).mustRun();
    }

    /** Runs {@code ip} on this namespace; anything but success is an exception. */
    public String ip(String arguments) {
        return Command.of(arguments.split(" ", -1)).behind("ip", "-n", name).mustRun();
    }

    public void sysctl(String key, int value) {
        must("sysctl", "-q", "-w", key + "=" + value);
    }

    /** Names the DNS servers that programs inside will ask. */
    public void resolvers(List<String> servers) {
        try {
            Path file = CONFIGURATION.resolve(name).resolve("resolv.conf");
            Files.createDirectories(file.getParent());
            StringBuilder text = new StringBuilder("options timeout:1 attempts:2\n");
            servers.forEach(server -> text.append("nameserver ").append(server).append('\n'));
            Files.writeString(file, text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public String toString() {
        return name;
    }
}
