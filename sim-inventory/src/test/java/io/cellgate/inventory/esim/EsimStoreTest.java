package io.cellgate.inventory.esim;

import static io.cellgate.inventory.Fixture.TESTER;
import static org.assertj.core.api.Assertions.assertThat;

import io.cellgate.inventory.Fixture;
import io.cellgate.inventory.Inventory;
import io.cellgate.inventory.TestStore;
import io.cellgate.inventory.account.Account;
import io.cellgate.inventory.account.Scope;
import io.cellgate.inventory.batch.Batch;
import io.cellgate.inventory.batch.ImportFormat;
import io.cellgate.inventory.batch.LineResult;
import io.cellgate.inventory.batch.LineResult.Verdict;
import io.cellgate.inventory.esim.ProfileState.Action;
import io.cellgate.inventory.order.Order;
import io.cellgate.inventory.order.OrderAction;
import io.cellgate.inventory.order.Product;
import io.cellgate.inventory.order.ProductKind;
import io.cellgate.inventory.outcome.Outcome;
import io.cellgate.inventory.page.PageRequest;
import io.cellgate.inventory.sim.SimFilter;
import io.cellgate.policy.subject.Eid;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

@ParameterizedClass
@EnumSource
class EsimStoreTest {
    private static final Eid EID = new Eid("89034011560010000000000000000121");
    private static final String CODE = "LPA:1$smdp.example.com$AAAA-000";

    @Parameter
    @SuppressWarnings("NullAway.Init")
    TestStore store;
    @TempDir
    Path folder;
    @SuppressWarnings("NullAway.Init")
    private Inventory inventory;
    @SuppressWarnings("NullAway.Init")
    private Product product;
    @SuppressWarnings("NullAway.Init")
    private Batch batch;

    @BeforeEach
    void open() {
        inventory = store.open(folder, InstantSource.system());
        product = inventory.products().create(TESTER, "profile", ProductKind.ESIM, 100, "EUR", true)
                .require();
        batch = inventory.batches().create(TESTER, product.id(), "b").require();
    }

    @AfterEach
    void close() {
        inventory.close();
    }

    private List<LineResult> imported(String... lines) throws IOException {
        List<LineResult> results = new ArrayList<>();
        Fixture.importText(inventory, batch, ImportFormat.CSV,
                ("iccid,imsi,activation_code\n" + String.join("\n", lines))
                        .getBytes(StandardCharsets.UTF_8),
                results);
        return results;
    }

    private static String line(int number, String code) {
        return Fixture.iccid(number) + "," + Fixture.imsi(number) + "," + code;
    }

    private Outcome<EsimProfile> act(Action action, @Nullable Eid eid) {
        return inventory.esims().act(TESTER, Fixture.iccidOf(0), action, eid, null);
    }

    private ProfileState state() {
        return inventory.esims().find(Scope.OPERATOR, Fixture.iccidOf(0)).require().state();
    }

    @Test
    void profile_isReleasedByItsOrder_boundByItsDownload_andFreeAfterItsDeletion()
            throws IOException {
        assertThat(imported(line(0, CODE + 0), line(1, CODE + 1)))
                .extracting(LineResult::verdict).containsOnly(Verdict.IMPORTED);
        Account acme = Fixture.account(inventory, "acme");
        Scope own = Scope.of(acme.id());
        Order order = Fixture.confirmedOrder(inventory, acme, product, 1);
        order = Fixture.step(inventory, order, OrderAction.ALLOCATE);
        assertThat(inventory.esims().activationCode(own, Fixture.iccidOf(0)))
                .as("before it is shipped").isInstanceOf(Outcome.Conflict.class);
        order = Fixture.step(inventory, order, OrderAction.KIT);
        assertThat(state()).isEqualTo(ProfileState.AVAILABLE);
        order = Fixture.step(inventory, order, OrderAction.SHIP);
        assertThat(state()).isEqualTo(ProfileState.RELEASED);
        assertThat(inventory.esims().activationCode(own, Fixture.iccidOf(0)).require().text())
                .isEqualTo(CODE + 0);
        assertThat(inventory.esims().activationCode(own, Fixture.iccidOf(1)))
                .as("one in stock").isInstanceOf(Outcome.Absent.class);
        Fixture.step(inventory, order, OrderAction.RECEIVE);

        assertThat(act(Action.DOWNLOAD, null)).isInstanceOf(Outcome.Invalid.class);
        act(Action.DOWNLOAD, EID).require();
        assertThat(inventory.sims().find(own, Fixture.iccidOf(0)).require().eid()).isEqualTo(EID);
        assertThat(
                Objects.requireNonNull(inventory.subscribers().find(Fixture.imsiOf(0))).eid())
                .isEqualTo(EID);
        assertThat(inventory.esims().list(own, ProfileState.DOWNLOADED, EID, order.id(),
                PageRequest.FIRST).items()).hasSize(1);
        act(Action.FAIL, null).require();
        assertThat(inventory.sims().find(own, Fixture.iccidOf(0)).require().eid()).isNull();
        act(Action.DOWNLOAD, EID).require();
        act(Action.INSTALL, null).require();
        act(Action.ENABLE, null).require();
        assertThat(act(Action.DELETE, null)).isInstanceOfSatisfying(Outcome.Conflict.class,
                conflict -> assertThat(conflict.detail())
                        .contains(
                                "got delete in state enabled, expected it installed or disabled"));
        act(Action.DISABLE, null).require();
        act(Action.DELETE, null).require();
        assertThat(inventory.sims().find(own, Fixture.iccidOf(0)).require().eid()).isNull();
        assertThat(inventory.database().read(sql -> sql.fetchValues(
                "select kind from event where kind like 'esim.%' order by seq")).toString())
                .isEqualTo("[esim.released, esim.downloaded, esim.failed, esim.downloaded, "
                        + "esim.installed, esim.enabled, esim.disabled, esim.deleted]");
    }

    @Test
    void code_isOfOneProfile_andNeedsToBeThere_andIsNowhereToBeRead() throws IOException {
        assertThat(imported(line(0, CODE + 0), line(1, CODE + 0), line(2, ""), line(3, "LPA:1$x")))
                .extracting(LineResult::verdict).containsExactly(Verdict.IMPORTED,
                        Verdict.DUPLICATE, Verdict.REJECTED, Verdict.REJECTED);
        assertThat(imported(line(0, CODE + 0), line(4, CODE + 0), line(0, CODE + 9)))
                .extracting(LineResult::verdict).containsExactly(Verdict.UNCHANGED,
                        Verdict.DUPLICATE, Verdict.DUPLICATE);
        assertThat(inventory.sims().count(Scope.OPERATOR, SimFilter.ALL)).isEqualTo(1);
        assertThat(new String(store.octets(folder), StandardCharsets.ISO_8859_1))
                .doesNotContain("smdp.example.com$AAAA");
    }

    @Test
    void transition_isOneOfTheTable_orThereIsNone() {
        List<String> all = new ArrayList<>();
        for (ProfileState state : ProfileState.values()) {
            for (Action action : Action.values()) {
                ProfileState next = state.after(action);
                if (next != null) {
                    all.add(state.text() + " " + action.text() + " " + next.text());
                }
            }
        }
        assertThat(all).containsExactlyInAnyOrder("available release released",
                "released download downloaded", "downloaded fail released",
                "downloaded install installed", "installed enable enabled",
                "installed delete deleted", "enabled disable disabled", "disabled enable enabled",
                "disabled delete deleted", "deleted release released");
    }
}
