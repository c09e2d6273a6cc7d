package io.cellgate.dataplane.flow;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class FlowTableTest {
    private static int find(FlowTable table, int session, int port) {
        return table.find(session, 7, port, 1, 2, 80, 6);
    }

    private static int add(FlowTable table, int session, int head, int port, int now) {
        return table.add(session, head, 7, port, 1, 2, 80, 6, now, 1000);
    }

    @Test
    void flow_isFoundByItsWholeKey_only() {
        FlowTable table = new FlowTable(16, 5);
        int flow = table.add(3, FlowTable.NONE, 10, 4000, 20, 30, 80, 6, 0, 0);
        assertThat(table.find(3, 10, 4000, 20, 30, 80, 6)).isEqualTo(flow);
        assertThat(table.find(4, 10, 4000, 20, 30, 80, 6)).isEqualTo(FlowTable.NONE);
        assertThat(table.find(3, 11, 4000, 20, 30, 80, 6)).isEqualTo(FlowTable.NONE);
        assertThat(table.find(3, 10, 4001, 20, 30, 80, 6)).isEqualTo(FlowTable.NONE);
        assertThat(table.find(3, 10, 4000, 21, 30, 80, 6)).isEqualTo(FlowTable.NONE);
        assertThat(table.find(3, 10, 4000, 20, 31, 80, 6)).isEqualTo(FlowTable.NONE);
        assertThat(table.find(3, 10, 4000, 20, 30, 81, 6)).isEqualTo(FlowTable.NONE);
        assertThat(table.find(3, 10, 4000, 20, 30, 80, 17)).isEqualTo(FlowTable.NONE);
        assertThat(table.devicePort(flow)).isEqualTo(4000);
        assertThat(table.remotePort(flow)).isEqualTo(80);
    }

    @Test
    void fullTable_refusesAnotherFlow_andTakesItWhenOneHasGone() {
        FlowTable table = new FlowTable(16, 5);
        int head = FlowTable.NONE;
        for (int port = 0; port < 16; port++) {
            head = add(table, 1, head, port, 0);
        }
        assertThat(add(table, 1, head, 99, 0)).isEqualTo(FlowTable.NONE);
        head = table.remove(find(table, 1, 3), head);
        assertThat(add(table, 1, head, 99, 0)).isNotEqualTo(FlowTable.NONE);
    }

    @Test
    void idleFlow_isExpired_andOneInUseIsNot() {
        FlowTable table = new FlowTable(16, 5);
        int idle = add(table, 1, FlowTable.NONE, 1, 0);
        int used = add(table, 1, idle, 2, 0);
        table.timeoutSeconds(idle, 10, 0);
        table.timeoutSeconds(used, 10, 0);
        List<Integer> expired = new ArrayList<>();
        for (int second = 1; second <= 11; second++) {
            table.countUp(used, 100, second);
            table.expire(second, 1000, flow -> {
                expired.add(flow);
                table.remove(flow, FlowTable.NONE);
            });
        }
        assertThat(expired).containsExactly(idle);
        assertThat(table.packetsUp(used)).isEqualTo(11);
        assertThat(table.bytesUp(used)).isEqualTo(1100);
    }

    @Test
    void timeoutLongerThanTheWheel_isKept_andOneThatIsShortenedTakesEffect() {
        FlowTable table = new FlowTable(16, 5);
        int flow = add(table, 1, FlowTable.NONE, 1, 0);
        table.timeoutSeconds(flow, 7440, 0);
        List<Integer> at = new ArrayList<>();
        int[] now = new int[1];
        FlowTable.Expiry expiry = expired -> {
            at.add(now[0]);
            table.remove(expired, FlowTable.NONE);
        };
        int looked = 0;
        for (now[0] = 1; now[0] < 3000; now[0]++) {
            looked += table.expire(now[0], 1000, expiry);
        }
        assertThat(at).isEmpty();
        assertThat(looked).as("looks at it, about one each turn of the wheel").isBetween(5, 10);
        table.countUp(flow, 1, 3000);
        table.timeoutSeconds(flow, 10, 3000);
        for (now[0] = 3000; now[0] < 3020; now[0]++) {
            table.expire(now[0], 1000, expiry);
        }
        assertThat(at).hasSize(1).first().satisfies(second -> assertThat(second)
                .isBetween(3010, 3012));
    }

    /** Beyond what one number of the record holds: 2²² packets, 2⁴² octets. */
    @Test
    void packetsAndOctets_areCountedExactly_howeverManyThereAre() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        try (FlowTable table = new FlowTable(16, seed)) {
            int neighbour = add(table, 1, FlowTable.NONE, 1, 0);
            int flow = add(table, 1, neighbour, 2, 0);
            long packetsUp = 0;
            long bytesUp = 0;
            long packetsDown = 0;
            long bytesDown = 0;
            for (int i = 0; i < 5_000_000; i++) {
                int octets = 20 + random.nextInt(65_516);
                table.countUp(flow, octets, 1);
                packetsUp++;
                bytesUp += octets;
                if (i % 3 == 0) {
                    table.countDown(flow, 65_535, 1);
                    packetsDown++;
                    bytesDown += 65_535;
                }
                if (i % 100_000 == 0) {
                    long packets = random.nextLong(1L << 40);
                    long more = random.nextLong(1L << 48);
                    table.count(flow, packets, more, 1, more, 1);
                    packetsUp += packets;
                    bytesUp += more;
                    packetsDown++;
                    bytesDown += more;
                }
            }
            assertThat(table.packetsUp(flow)).as("seed %d", seed).isEqualTo(packetsUp);
            assertThat(table.bytesUp(flow)).as("seed %d", seed).isEqualTo(bytesUp);
            assertThat(table.packetsDown(flow)).as("seed %d", seed).isEqualTo(packetsDown);
            assertThat(table.bytesDown(flow)).as("seed %d", seed).isEqualTo(bytesDown);
            assertThat(table.packetsUp(neighbour) + table.bytesUp(neighbour)
                    + table.packetsDown(neighbour) + table.bytesDown(neighbour)).isZero();
            int head = table.remove(flow, flow);
            int next = add(table, 1, head, 3, 2);
            assertThat(next).isEqualTo(flow);
            assertThat(table.packetsUp(next) + table.bytesUp(next)).as("of a new flow").isZero();
        }
    }

    @Test
    void tableAgreesWithAMap_overRandomAdditionsAndRemovals() {
        long seed = Long.getLong("seed", 4711L);
        Random random = new Random(seed);
        FlowTable table = new FlowTable(500, seed);
        Map<Integer, Integer> flows = new HashMap<>();
        int[] heads = {FlowTable.NONE, FlowTable.NONE, FlowTable.NONE};
        for (int i = 0; i < 50_000; i++) {
            int key = random.nextInt(900);
            int session = key % 3;
            Integer known = flows.get(key);
            assertThat(find(table, session, key)).as("seed %d", seed)
                    .isEqualTo(known == null ? FlowTable.NONE : known);
            if (known != null) {
                heads[session] = table.remove(known, heads[session]);
                flows.remove(key);
            } else if (flows.size() < 500) {
                int flow = add(table, session, heads[session], key, 0);
                heads[session] = flow;
                flows.put(key, flow);
            }
        }
        assertThat(table.size()).isEqualTo(flows.size());
        int listed = 0;
        for (int head : heads) {
            for (int flow = head; flow != FlowTable.NONE; flow = table.sessionNext(flow)) {
                listed++;
            }
        }
        assertThat(listed).isEqualTo(flows.size());
    }

    /** As many as were used before; and never one that a flow has. */
    @Test
    void upcomingNumbers_areThoseThatTheNextFlowsGet() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        try (FlowTable table = new FlowTable(300, seed)) {
            List<Integer> there = new ArrayList<>();
            int port = 0;
            for (int turn = 0; turn < 500; turn++) {
                int used = there.size();
                int[] upcoming = new int[64];
                int known = table.upcoming(upcoming, 1 + random.nextInt(64));
                for (int i = 0; i < known; i++) {
                    assertThat(there).as("seed %d", seed).doesNotContain(upcoming[i]);
                    int flow = add(table, port % 7, FlowTable.NONE, port++, 0);
                    assertThat(flow).as("seed %d", seed).isEqualTo(upcoming[i]);
                    there.add(flow);
                }
                for (int i = random.nextInt(20); i > 0 && there.size() < 300; i--) {
                    there.add(add(table, port % 7, FlowTable.NONE, port++, 0));
                }
                assertThat(table.size()).isEqualTo(there.size()).isGreaterThanOrEqualTo(used);
                for (int i = random.nextInt(there.size() + 1); i > 0; i--) {
                    int at = random.nextInt(there.size());
                    int gone = there.get(at);
                    there.removeIf(each -> each == gone);
                    int _ = table.remove(gone, FlowTable.NONE);
                    assertThat(table.session(gone)).isEqualTo(FlowTable.NONE);
                }
            }
            int free = table.upcoming(new int[300], 300);
            while (table.size() < 300) {
                assertThat(add(table, 1, FlowTable.NONE, port++, 0)).isNotEqualTo(FlowTable.NONE);
            }
            assertThat(free).as("it knows of free ones").isPositive();
            assertThat(table.upcoming(new int[300], 300)).isZero();
        }
    }

    @Test
    void tcpConnection_isFollowedToItsEnd() {
        int state = TcpTracker.OPENING;
        state = TcpTracker.next(state, 0x12, false);
        assertThat(state).isEqualTo(TcpTracker.ESTABLISHED);
        assertThat(TcpTracker.timeoutSeconds(state)).isGreaterThanOrEqualTo(7440);
        state = TcpTracker.next(state, 0x11, true);
        assertThat(state).isEqualTo(TcpTracker.FIN_FROM_DEVICE);
        assertThat(TcpTracker.next(state, 0x11, false)).isEqualTo(TcpTracker.CLOSED);
        assertThat(TcpTracker.next(TcpTracker.ESTABLISHED, 0x04, false))
                .isEqualTo(TcpTracker.CLOSED);
    }

    @Test
    void table_findsEveryFlow_asItGrowsFarBeyondItsFirstBuckets() {
        try (FlowTable table = new FlowTable(50_000, 5)) {
            int head = FlowTable.NONE;
            for (int i = 0; i < 50_000; i++) {
                head = table.add(i & 7, FlowTable.NONE, i, i & 0xffff, 1, i * 31L, 80, 6, 0, i);
                assertThat(head).isEqualTo(i);
            }
            for (int i = 0; i < 50_000; i++) {
                int flow = table.find(i & 7, i, i & 0xffff, 1, i * 31L, 80, 6);
                assertThat(flow).isEqualTo(i);
                assertThat(table.startedEpochMillis(flow)).isEqualTo(i);
                assertThat(table.dropReason(flow)).isEqualTo(FlowTable.NONE);
            }
            assertThat(table.add(0, FlowTable.NONE, -1, 1, 1, 1, 80, 6, 0, 0))
                    .isEqualTo(FlowTable.NONE);
        }
    }

    @Test
    void dropReason_andBeginning_areKeptBesideEachOther() {
        try (FlowTable table = new FlowTable(16, 5)) {
            int flow = table.add(1, FlowTable.NONE, 1, 1, 1, 1, 80, 6, 0, 1_900_000_000_123L);
            for (int reason : new int[]{0, 77, 254, FlowTable.NONE}) {
                table.dropReason(flow, reason);
                assertThat(table.dropReason(flow)).isEqualTo(reason);
                assertThat(table.startedEpochMillis(flow)).isEqualTo(1_900_000_000_123L);
            }
        }
    }

    @Test
    void idleFlow_isLookedAtOnce_whenItsTimeIsOver() {
        try (FlowTable table = new FlowTable(16, 5)) {
            table.expire(100, 16, _ -> {});
            int flow = table.add(1, FlowTable.NONE, 1, 1, 1, 1, 80, 17, 100, 0);
            table.timeoutSeconds(flow, 30, 100);
            int looked = 0;
            for (int second = 101; second <= 131; second++) {
                looked += table.expire(second, 16,
                        expired -> table.remove(expired, FlowTable.NONE));
            }
            assertThat(table.size()).isZero();
            assertThat(looked).isEqualTo(1);
        }
    }
}
