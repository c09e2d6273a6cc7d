package io.cellgate.bench.throughput;

import io.cellgate.bench.carrier.BulkAttach;
import io.cellgate.bench.carrier.BulkAttach.Attached;
import io.cellgate.bench.lab.Lab;
import io.cellgate.bench.lab.Log;
import io.cellgate.bench.load.CpuTime;
import io.cellgate.bench.load.Site;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * Debian's osmo-ggsn, with sessions made by GTPv1, on the gateway's core; it decides nothing on packets. Its library takes
 * 1024 sessions at the most, so it has fewer to find a packet's among.
 */
public final class OsmoGgsn implements Contender {
    static final int MOST_SESSIONS = 1000;

    private final Site site;
    private final Process process;
    private final List<Attached> devices;

    public OsmoGgsn(Lab lab, String name, int sessions) {
        site = new Site(lab, name);
        Path state = lab.folder().resolve(name);
        Path configuration = lab.folder().resolve(name + ".cfg");
        try {
            Files.createDirectories(state);
            Files.writeString(configuration, """
                    log stderr
                    ggsn ggsn0
                     gtp state-dir %1$s
                     gtp bind-ip %2$s
                     apn iot
                      gtpu-mode tun
                      tun-device tun4
                      type-support v4
                      ip prefix dynamic %3$s
                      ip dns 0 192.0.2.53
                      ip ifconfig %3$s
                      no shutdown
                     no shutdown ggsn
                    """.formatted(state, Site.GATEWAY, Site.DEVICES));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Path log = lab.folder().resolve(name + ".log");
        process = lab
                .start(site.gateway.command("taskset", "-c", Integer.toString(Site.GATEWAY_CORE),
                        "osmo-ggsn", "-c", configuration.toString()), log);
        if (!Lab.await(Duration.ofSeconds(10),
                () -> Log.read(log).contains("Successfully started"))) {
            throw new IllegalStateException("osmo-ggsn did not start: " + Log.tail(log, 20));
        }
        devices = new BulkAttach(lab, site.carrier, new BulkAttach.Order(Site.CARRIER,
                Site.GATEWAY, 1, 262_010_000_000_001L,
                Math.min(sessions, MOST_SESSIONS), 1000)).devices();
    }

    @Override
    public String name() {
        return "osmo-ggsn";
    }

    @Override
    public Site site() {
        return site;
    }

    @Override
    public CpuTime threads() {
        return CpuTime.of(process.pid(), name -> true);
    }

    @Override
    public List<ProcessHandle> processes() {
        return List.of(process.toHandle());
    }

    @Override
    public List<Attached> devices() {
        return devices;
    }
}
