package io.cellgate.inventory.carrier;

import static io.cellgate.inventory.Fixture.TESTER;
import static org.assertj.core.api.Assertions.assertThat;

import io.cellgate.inventory.Inventory;
import io.cellgate.inventory.TestStore;
import io.cellgate.inventory.address.PoolDraft;
import io.cellgate.inventory.carrier.AccountingBindingStore.Change;
import io.cellgate.inventory.carrier.AccountingClientStore.Draft;
import io.cellgate.inventory.carrier.AccountingClientStore.Trusted;
import io.cellgate.inventory.outcome.Outcome;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;
import org.jspecify.annotations.Nullable;

@ParameterizedClass
@EnumSource(TestStore.class)
class AccountingClientStoreTest {
    private static final String SECRET = "sixteen-and-more";

    private final TestStore store;

    @TempDir
    Path folder;
    private Inventory inventory;
    private AccountingClientStore clients;
    private String carrier;

    AccountingClientStoreTest(TestStore store) {
        this.store = store;
    }

    @BeforeEach
    void open() {
        inventory = store.open(folder, InstantSource.system());
        clients = inventory.accountingClients();
        carrier = inventory.carriers().create(TESTER, "carrier", Set.of(), Set.of()).require()
                .id();
    }

    @AfterEach
    void close() {
        inventory.close();
    }

    private static Draft draft(String name, String source, String range,
            @Nullable String secret) {
        return new Draft(name, List.of(source), List.of(range), 3600, secret);
    }

    private Outcome<AccountingClient> create(String name, String source, String range) {
        return clients.create(TESTER, carrier, draft(name, source, range, SECRET));
    }

    @Test
    void secret_isKeptSealed_andOpensForTheGatewayAlone() {
        AccountingClient client = create("pgw", "192.0.2.0/28", "10.50.0.0/16").require();
        assertThat(clients.all()).singleElement()
                .satisfies(each -> assertThat(each.secret()).isEqualTo(SECRET));
        assertThat(clients.all().toString()).doesNotContain(SECRET);
        clients.replace(TESTER, carrier, client.id(),
                draft("pgw", "192.0.2.0/28", "10.50.0.0/16", null), 1L).require();
        assertThat(clients.all()).extracting(Trusted::secret).containsExactly(SECRET);
        clients.replace(TESTER, carrier, client.id(),
                draft("pgw", "192.0.2.0/28", "10.50.0.0/16", "another-secret-now"), 2L).require();
        assertThat(clients.all()).extracting(Trusted::secret)
                .containsExactly("another-secret-now");
        String dump = inventory.database().read(
                sql -> sql.fetch("select * from accounting_client").toString()
                        + sql.fetch("select * from event"));
        assertThat(dump).doesNotContain(SECRET).doesNotContain("another-secret-now");
    }

    @Test
    void sourcesAndRanges_areOneClients_andNoPools() {
        AccountingClient first = create("first", "192.0.2.0/28", "10.50.0.0/16").require();
        assertThat(create("second", "192.0.2.7", "10.51.0.0/16"))
                .isInstanceOf(Outcome.Conflict.class);
        assertThat(create("second", "192.0.2.99", "10.50.7.0/24"))
                .isInstanceOf(Outcome.Conflict.class);
        inventory.pools().create(TESTER, new PoolDraft("pool", "10.52.0.0/16", null, null, 60))
                .require();
        assertThat(create("second", "192.0.2.99", "10.52.7.0/24"))
                .isInstanceOf(Outcome.Conflict.class);
        AccountingClient second = create("second", "192.0.2.99", "10.51.0.0/16").require();
        assertThat(clients.of(carrier).require()).containsExactly(first, second);
    }

    @Test
    void whatIsNoPrefixOrTooShortASecret_isInvalid() {
        assertThat(create("pgw", "192.0.2.1/28", "10.50.0.0/16"))
                .isInstanceOf(Outcome.Invalid.class);
        assertThat(create("pgw", "somewhere", "10.50.0.0/16"))
                .isInstanceOf(Outcome.Invalid.class);
        assertThat(clients.create(TESTER, carrier,
                draft("pgw", "192.0.2.1", "10.50.0.0/16", "short")))
                .isInstanceOf(Outcome.Invalid.class);
        assertThat(clients.create(TESTER, carrier,
                draft("pgw", "192.0.2.1", "10.50.0.0/16", null)))
                .isInstanceOf(Outcome.Invalid.class);
        assertThat(clients.create(TESTER, "car_none",
                draft("pgw", "192.0.2.1", "10.50.0.0/16", SECRET)))
                .isInstanceOf(Outcome.Absent.class);
        assertThat(clients.all()).isEmpty();
    }

    @Test
    void bindings_areTheLastThatWasTold_andGoWithTheirClientOrItsCarrier() {
        AccountingBindingStore bindings = inventory.accountingBindings();
        AccountingClient client = create("pgw", "192.0.2.0/28", "10.50.0.0/16").require();
        bindings.apply(List.of(new Change("10.50.0.1", client.id(), "{\"a\":1}"),
                new Change("10.50.0.2", client.id(), "{\"b\":1}"),
                new Change("10.50.0.1", client.id(), "{\"a\":2}"),
                new Change("10.50.0.3", client.id(), "{\"c\":1}"),
                new Change("10.50.0.3", "", null)));
        assertThat(bindings.all()).containsExactly("{\"a\":2}", "{\"b\":1}");
        clients.delete(TESTER, carrier, client.id(), null).require();
        assertThat(bindings.all()).isEmpty();
        AccountingClient again = create("pgw", "192.0.2.0/28", "10.50.0.0/16").require();
        bindings.apply(List.of(new Change("10.50.0.1", again.id(), "{}")));
        inventory.carriers().delete(TESTER, carrier, null).require();
        assertThat(bindings.all()).isEmpty();
        assertThat(clients.all()).isEmpty();
    }
}
