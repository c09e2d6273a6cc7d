package io.cellgate.dataplane.io;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

/** From when to when the kernel forwards a flow's packets: what a worker gives, renews, reviews, takes back and ends. */
class KernelFlowsTest extends ForwardingPrograms {
    @Test
    void flowThatWasTakenBack_isAWorkersFromThenOn() throws IOException {
        int entry = give(UDP);
        byte[] up = fromCarrier(udp(true, 10, 64));
        assertSent(access, up, toCore(udp(true, 10, 63)));
        flows.end(entry);
        flows.settle();
        assertLeft("ended", access, up);
        assertThat(KernelFlows.packets(flows.takeUp(entry))).isEqualTo(1);
        flows.free(entry);
        assertThat(flows.size()).isZero();
        assertLeft("freed", access, up);

        int again = give(UDP);
        assertThat(flows.begin(System.nanoTime())).isFalse();
        flows.endAll();
        assertLeft("all ended, and not yet seen", access, up);
        assertThat(flows.begin(System.nanoTime())).isTrue();
        assertThat(flows.counts(again)).isFalse();
        assertLeft("all ended", access, up);
        assertLeft("all ended", core, fromCore(udp(false, 10, 64)));

        ways.peerMac = REMOTE_MAC;
        assertThat(flows.renew(again, raw(REMOTE), TEID, REMOTE_TEID + 1, raw(PEER), TUNNEL_MTU))
                .isTrue();
        assertSent(access, up, toCore(udp(true, 10, 63)));
        ways.remoteMac = NextHops.UNKNOWN;
        ways.peerMac = NextHops.UNKNOWN;
        flows.endAll();
        assertThat(flows.begin(System.nanoTime())).isTrue();
        assertThat(flows.renew(again, raw(REMOTE), TEID, REMOTE_TEID, raw(PEER), TUNNEL_MTU))
                .as("there is no way").isFalse();
        assertLeft("no way", access, up);
    }

    /** The generation is read before what is decided: what was ended between must not come to count. */
    @Test
    void flowGivenByADecisionFromBeforeAllWereEnded_doesNotCount() throws IOException {
        flows.begin(System.nanoTime());
        flows.endAll();
        int _ = give(UDP);
        assertLeft("late", access, fromCarrier(udp(true, 10, 64)));
    }

    @Test
    void flowsThatAreReviewed_areForwardedMeanwhile_andAreEndedWhereNobodyDoes() throws Exception {
        int entry = give(UDP);
        byte[] up = fromCarrier(udp(true, 10, 64));
        AtomicInteger woken = new AtomicInteger();
        flows.wakeBy(woken::incrementAndGet);
        Thread review = Thread.ofPlatform().start(flows.reviewer());
        while (flows.reviewDue() == 0) {
            Thread.onSpinWait();
        }
        assertSent(access, up, toCore(udp(true, 10, 63)));
        assertThat(review.isAlive()).isTrue();
        flows.reviewed(flows.reviewDue());
        review.join();
        assertThat(woken).hasValue(1);
        assertThat(flows.reviewDue()).isZero();
        assertThat(flows.counts(entry)).isTrue();
        assertSent(access, up, toCore(udp(true, 10, 63)));

        flows.reviewer().run();
        assertLeft("not reviewed", access, up);
        assertThat(flows.reviewDue()).as("still").isNotZero();
        flows.leave();
        flows.reviewer().run();
        assertThat(flows.begin(System.nanoTime())).isTrue();
        assertThat(flows.begin(System.nanoTime())).as("who has left keeps nobody").isFalse();
    }

    /** A process that was stopped suspends nobody, so that nothing may pass by what it decided. */
    @Test
    void flowsOfWorkersThatAreNotSeenAnyMore_areNotForwarded() throws IOException {
        try (KernelTable stopped = new KernelTable(1024)) {
            Frame.Tunnel local = Frame.Tunnel.at(new InetSocketAddress(inet(LOCAL), 2152),
                    ACCESS_MAC);
            int program = ebpf.load(XdpFilter.access(
                    List.of(new InetSocketAddress(inet(LOCAL), 2152)),
                    new KernelForwarding(stopped, local, 1, 1, CORE_MAC, false),
                    ebpf.socketMap(1), 1));
            KernelFlows its = new KernelFlows(stopped, 0, 1, ways);
            its.begin(System.nanoTime() - 6_000_000_000L);
            int _ = its.put(FLOW, raw(DEVICE), DEVICE_PORT, raw(REMOTE), REMOTE_PORT, UDP, TEID,
                    REMOTE_TEID, raw(PEER), TUNNEL_MTU);
            byte[] up = fromCarrier(udp(true, 10, 64));
            assertLeft("nobody is at work", program, up);
            its.begin(System.nanoTime());
            assertSent(program, up, toCore(udp(true, 10, 63)));
        }
    }

    @Test
    void moreFlowsThanThereIsRoomFor_areRefused_andEachIsForwardedUntilItIsFreed()
            throws IOException {
        int given = 0;
        int refused = 0;
        for (int port = 1; port <= 3000; port++) {
            int entry = flows.put(port, raw(DEVICE), port, raw(REMOTE), REMOTE_PORT, UDP, TEID,
                    REMOTE_TEID, raw(PEER), TUNNEL_MTU);
            if (entry == KernelFlows.NONE) {
                refused++;
            } else {
                given++;
                assertThat(flows.find(port, raw(DEVICE), port, raw(REMOTE), REMOTE_PORT, UDP))
                        .isEqualTo(entry);
            }
        }
        assertThat(refused).isPositive();
        assertThat(given).isBetween(500, 1024 + KernelTable.WAYS).isEqualTo(flows.size());
        for (int i = flows.size() - 1; i >= 0; i -= 2) {
            takeBack(flows.entry(i));
        }
        for (int i = 0; i < flows.size(); i++) {
            short port = (short) flows.flow(flows.entry(i));
            assertSent(access, changed(fromCarrier(udp(true, 10, 64)),
                    f -> f.putShort(INNER_AT + 20, port)),
                    changed(toCore(udp(true, 10, 63)), f -> f.putShort(OUTER_AT + 20, port)));
        }
        while (flows.size() > 0) {
            takeBack(flows.entry(flows.size() / 2));
        }
        for (int i = 0; i < 1024 + KernelTable.WAYS; i++) {
            int note = table.noteOf(i * KernelTable.ENTRY_OCTETS);
            assertThat(table.entries().getInt(note + KernelTable.OWNER)).isZero();
        }
    }

    /** A program looks from a flow's home on, and no further than to a place that no flow had. */
    @Test
    void flowsOfSeveralWorkers_areFound_howeverOthersCameAndWentMeanwhile() throws Exception {
        int workers = 2;
        try (KernelTable shared = new KernelTable(1024)) {
            int[] crowded = IntStream.range(1, 1 << 16)
                    .filter(port -> shared.home(KernelTable.addresses(raw(DEVICE), raw(REMOTE)),
                            KernelTable.ports(port, REMOTE_PORT, UDP)) < 3
                                    * KernelTable.ENTRY_OCTETS)
                    .toArray();
            List<CompletableFuture<Void>> done = new ArrayList<>();
            CyclicBarrier together = new CyclicBarrier(workers);
            AtomicInteger hidden = new AtomicInteger();
            AtomicInteger lookedFor = new AtomicInteger();
            for (int worker = 0; worker < workers; worker++) {
                int number = worker;
                KernelFlows its = new KernelFlows(shared, worker, workers, ways);
                done.add(CompletableFuture.runAsync(() -> {
                    SplittableRandom random = new SplittableRandom(number);
                    for (int round = 0; round < 60_000; round++) {
                        for (int i = 0; i < 20; i++) {
                            if (its.size() > random.nextInt(8)) {
                                its.free(its.entry(random.nextInt(its.size())));
                            } else {
                                int port = crowded[random.nextInt(crowded.length / 2) * 2 + number];
                                int _ = its.put(port, raw(DEVICE), port, raw(REMOTE), REMOTE_PORT,
                                        UDP, TEID, REMOTE_TEID, raw(PEER), TUNNEL_MTU);
                            }
                        }
                        await(together);
                        lookedFor.addAndGet(its.size());
                        for (int i = 0; i < its.size(); i++) {
                            hidden.addAndGet(isFound(shared, its.entry(i)) ? 0 : 1);
                        }
                        await(together);
                    }
                }, task -> Thread.ofPlatform().start(task)));
            }
            for (CompletableFuture<Void> each : done) {
                Void _ = each.get(60, TimeUnit.SECONDS);
            }
            assertThat(lookedFor).hasValueGreaterThan(60_000);
            assertThat(hidden).hasValue(0);
        }
    }

    private static void await(CyclicBarrier barrier) {
        try {
            int _ = barrier.await(10, TimeUnit.SECONDS);
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    private static boolean isFound(KernelTable table, int entry) {
        UnsafeBuffer entries = table.entries();
        int at = table.home(entries.getLong(entry + KernelTable.ADDRESSES),
                entries.getLong(entry + KernelTable.PORTS));
        while (at < entry && entries.getLong(at + KernelTable.ADDRESSES) != 0) {
            at += KernelTable.ENTRY_OCTETS;
        }
        return at == entry;
    }

    @Test
    void processors_areOneMoreThanTheLastNumber() {
        assertThat(KernelTable.processors("0")).isEqualTo(1);
        assertThat(KernelTable.processors("0-1")).isEqualTo(2);
        assertThat(KernelTable.processors("0-3,8-11")).isEqualTo(12);
        assertThat(KernelTable.processors("0-3,8")).isEqualTo(9);
    }
}
