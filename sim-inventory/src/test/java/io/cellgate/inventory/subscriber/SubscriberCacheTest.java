package io.cellgate.inventory.subscriber;

import static org.assertj.core.api.Assertions.assertThat;

import io.cellgate.inventory.sim.ImeiLock;
import io.cellgate.inventory.sim.SimState;
import io.cellgate.inventory.store.Event;
import io.cellgate.policy.subject.Iccid;
import io.cellgate.policy.subject.Imsi;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SubscriberCacheTest {
    private static final Iccid ICCID = new Iccid("8949010000000000016");
    private static final Imsi IMSI = new Imsi("262010000000001");
    private final SubscriberCache cache = new SubscriberCache();

    private static SubscriberRecord sim(SimState state) {
        return new SubscriberRecord(ICCID, IMSI, null, state, "acc_1", "flt_1", ImeiLock.OFF, null,
                null, null, null, Map.of(), null, null, null, Instant.EPOCH);
    }

    private static Event event(String kind, String subject) {
        return new Event(1, Instant.EPOCH, null, "tester", kind, subject, null, null);
    }

    @Test
    void activeSim_isReadOnce() {
        SubscriberRecord read = cache.read(IMSI, _ -> sim(SimState.ACTIVE));
        assertThat(cache.find(IMSI)).isSameAs(read);
    }

    @ParameterizedTest
    @ValueSource(strings = {"INVENTORY", "ALLOCATED", "READY", "SUSPENDED", "DEACTIVATED",
            "TERMINATED"})
    void simThatIsNotActive_isReadEachTime(SimState state) {
        cache.read(IMSI, _ -> sim(state));
        assertThat(cache.find(IMSI)).isNull();
        assertThat(cache.read(IMSI, _ -> null)).isNull();
        assertThat(cache.find(IMSI)).isNull();
    }

    @ParameterizedTest
    @CsvSource({"sim.suspended, 8949010000000000016", "fleet.changed, flt_1",
            "account.changed, acc_1", "something.new, whatever", "unnamed, x"})
    void changeOfWhatItHolds_hasItReadAnew(String kind, String subject) {
        cache.read(IMSI, _ -> sim(SimState.ACTIVE));
        cache.heard(event(kind, subject));
        assertThat(cache.find(IMSI)).isNull();
        SubscriberRecord anew = cache.read(IMSI, _ -> sim(SimState.ACTIVE));
        assertThat(cache.find(IMSI)).isSameAs(anew);
    }

    @ParameterizedTest
    @CsvSource({"sim.suspended, 8949010000000000024", "fleet.changed, flt_2",
            "token.issued, tok_1", "list.changed, lst_1"})
    void changeOfAnythingElse_leavesIt(String kind, String subject) {
        cache.read(IMSI, _ -> sim(SimState.ACTIVE));
        cache.heard(event(kind, subject));
        assertThat(cache.find(IMSI)).isNotNull();
    }

    @Test
    void changeWhileItIsRead_keepsTheOldRowOut() {
        cache.read(IMSI, _ -> {
            SubscriberRecord old = sim(SimState.ACTIVE);
            cache.heard(event("sim.changed", ICCID.digits())); // commits between
            return old;
        });
        assertThat(cache.find(IMSI)).isNull();
    }
}
