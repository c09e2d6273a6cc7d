package io.cellgate.inventory.usage;

import static io.cellgate.inventory.Fixture.TESTER;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.groups.Tuple.tuple;

import io.cellgate.inventory.Fixture;
import io.cellgate.inventory.Inventory;
import io.cellgate.inventory.TestStore;
import io.cellgate.inventory.account.Account;
import io.cellgate.inventory.account.Scope;
import io.cellgate.inventory.condition.Condition;
import io.cellgate.inventory.event.EventLog;
import io.cellgate.inventory.page.Page;
import io.cellgate.inventory.page.PageRequest;
import io.cellgate.inventory.sim.Sim;
import io.cellgate.inventory.store.Event;
import io.cellgate.policy.subject.Iccid;
import io.cellgate.policy.subject.Quota;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

@ParameterizedClass
@EnumSource(TestStore.class)
class UsageStoreTest {
    private final TestStore store;
    private static final Instant EVENING = Instant.parse("2030-01-31T23:10:00Z");

    @TempDir
    Path folder;

    private final MovableClock clock = new MovableClock(EVENING);
    private Inventory inventory;
    private Account acme;
    private Sim sim;
    private Sim other;

    UsageStoreTest(TestStore store) {
        this.store = store;
    }

    @BeforeEach
    void start() throws Exception {
        inventory = store.open(folder, clock);
        acme = Fixture.account(inventory, "acme");
        List<Sim> sims = Fixture.activeSims(inventory, acme, Fixture.product(inventory), 0, 2);
        sim = sims.getFirst();
        other = sims.getLast();
    }

    @AfterEach
    void stop() {
        inventory.close();
    }

    private static UsageEntry used(Iccid iccid, String account, @Nullable String fleet,
            String carrier, @Nullable String country, Instant at, long up, long down) {
        return new UsageEntry(iccid, account, fleet, carrier, country, Interval.HOUR.number(at),
                new Amount(up, 1, down, 2));
    }

    private void used(Sim whose, Instant at, long up, long down) {
        inventory.usage().add(List.of(used(whose.iccid(), acme.id(), null, "alpha", "DE", at, up,
                down)));
    }

    private List<UsageLine> lines(Scope scope, UsageQuery.By by, Interval interval) {
        return inventory.usage().list(scope,
                new UsageQuery(by, interval, null, null, null, null, null, null),
                PageRequest.FIRST).items();
    }

    private static UsageLine line(@Nullable String of, String start, long up, long packetsUp,
            long down, long packetsDown) {
        return new UsageLine(of, Instant.parse(start),
                new Amount(up, packetsUp, down, packetsDown));
    }

    @Test
    void usage_addsUp_byHourDayAndMonth_andSurvivesAReopening() {
        used(sim, EVENING, 100, 10);
        used(sim, EVENING.plusSeconds(60), 200, 20);
        used(sim, EVENING.minusSeconds(3600), 1, 0);
        used(sim, EVENING.plusSeconds(3600), 5, 5); // February
        inventory.close();
        inventory = store.open(folder, clock);
        String of = sim.iccid().digits();
        assertThat(lines(Scope.OPERATOR, UsageQuery.By.SIM, Interval.HOUR)).containsExactly(
                line(of, "2030-01-31T22:00:00Z", 1, 1, 0, 2),
                line(of, "2030-01-31T23:00:00Z", 300, 2, 30, 4),
                line(of, "2030-02-01T00:00:00Z", 5, 1, 5, 2));
        assertThat(lines(Scope.OPERATOR, UsageQuery.By.SIM, Interval.DAY)).containsExactly(
                line(of, "2030-01-31T00:00:00Z", 301, 3, 30, 6),
                line(of, "2030-02-01T00:00:00Z", 5, 1, 5, 2));
        assertThat(lines(Scope.OPERATOR, UsageQuery.By.SIM, Interval.MONTH)).containsExactly(
                line(of, "2030-01-01T00:00:00Z", 301, 3, 30, 6),
                line(of, "2030-02-01T00:00:00Z", 5, 1, 5, 2));
        assertThat(inventory.usage().totals(sim.iccid(), EVENING))
                .isEqualTo(new UsageTotals(Interval.DAY.number(EVENING), 331, 331));
        assertThat(inventory.usage().totals(sim.iccid(), EVENING.plusSeconds(3600)))
                .isEqualTo(new UsageTotals(Interval.DAY.number(EVENING) + 1, 10, 10));
    }

    @Test
    void usage_isOfTheAccountFleetCarrierAndCountryOfThen_andOthersSeeNone() {
        Account rival = Fixture.account(inventory, "rival");
        inventory.usage().add(List.of(
                used(sim.iccid(), acme.id(), "flt_a", "alpha", "DE", EVENING, 1, 0),
                used(sim.iccid(), acme.id(), null, "beta", null, EVENING, 2, 0),
                used(other.iccid(), acme.id(), "flt_a", "alpha", "FR", EVENING, 4, 0),
                used(sim.iccid(), rival.id(), null, "alpha", "DE", EVENING, 8, 0)));
        Scope ours = Scope.of(acme.id());
        assertThat(lines(ours, UsageQuery.By.FLEET, Interval.DAY))
                .extracting(UsageLine::of, line -> line.amount().octetsUp()).containsExactly(
                        tuple(null, 2L),
                        tuple("flt_a", 5L));
        assertThat(lines(ours, UsageQuery.By.CARRIER, Interval.DAY))
                .extracting(UsageLine::of).containsExactly("alpha", "beta");
        assertThat(lines(ours, UsageQuery.By.COUNTRY, Interval.DAY))
                .extracting(UsageLine::of).containsExactly(null, "DE", "FR");
        assertThat(lines(ours, UsageQuery.By.ACCOUNT, Interval.DAY)).containsExactly(
                line(acme.id(), "2030-01-31T00:00:00Z", 7, 3, 0, 6));
        assertThat(lines(Scope.of(rival.id()), UsageQuery.By.SIM, Interval.DAY))
                .extracting(line -> line.amount().octetsUp()).containsExactly(8L);
    }

    @Test
    void totals_areReadOnce_andKeptCurrentByWhatIsAdded() {
        UsageStore usage = inventory.usage();
        long day = Interval.DAY.number(EVENING);
        assertThat(usage.findKnown(sim.iccid(), EVENING)).isNull();
        used(sim, EVENING.minusSeconds(86_400), 7, 0);
        assertThat(usage.totals(sim.iccid(), EVENING)).isEqualTo(new UsageTotals(day, 0, 7));
        used(sim, EVENING, 1, 2);
        used(sim, EVENING.minusSeconds(86_400), 10, 0); // was reported late
        assertThat(usage.findKnown(sim.iccid(), EVENING)).isEqualTo(new UsageTotals(day, 3, 20));
        Instant february = EVENING.plusSeconds(86_400);
        assertThat(usage.findKnown(sim.iccid(), february))
                .isEqualTo(new UsageTotals(day + 1, 0, 0));
        used(sim, february, 5, 0);
        assertThat(usage.findKnown(sim.iccid(), february))
                .isEqualTo(new UsageTotals(day + 1, 5, 5));
        inventory.close();
        inventory = store.open(folder, clock);
        assertThat(inventory.usage().totals(sim.iccid(), february))
                .isEqualTo(new UsageTotals(day + 1, 5, 5));
        assertThat(inventory.usage().totals(sim.iccid(), EVENING))
                .isEqualTo(new UsageTotals(day, 3, 20));
    }

    /** A reading that an addition overtakes is neither kept without it nor with it twice. */
    @Test
    void readersThatRaceAdditions_neverMissWhatWasAddedBefore() throws Exception {
        AtomicLong added = new AtomicLong();
        AtomicBoolean over = new AtomicBoolean();
        try (ExecutorService threads = Executors.newFixedThreadPool(2)) {
            Callable<Boolean> reader = () -> {
                while (!over.get()) {
                    long least = added.get();
                    long got = inventory.usage().totals(sim.iccid(), EVENING).octetsDay();
                    assertThat(got).isBetween(least, added.get() + 1);
                }
                return true;
            };
            List<Future<Boolean>> readers = List.of(threads.submit(reader),
                    threads.submit(reader));
            try {
                for (int n = 1; n <= 300; n++) {
                    used(sim, EVENING, 1, 0);
                    added.set(n);
                }
            } finally {
                over.set(true);
            }
            for (Future<Boolean> each : readers) {
                assertThat(each.get()).isTrue();
            }
        }
        UsageTotals all = new UsageTotals(Interval.DAY.number(EVENING), 300, 300);
        assertThat(inventory.usage().totals(sim.iccid(), EVENING)).isEqualTo(all);
        assertThat(inventory.usage().findKnown(sim.iccid(), EVENING)).isEqualTo(all);
    }

    @Test
    void list_isFilteredAndPaged() {
        for (int hour = 0; hour < 5; hour++) {
            used(sim, EVENING.minusSeconds(3600L * hour), 1, 0);
            used(other, EVENING.minusSeconds(3600L * hour), 1, 0);
        }
        UsageQuery query = new UsageQuery(UsageQuery.By.SIM, Interval.HOUR,
                Instant.parse("2030-01-31T20:30:00Z"), Instant.parse("2030-01-31T23:00:00Z"), null,
                null, null, null);
        PageRequest request = new PageRequest(4, null);
        Page<UsageLine> first = inventory.usage().list(Scope.OPERATOR, query, request);
        assertThat(first.items()).hasSize(4);
        Page<UsageLine> second = inventory.usage().list(Scope.OPERATOR, query,
                request.next(Objects.requireNonNull(first.after())));
        assertThat(second.items()).hasSize(2).doesNotContainAnyElementsOf(first.items());
        assertThat(second.after()).isNull();
        assertThat(first.items().getFirst().start()).isEqualTo("2030-01-31T20:00:00Z");
        assertThat(second.items().getLast().start()).isEqualTo("2030-01-31T22:00:00Z");
        UsageQuery one = new UsageQuery(UsageQuery.By.SIM, Interval.MONTH, null, null,
                sim.iccid().digits(), null, "alpha", "DE");
        assertThat(inventory.usage().list(Scope.OPERATOR, one, request).items()).hasSize(1);
    }

    @Test
    void oldRows_areForgotten_hoursBeforeDays() {
        used(sim, EVENING, 1, 0);
        assertThat(inventory.usage().prune(EVENING)).isZero();
        assertThat(inventory.usage().prune(EVENING.plusSeconds(86_400L * 36))).isEqualTo(1);
        assertThat(lines(Scope.OPERATOR, UsageQuery.By.SIM, Interval.DAY)).hasSize(1);
        assertThat(inventory.usage().prune(EVENING.plusSeconds(86_400L * 801))).isEqualTo(1);
    }

    private void quota(@Nullable Quota quota) {
        inventory.sims().change(TESTER, Scope.OPERATOR, sim.iccid(), null,
                settings -> settings.withQuota(quota)).require();
    }

    private void exceed(long octets) {
        inventory.quotas().used(List.of(used(sim.iccid(), acme.id(), null, "alpha", "DE",
                clock.instant(), octets, 0)), Set.of(sim.iccid()));
    }

    private boolean isExceeded() {
        return inventory.conditions().find(sim.iccid(), Condition.QUOTA_EXCEEDED) != null;
    }

    private List<String> events() {
        return inventory.events().latest(Scope.of(acme.id()),
                new EventLog.Filter("sim.", sim.iccid().digits(), null, null, null),
                PageRequest.FIRST).items().stream().map(Event::kind)
                .filter(kind -> kind.startsWith("sim.quota_")).toList();
    }

    @Test
    void condition_isSetOnce_andClearedByARaisedQuota() {
        quota(Quota.block(1000L, null));
        exceed(990); // the packet that did not fit was longer than 10 octets
        exceed(0);
        assertThat(isExceeded()).isTrue();
        assertThat(events()).containsExactly("sim.quota_exceeded");
        assertThat(inventory.quotas().review()).as("nothing has changed").isZero();
        quota(Quota.block(900L, null));
        assertThat(inventory.quotas().review()).as("less is allowed").isZero();
        assertThat(events()).as("it is of another quota").hasSize(2);
        assertThat(inventory.quotas().review()).as("nothing has changed again").isZero();
        quota(Quota.block(2000L, null));
        assertThat(inventory.quotas().review()).isEqualTo(1);
        assertThat(isExceeded()).isFalse();
        assertThat(events()).containsExactly("sim.quota_restored", "sim.quota_exceeded",
                "sim.quota_exceeded");
    }

    @Test
    void condition_isClearedByAnotherDay_butThatOfAMonthByAnotherMonth() {
        clock.now = Instant.parse("2030-01-30T12:00:00Z");
        quota(Quota.block(null, 1000L));
        exceed(1000);
        clock.now = Instant.parse("2030-01-31T12:00:00Z");
        assertThat(inventory.quotas().review()).isZero();
        clock.now = Instant.parse("2030-02-01T00:00:00Z");
        assertThat(inventory.quotas().review()).isEqualTo(1);
        quota(Quota.block(1000L, null));
        exceed(1000);
        clock.now = Instant.parse("2030-02-01T23:59:59Z");
        assertThat(inventory.quotas().review()).isZero();
        clock.now = Instant.parse("2030-02-02T00:00:00Z");
        assertThat(inventory.quotas().review()).isEqualTo(1);
    }

    @Test
    void condition_isNotSet_whereNoQuotaHoldsAnyMore_butTheUsageIsKept() {
        exceed(7);
        assertThat(isExceeded()).isFalse();
        assertThat(inventory.usage().totals(sim.iccid(), EVENING).octetsDay()).isEqualTo(7);
    }

    private static final class MovableClock implements InstantSource {
        private Instant now;

        MovableClock(Instant now) {
            this.now = now;
        }

        @Override
        public Instant instant() {
            return now;
        }
    }
}
