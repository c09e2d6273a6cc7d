package io.cellgate.dataplane.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cellgate.dataplane.packet.IpAddresses;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is known of two interfaces for programs that forward between them, as it changes; real ones, in a namespace of their own. */
class KernelLinksTest {
    private static final int ATTEMPTS = 500;
    private static final int MTU = 1500;
    private static final int TUNNEL_OCTETS = 36;

    private NetworkNamespace space;
    private NetworkNamespace other;
    private HostInterface access;
    private HostInterface core;

    @BeforeEach
    void make() throws Exception {
        NetworkNamespace.assumePossible("ethtool");
        space = new NetworkNamespace("links");
        other = new NetworkNamespace("others");
        space.join("s8", other, "s8");
        space.join("sgi", other, "eth0");
        space.run("ip", "address", "add", "198.51.100.1/24", "dev", "s8");
        space.run("ip", "address", "add", "192.0.2.1/24", "dev", "sgi");
        try (Arena arena = Arena.ofShared()) {
            access = space.call(() -> HostInterface.find(new LinuxCalls(arena), "s8"));
            core = space.call(() -> HostInterface.find(new LinuxCalls(arena), "sgi"));
        }
    }

    @AfterEach
    void remove() throws Exception {
        if (other != null) {
            other.close();
            space.close();
        }
    }

    private static void await(String what, BooleanSupplier condition) throws Exception {
        for (int i = 0; i < ATTEMPTS && !condition.getAsBoolean(); i++) {
            Thread.sleep(10);
        }
        assertThat(condition.getAsBoolean()).as(what).isTrue();
    }

    private KernelLinks links(KernelTable table, Ebpf.Mode accessMode, Ebpf.Mode coreMode)
            throws Exception {
        return space.call(() -> new KernelLinks(table, new NetdevNetlink(),
                new KernelLinks.Side(access, accessMode), new KernelLinks.Side(core, coreMode)));
    }

    @Test
    void interfaces_takeWhatTheyAreLongFor_whileTheyAreUp_andChangesEndAllFlows()
            throws Exception {
        try (KernelTable table = new KernelTable(1024);
                KernelLinks links = links(table, Ebpf.Mode.NATIVE, Ebpf.Mode.NATIVE)) {
            assertThat(links.longestToCore()).as("its peer takes no such frames").isZero();
            assertThat(links.longestToAccess()).isZero();
            other.run("ethtool", "-K", "s8", "gro", "on");
            other.run("ethtool", "-K", "eth0", "gro", "on");
            await("both", () -> links.longestToCore() == MTU
                    && links.longestToAccess() == MTU - TUNNEL_OCTETS);
            int generation = table.generation();
            space.run("ip", "link", "set", "sgi", "mtu", "1400");
            await("shorter", () -> links.longestToCore() == 1400);
            await("ended", () -> table.generation() > generation);
            space.run("ip", "link", "set", "sgi", "down");
            await("down", () -> links.longestToCore() == 0);
            space.run("ip", "link", "set", "sgi", "name", "renamed");
            space.run("ip", "link", "set", "renamed", "up");
            await("of another name", () -> links.longestToCore() == 1400);
            space.run("ip", "link", "delete", "renamed");
            await("gone", () -> links.longestToCore() == 0);
            assertThat(links.longestToAccess()).isEqualTo(MTU - TUNNEL_OCTETS);
        }
    }

    @Test
    void whatComesByGenericXdp_goesIntoTunnels_notOutOfThem() throws Exception {
        try (KernelTable table = new KernelTable(1024);
                KernelLinks links = links(table, Ebpf.Mode.GENERIC, Ebpf.Mode.GENERIC)) {
            assertThat(links.longestToAccess()).isEqualTo(MTU - TUNNEL_OCTETS);
            assertThat(links.longestToCore()).isZero();
        }
    }

    @Test
    void realTimeKernel_hasNoTable(@TempDir Path folder) throws IOException {
        Path told = folder.resolve("realtime");
        KernelTable.refuseRealTime(told);
        Files.writeString(told, "0\n");
        KernelTable.refuseRealTime(told);
        Files.writeString(told, "1\n");
        assertThatThrownBy(() -> KernelTable.refuseRealTime(told)).isInstanceOf(IOException.class)
                .hasMessageContaining("PREEMPT_RT");
    }

    @Test
    void neighboursThatNobodyAskedFor_endNothing_theOthersDo() throws Exception {
        space.run("ip", "neigh", "add", "192.0.2.7", "lladdr", "02:00:00:00:00:07", "dev", "sgi");
        AtomicInteger wrong = new AtomicInteger();
        try (NextHopWatch watch = space.call(() -> new NextHopWatch(access, core))) {
            watch.whenWrong(wrong::incrementAndGet);
            assertThat(watch.giveOverCore(raw("192.0.2.7"))).isEqualTo(0x02_00_00_00_00_07L);
            assertThat(watch.giveOverCore(raw("192.0.2.8"))).isEqualTo(NextHops.UNKNOWN);
            for (String address : List.of("192.0.2.20", "192.0.2.21", "2001:db8::9")) {
                NextHops before = watch.overCore();
                space.run("ip", "neigh", "add", address, "lladdr", "02:00:00:00:00:20", "dev",
                        "sgi");
                await(address, () -> watch.overCore() != before);
            }
            assertThat(wrong).hasValue(0);
            space.run("ip", "neigh", "add", "192.0.2.8", "lladdr", "02:00:00:00:00:08", "dev",
                    "sgi");
            await("there now", () -> wrong.get() == 1);
            assertThat(watch.giveOverCore(raw("192.0.2.8"))).isEqualTo(0x02_00_00_00_00_08L);
            space.run("ip", "neigh", "replace", "192.0.2.8", "lladdr", "02:00:00:00:00:88", "dev",
                    "sgi");
            await("elsewhere", () -> wrong.get() == 2);
        }
    }

    /** The kernel answers that it cannot, which is not the end of what is asked for next. */
    @Test
    void neighbourThatCannotBeConfirmed_hidesNoRoutes() throws Exception {
        try (Arena arena = Arena.ofShared()) {
            Netlink netlink = space.call(() -> new Netlink(new LinuxCalls(arena), arena));
            try {
                List<NextHops.Route> routes = netlink.routes(core.index());
                assertThat(routes).isNotEmpty();
                netlink.confirm(Integer.MAX_VALUE,
                        new Netlink.Neighbour(InetAddress.ofLiteral("192.0.2.99"), 1, true));
                assertThat(netlink.routes(core.index())).isEqualTo(routes);
                assertThat(netlink.routes(core.index())).isEqualTo(routes);
            } finally {
                netlink.close();
            }
        }
    }

    private static int raw(String address) {
        return (int) IpAddresses.lo(InetAddress.ofLiteral(address));
    }
}
