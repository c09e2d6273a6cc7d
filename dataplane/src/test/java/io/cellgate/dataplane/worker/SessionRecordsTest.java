package io.cellgate.dataplane.worker;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A session's record beside others: counters up to where they are to be taken, flags, carriers. */
class SessionRecordsTest {
    private static final int SLOT = 1;
    private static final int MOST_OCTETS = 65_535;

    private final Arena memory = Arena.ofConfined();
    private final SessionRecords records = new SessionRecords(memory, 3);

    @AfterEach
    void close() {
        memory.close();
    }

    @Test
    void countedPacketsAndOctets_areExactUntilTheyAreToBeTaken_andBeginAgain() {
        long packets = 0;
        do {
            packets++;
        } while (!records.countUp(SLOT, MOST_OCTETS));
        assertThat(packets).isEqualTo(1 << 21);
        assertThat(records.countUp(SLOT, 1)).as("still to be taken").isTrue();
        long up = records.takeUp(SLOT);
        assertThat(SessionRecords.packets(up)).isEqualTo(packets + 1);
        assertThat(SessionRecords.octets(up)).isEqualTo(packets * MOST_OCTETS + 1);
        assertThat(records.countUp(SLOT, 20)).isFalse();
        assertThat(records.countDown(SLOT, 30)).isFalse();
        assertThat(SessionRecords.octets(records.takeUp(SLOT))).isEqualTo(20);
        assertThat(SessionRecords.octets(records.takeDown(SLOT))).isEqualTo(30);
        assertThat(records.takeUp(SLOT) | records.takeDown(SLOT)).isZero();
    }

    @Test
    void neighbours_keepTheirOwn() {
        for (int slot = 0; slot < 3; slot++) {
            records.begin(slot);
            records.addresses(slot, 10 + slot, 20L + slot, 30L + slot, 40L + slot, 50 + slot);
            records.kind(slot, SessionRecords.HAS_IPV4, slot);
            records.hour(slot, 60 + slot);
            records.publications(slot, 70 + slot);
            boolean _ = records.countDown(slot, 80 + slot);
        }
        records.nextEpoch(SLOT);
        for (int slot = 0; slot < 3; slot++) {
            assertThat(records.ipv4(slot)).isEqualTo(10 + slot);
            assertThat(records.prefixHi(slot)).isEqualTo(20 + slot);
            assertThat(records.peerHi(slot)).isEqualTo(30 + slot);
            assertThat(records.peerLo(slot)).isEqualTo(40 + slot);
            assertThat(records.remoteTeid(slot)).isEqualTo(50 + slot);
            assertThat(records.isOfCarrier(slot, slot)).isTrue();
            assertThat(records.hour(slot)).isEqualTo(60 + slot);
            assertThat(records.publications(slot)).isEqualTo(70 + slot);
            assertThat(records.epoch(slot)).isEqualTo(slot == SLOT ? 2 : 1);
            assertThat(SessionRecords.octets(records.takeDown(slot))).isEqualTo(80 + slot);
        }
    }

    @Test
    void flag_leavesOthersAndTheCarrier() {
        records.kind(SLOT, SessionRecords.TUNNELLED, 7);
        records.flag(SLOT, SessionRecords.WATCHED, true);
        assertThat(records.has(SLOT, SessionRecords.WATCHED)).isTrue();
        assertThat(records.has(SLOT, SessionRecords.TUNNELLED)).isTrue();
        assertThat(records.has(SLOT, SessionRecords.DOWNLINK_HELD)).isFalse();
        records.flag(SLOT, SessionRecords.WATCHED, false);
        assertThat(records.has(SLOT, SessionRecords.WATCHED)).isFalse();
        assertThat(records.isOfCarrier(SLOT, 7)).isTrue();
        assertThat(records.isOfCarrier(SLOT, 7 + (1 << 24))).as("beyond 24 bits").isFalse();
    }
}
