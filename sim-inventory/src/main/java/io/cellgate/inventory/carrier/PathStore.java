package io.cellgate.inventory.carrier;

import io.cellgate.inventory.store.Actor;
import io.cellgate.inventory.store.Database;
import io.cellgate.inventory.store.Tables.Path;
import io.cellgate.inventory.store.Tables.Peer;
import io.cellgate.inventory.store.Tx;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The restart counters of carriers' nodes, durable (TS 23.007 §18), and the events of their paths. */
public final class PathStore {
    private final Database database;

    public PathStore(Database database) {
        this.database = database;
    }

    /** A node's counter in a version of GTP. */
    public record Counter(String address, int gtpVersion, int restartCounter) {}

    public List<Counter> all() {
        return database.read(sql -> sql.selectFrom(Path.TABLE)
                .orderBy(Path.ADDRESS, Path.GTP_VERSION)
                .fetch(row -> new Counter(row.get(Path.ADDRESS),
                        row.get(Path.GTP_VERSION).intValue(),
                        row.get(Path.RESTART_COUNTER).intValue())));
    }

    /** Keeps what is new of counters and tells the events {@code peer.*}, all of it or, on a failure, nothing. */
    public void add(List<PathNews> news) {
        Boolean _ = database.write(Actor.GATEWAY, tx -> {
            news.forEach(each -> add(tx, each));
            return true;
        });
    }

    private static void add(Tx tx, PathNews news) {
        Integer counter = news.restartCounter();
        // of one that was removed meanwhile nothing is kept
        if (counter != null && tx.sql().fetchExists(Peer.TABLE,
                Peer.ADDRESS.eq(news.address()).and(Peer.CARRIER.eq(news.carrier())))) {
            long value = counter;
            tx.sql().insertInto(Path.TABLE).set(Path.ADDRESS, news.address())
                    .set(Path.GTP_VERSION, (long) news.gtpVersion())
                    .set(Path.RESTART_COUNTER, value)
                    .set(Path.HEARD_AT, news.at().toEpochMilli())
                    .onConflict(Path.ADDRESS, Path.GTP_VERSION).doUpdate()
                    .set(Path.RESTART_COUNTER, value)
                    .set(Path.HEARD_AT, news.at().toEpochMilli()).execute();
        }
        if (news.kind() != null) {
            tx.tell(null, "peer." + news.kind(), news.address(), null, new Told(news.carrier(),
                    news.gtpVersion(), counter, news.sessions(), news.detail()));
        }
    }

    private record Told(String carrier, int gtp_version, @Nullable Integer restart_counter,
            int sessions, String detail) {}
}
