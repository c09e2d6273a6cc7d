package io.cellgate.control.log;

import static org.assertj.core.api.Assertions.assertThat;

import io.cellgate.control.Lines;
import io.cellgate.dataplane.atlas.LiveAtlas;
import io.cellgate.dataplane.flow.FlowRecord;
import io.cellgate.dataplane.flow.FlowVerdict;
import io.cellgate.dataplane.session.UserPlaneSession;
import io.cellgate.inventory.Inventory;
import io.cellgate.inventory.page.PageRequest;
import io.cellgate.inventory.store.Database;
import io.cellgate.inventory.subscriber.SubscriberStore;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrafficLogsTest {
    private static final UserPlaneSession SESSION = Lines
            .session(Lines.subscriber("acc", "8949010000000000016", "262010000000001"));

    private static FlowRecord flow(int port) {
        return Lines.flow(SESSION, FlowRecord.Event.VERDICT, "198.51.100.7", 6, port, List.of(),
                null, FlowVerdict.ALLOW, "r", null);
    }

    @Test
    void moreThanTheQueueTakes_isLostAndCounted_andTheRestIsWritten(@TempDir Path folder) {
        InstantSource clock = InstantSource.system();
        try (Database database = Database.open(Inventory.fileIn(folder), clock);
                SubscriberStore subscribers = new SubscriberStore(database);
                TrafficLogs logs = new TrafficLogs(
                        LogStore.open(folder.resolve("logs"), LogRetention.DEFAULT, clock),
                        subscribers, LiveAtlas.empty(),
                        64)) {
            logs.countAlso(() -> 5);
            int offered = 200_000;
            FlowRecord flow = flow(443);
            for (int i = 0; i < offered; i++) {
                logs.on(flow);
            }
            LogStore store = logs.upToDate();
            long written = logs.written(LogKind.FLOWS);
            long lost = logs.lost(LogKind.FLOWS);
            assertThat(lost).isGreaterThan(5);
            assertThat(written + lost).isEqualTo(offered + 5);
            LogStore.Lines page = store.page(LogKind.FLOWS, LogQuery.of("acc"),
                    new PageRequest(1, null));
            assertThat(page.lost()).isEqualTo(lost);
            assertThat(page.lines()).hasSize(1);
            assertThat(logs.lost(LogKind.DNS_QUERIES)).isEqualTo(5);
            assertThat(logs.lost(LogKind.SIGNALLING)).isZero();
        }
    }

    @Test
    void whatWasHandedOver_isReadAtOnce(@TempDir Path folder) {
        InstantSource clock = InstantSource.system();
        try (Database database = Database.open(Inventory.fileIn(folder), clock);
                SubscriberStore subscribers = new SubscriberStore(database);
                TrafficLogs logs = new TrafficLogs(
                        LogStore.open(folder.resolve("logs"), LogRetention.DEFAULT, clock),
                        subscribers, LiveAtlas.empty())) {
            for (int port = 1; port <= 50; port++) {
                logs.on(flow(port));
                assertThat(logs.upToDate().page(LogKind.FLOWS, LogQuery.of("acc"),
                        new PageRequest(1, null)).lines()).extracting(LogEntry::remotePort)
                        .containsExactly(port);
            }
        }
    }
}
