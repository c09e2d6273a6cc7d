package io.cellgate.dns;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.xbill.DNS.Message;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Section;
import org.xbill.DNS.SimpleResolver;
import org.xbill.DNS.Type;

/** The forwarder against a real resolver: Unbound with local zones, on loopback. */
class DnsForwarderUnboundTest {
    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path folder;
    @SuppressWarnings("NullAway.Init")
    private Process unbound;
    @SuppressWarnings("NullAway.Init")
    private DnsForwarder forwarder;

    @BeforeEach
    void start() throws Exception {
        Captures.require("unbound");
        int port;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        StringBuilder large = new StringBuilder();
        for (int i = 0; i < 100; i++) {
            large.append("  local-data: \"large.test. 120 IN AAAA 2001:db8::").append(i + 1)
                    .append("\"\n");
        }
        Path config = Files.writeString(folder.resolve("unbound.conf"), """
                server:
                  interface: 127.0.0.1
                  port: %d
                  do-daemonize: no
                  username: ""
                  chroot: ""
                  directory: "%s"
                  pidfile: ""
                  use-syslog: no
                  logfile: "%s/log"
                  do-not-query-localhost: no
                  module-config: "iterator"
                  local-zone: "test." static
                  local-data: "test. 900 IN SOA ns.test. root.test. 1 2 3 4 45"
                  local-data: "www.test. 120 IN A 192.0.2.10"
                  local-data: "www.test. 120 IN AAAA 2001:db8::10"
                  local-data: "txt.test. 120 IN TXT hello"
                %s""".formatted(port, folder, folder, large));
        unbound = new ProcessBuilder(program(), "-d", "-c", config.toString())
                .redirectErrorStream(true).redirectOutput(folder.resolve("out").toFile()).start();
        InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
        awaitAnswer(address);
        forwarder = new DnsForwarder(ForwarderConfig.of(List.of(address)));
    }

    private static String program() {
        return Files.isExecutable(Path.of("/usr/sbin/unbound")) ? "/usr/sbin/unbound" : "unbound";
    }

    private void awaitAnswer(InetSocketAddress address) throws Exception {
        SimpleResolver probe = new SimpleResolver(address);
        probe.setTimeout(java.time.Duration.ofMillis(300));
        for (int i = 0; i < 50; i++) {
            try {
                if (probe.send(Queries.message("www.test", Type.A)).getRcode() == Rcode.NOERROR) {
                    return;
                }
            } catch (IOException notYet) {
                Thread.sleep(100);
            }
        }
        throw new IllegalStateException(
                "unbound does not answer: " + Files.readString(folder.resolve("out")));
    }

    @AfterEach
    void stop() throws InterruptedException {
        if (forwarder != null) {
            forwarder.close();
        }
        if (unbound != null) {
            unbound.destroy();
            assertThat(unbound.waitFor(10, TimeUnit.SECONDS)).isTrue();
        }
    }

    private DnsAnswer ask(byte[] query) throws Exception {
        CompletableFuture<DnsAnswer> answer = new CompletableFuture<>();
        assertThat(forwarder.resolve(query, 7, answer::complete)).isTrue();
        return answer.get(10, TimeUnit.SECONDS);
    }

    @Test
    void addresses_ofBothFamilies_areResolved() throws Exception {
        assertThat(ask(Queries.a("www.test")).addresses())
                .containsExactly(new DnsAnswer.Address(0, 0xffff_c000_020aL, 120));
        assertThat(ask(Queries.message("www.test", Type.AAAA).toWire()).addresses())
                .containsExactly(new DnsAnswer.Address(0x2001_0db8_0000_0000L, 0x10, 120));
        assertThat(forwarder.counters().caseMismatches()).as("Unbound repeats the letters' case")
                .isZero();
    }

    @Test
    void answerTooLargeForUdp_isFetchedByTcp() throws Exception {
        assertThat(ask(Queries.withEdns("large.test", Type.AAAA, 1232)).addresses()).hasSize(100);
    }

    @Test
    void otherTypes_arePassedOn_andBindNothing() throws Exception {
        DnsAnswer answer = ask(Queries.message("txt.test", Type.TXT).toWire());
        assertThat(new Message(answer.reply()).getSection(Section.ANSWER)).singleElement()
                .extracting(r -> r.rdataToString()).isEqualTo("\"hello\"");
        assertThat(answer.addresses()).isEmpty();
    }

    @Test
    void nameThatDoesNotExist_isSo() throws Exception {
        DnsAnswer answer = ask(Queries.a("none.test"));
        assertThat(answer.outcome()).isEqualTo(DnsAnswer.Outcome.NEGATIVE);
        assertThat(new Message(answer.reply()).getRcode()).isEqualTo(Rcode.NXDOMAIN);
    }

    @Test
    void typeThatDoesNotExist_hasNoRecords() throws Exception {
        DnsAnswer answer = ask(Queries.message("www.test", Type.MX).toWire());
        assertThat(answer.outcome()).isEqualTo(DnsAnswer.Outcome.NEGATIVE);
        assertThat(new Message(answer.reply()).getRcode()).isEqualTo(Rcode.NOERROR);
    }
}
