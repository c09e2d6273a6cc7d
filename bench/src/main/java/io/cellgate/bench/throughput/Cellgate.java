package io.cellgate.bench.throughput;

import io.cellgate.bench.carrier.BulkAttach;
import io.cellgate.bench.carrier.BulkAttach.Attached;
import io.cellgate.bench.demo.GatewayProcess;
import io.cellgate.bench.lab.JavaProgram;
import io.cellgate.bench.lab.Lab;
import io.cellgate.bench.load.CpuTime;
import io.cellgate.bench.load.Site;
import java.util.ArrayList;
import java.util.List;

/**
 * Our gateway, the process that {@code cellgate run} starts, on one packet I/O backend: SIMs in its store, sessions made by
 * GTPv2, a policy of 100 rules on each. The worker has the gateway's core to itself, the other threads are beside the generator; several workers share
 * both cores with all others.
 */
public final class Cellgate implements Contender {
    private static final int ATTACHES_PER_SECOND = 1900;

    private final String name;
    private final Site site;
    private final List<Attached> devices;
    private final GatewayProcess process;
    private final List<String> pollingThreads;

    /**
     * @param key      letters and digits, once in a lab
     * @param backend  as {@code --io} takes it
     * @param byKernel whether the kernel may forward decided flows by itself, as it does unless told otherwise; all that it does
     *                 for a packet is then on the gateway's core
     */
    Cellgate(Lab lab, Store store, String key, String backend, boolean byKernel, int workers,
            int sessions) {
        name = "cellgate " + backend
                + (backend.equals("xdp") && !byKernel ? ", all by the worker" : "")
                + (workers > 1 ? ", " + workers + " workers" : "");
        site = new Site(lab, key);
        if (byKernel) {
            site.takeRedirected();
        }
        pollingThreads = byKernel ? site.pollOnGatewayCore() : List.of();
        List<String> all = new ArrayList<>(List.of("--gtp-address", Site.GATEWAY, "--pool-ipv4",
                Site.DEVICES, "--pool-ipv6", "none", "--dns-upstream", Site.SERVER, "--io", backend,
                "--core-interface", Site.SGI_INTERFACE, "--mtu",
                Integer.toString(Site.TUNNEL_MTU)));
        // a flood leaves no room for answers: none is waited for
        all.addAll(List.of("--gtp-echo-interval", "86400"));
        if (!byKernel) {
            all.addAll(List.of("--kernel-flows", "0"));
        }
        all.addAll(workers > 1
                ? List.of("--workers", Integer.toString(workers))
                : List.of("--worker-cores", Integer.toString(Site.GATEWAY_CORE)));
        process = new GatewayProcess(lab, site.gateway,
                store.copy(lab.folder().resolve("data-" + key)),
                JavaProgram.of("io.cellgate.control.Main").behind("taskset", "-c",
                        Site.ALL_CORES),
                all);
        devices = new BulkAttach(lab, site.carrier, new BulkAttach.Order(Site.CARRIER,
                Site.GATEWAY, 2, Store.FIRST_IMSI, sessions, ATTACHES_PER_SECOND)).devices();
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public Site site() {
        return site;
    }

    @Override
    public CpuTime threads() {
        return CpuTime.ofWorkers(process.pid()).and(CpuTime.ofProcesses(pollingThreads));
    }

    @Override
    public List<ProcessHandle> processes() {
        return List.of(ProcessHandle.of(process.pid()).orElseThrow());
    }

    public GatewayProcess process() {
        return process;
    }

    @Override
    public List<Attached> devices() {
        return devices;
    }
}
