package io.cellgate.bench.throughput;

import io.cellgate.bench.carrier.BulkAttach.Attached;
import io.cellgate.bench.lab.Lab;
import io.cellgate.bench.load.CpuTime;
import io.cellgate.bench.load.FrameSchedule;
import io.cellgate.bench.load.Site;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;

/**
 * The kernel's IP forwarding of the same packets without a tunnel: what a router does, with no decision on them. All of it,
 * receiving included, is on the gateway's core: its interfaces are polled by kernel threads that are bound to it.
 */
public final class KernelForwarding implements Contender {
    private static final int FIRST_HOST = 2;

    private final Site site;
    private final List<Attached> devices = new ArrayList<>();
    private final List<String> pollingThreads;

    public KernelForwarding(Lab lab, String name, int sessions) {
        site = new Site(lab, name);
        site.gateway.ip("route add " + Site.DEVICES + " via " + Site.CARRIER);
        for (int i = 0; i < sessions; i++) {
            int host = FIRST_HOST + i;
            try {
                devices.add(new Attached(0, InetAddress.getByAddress(
                        new byte[]{10, 45, (byte) (host >> 8), (byte) host})));
            } catch (UnknownHostException e) {
                throw new IllegalStateException(e);
            }
        }
        pollingThreads = site.pollOnGatewayCore();
    }

    @Override
    public String name() {
        return "kernel ip_forward";
    }

    @Override
    public Site site() {
        return site;
    }

    @Override
    public CpuTime threads() {
        return CpuTime.ofProcesses(pollingThreads);
    }

    @Override
    public List<ProcessHandle> processes() {
        return List.of();
    }

    @Override
    public FrameSchedule uplink(FrameSchedule.Traffic traffic) {
        return FrameSchedule.plainUplink(site.access(), devices, Site.server(), traffic);
    }

    @Override
    public List<Attached> devices() {
        return devices;
    }
}
