package io.cellgate.inventory.carrier;

import static io.cellgate.inventory.Fixture.TESTER;
import static org.assertj.core.api.Assertions.assertThat;

import io.cellgate.inventory.Inventory;
import io.cellgate.inventory.TestStore;
import io.cellgate.inventory.store.Event;
import io.cellgate.inventory.event.EventLog;
import io.cellgate.inventory.account.Scope;
import io.cellgate.inventory.outcome.Outcome.Reason;
import io.cellgate.inventory.outcome.Outcome;
import io.cellgate.inventory.page.PageRequest;
import io.cellgate.policy.subject.Plmn;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

@ParameterizedClass
@EnumSource(TestStore.class)
class CarrierStoreTest {
    private final TestStore store;

    @TempDir
    Path folder;
    private Inventory inventory;
    private CarrierStore carriers;

    CarrierStoreTest(TestStore store) {
        this.store = store;
    }

    @BeforeEach
    void open() {
        inventory = store.open(folder, InstantSource.system());
        carriers = inventory.carriers();
    }

    @AfterEach
    void close() {
        inventory.close();
    }

    private Carrier create(String name) {
        return carriers.create(TESTER, name, Set.of(Plmn.parse("26201")), Set.of()).require();
    }

    @Test
    void peer_belongsToOneCarrier_howeverItsAddressIsWritten() {
        Carrier first = create("first");
        Carrier second = create("second");
        carriers.addPeer(TESTER, first.id(), "2001:db8::1").require();
        carriers.addPeer(TESTER, first.id(), "192.0.2.1").require();
        Carrier same = carriers.addPeer(TESTER, first.id(), "192.0.2.1").require();
        assertThat(same.peers()).hasSize(2);
        assertThat(same.revision()).isEqualTo(3);
        assertThat(carriers.addPeer(TESTER, second.id(), "2001:DB8:0:0::1"))
                .isInstanceOfSatisfying(Outcome.Conflict.class,
                        conflict -> assertThat(conflict.reason()).isEqualTo(Reason.TAKEN));
        carriers.removePeer(TESTER, first.id(), "2001:db8:0::1").require();
        assertThat(carriers.addPeer(TESTER, second.id(), "2001:db8::1").require().peers())
                .hasSize(1);
        assertThat(carriers.removePeer(TESTER, first.id(), "2001:db8::1"))
                .isInstanceOf(Outcome.Absent.class);
        assertThat(carriers.all()).hasSize(2);
    }

    private void told(Carrier of, String address, int counter) {
        inventory.paths().add(List.of(new PathNews(Instant.EPOCH, address, of.id(), 2, "restarted",
                counter, 3, "got restart counter " + counter)));
    }

    @Test
    void restartCounterOfAPeer_isThereAfterAReopening_untilThePeerIsRemoved_23_007_18() {
        Carrier carrier = create("first");
        carriers.addPeer(TESTER, carrier.id(), "192.0.2.1").require();
        carriers.addPeer(TESTER, carrier.id(), "192.0.2.2").require();
        told(carrier, "192.0.2.1", 7);
        told(carrier, "192.0.2.1", 255);
        told(carrier, "192.0.2.2", 0);
        told(carrier, "192.0.2.9", 1); // none of its peers
        inventory.close();
        inventory = store.open(folder, InstantSource.system());
        carriers = inventory.carriers();
        assertThat(inventory.paths().all()).containsExactly(
                new PathStore.Counter("192.0.2.1", 2, 255),
                new PathStore.Counter("192.0.2.2", 2, 0));
        assertThat(inventory.events().after(Scope.OPERATOR,
                new EventLog.Filter("peer.", "192.0.2.1", null, null, null), 0, 10))
                .extracting(Event::kind).containsExactly("peer.restarted", "peer.restarted");
        carriers.removePeer(TESTER, carrier.id(), "192.0.2.1").require();
        assertThat(inventory.paths().all()).hasSize(1);
        carriers.delete(TESTER, carrier.id(), null).require();
        assertThat(inventory.paths().all()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "localhost", "1.2.3", "1.2.3.4/8", "0.0.0.0", "::", "224.0.0.1",
            "fe80::1%eth0", "1.2.3.4:2123", "256.1.1.1", "1.2.3.4\n"})
    void peer_thatIsNotTheAddressOfOneHost_isInvalid(String address) {
        Carrier carrier = create("first");
        assertThat(carriers.addPeer(TESTER, carrier.id(), address))
                .isInstanceOf(Outcome.Invalid.class);
        assertThat(carriers.find(carrier.id()).require()).isEqualTo(carrier);
    }

    @Test
    void carrier_isReplacedUnderItsRevision_andDeletedWithItsPeers() {
        Carrier carrier = create("first");
        Carrier changed = carriers.replace(TESTER, carrier.id(), "renamed",
                Set.of(Plmn.parse("310410")), Set.of(Plmn.parse("20801")), 1L).require();
        assertThat(carriers.find(carrier.id()).require()).isEqualTo(changed);
        assertThat(carriers.replace(TESTER, carrier.id(), "again", Set.of(), Set.of(), 1L))
                .isEqualTo(new Outcome.Stale<>(1, 2));
        create("first");
        assertThat(carriers.replace(TESTER, carrier.id(), "first", Set.of(), Set.of(), null))
                .isInstanceOf(Outcome.Conflict.class);
        carriers.addPeer(TESTER, carrier.id(), "192.0.2.1").require();
        carriers.delete(TESTER, carrier.id(), null).require();
        assertThat(carriers.list("no such", PageRequest.FIRST).items()).isEmpty();
        Carrier wanted = carriers.all().getFirst();
        assertThat(carriers.list(wanted.name(), PageRequest.FIRST).items())
                .containsExactly(wanted);
        assertThat(carriers.list(null, PageRequest.FIRST).items()).extracting(Carrier::name)
                .containsExactly("first");
        assertThat(carriers.addPeer(TESTER, carriers.all().getFirst().id(), "192.0.2.1").require()
                .peers()).containsExactly("192.0.2.1");
    }
}
