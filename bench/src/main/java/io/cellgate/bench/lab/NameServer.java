package io.cellgate.bench.lab;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * unbound inside a namespace, answering from data given to it. Its query log shows which questions came through.
 */
public final class NameServer {
    private final Path log;

    /**
     * Starts it and waits until it answers.
     *
     * @param addresses where it listens, port 53
     * @param records   names to the addresses that they have, A or AAAA by their form
     */
    public NameServer(Lab lab, Namespace namespace, List<String> addresses,
            Map<String, List<String>> records) {
        Path folder = lab.folder().resolve("dns");
        log = folder.resolve("unbound.log");
        StringBuilder text = new StringBuilder("""
                server:
                  do-daemonize: no
                  username: ""
                  chroot: ""
                  directory: "%s"
                  pidfile: ""
                  use-syslog: no
                  logfile: ""
                  log-queries: yes
                  num-threads: 1
                  module-config: "iterator"
                  access-control: 0.0.0.0/0 allow
                  access-control: ::/0 allow
                  local-zone: "." static
                """.formatted(folder));
        addresses.forEach(address -> text.append("  interface: ").append(address).append('\n'));
        records.forEach((name, values) -> values.forEach(value -> text
                .append("  local-data: \"%s. 60 IN %s %s\"\n".formatted(name,
                        value.contains(":") ? "AAAA" : "A", value))));
        text.append("remote-control:\n  control-enable: no\n");
        try {
            Files.createDirectories(folder);
            Files.writeString(folder.resolve("unbound.conf"), text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Process process = lab.start(namespace.command("unbound", "-d", "-p", "-c",
                folder.resolve("unbound.conf").toString()), log);
        if (!Lab.await(Duration.ofSeconds(10),
                () -> !process.isAlive() || Log.read(log).contains("start of service"))
                || !process.isAlive()) {
            throw new IllegalStateException("unbound did not start: " + Log.read(log));
        }
    }

    /** Whether a question for this name arrived. */
    public boolean wasAsked(String name) {
        return Log.read(log).contains(" " + name + ". ");
    }
}
