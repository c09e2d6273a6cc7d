package io.cellgate.inventory.webhook;

import static io.cellgate.inventory.Fixture.TESTER;
import static org.assertj.core.api.Assertions.assertThat;

import io.cellgate.inventory.Fixture;
import io.cellgate.inventory.Inventory;
import io.cellgate.inventory.TestStore;
import io.cellgate.inventory.account.Account;
import io.cellgate.inventory.account.Scope;
import io.cellgate.inventory.outcome.Outcome;
import io.cellgate.inventory.page.PageRequest;
import io.cellgate.inventory.webhook.DeliveryQueue.Attempt;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** What is due when, by what became of what was sent before. */
@ParameterizedClass
@EnumSource(TestStore.class)
class DeliveryQueueTest {
    private static final Attempt WELL = new Attempt(true, 200, null);
    private static final Attempt FAILED = new Attempt(false, 500, "answered with status 500");

    private final TestStore store;
    @TempDir
    Path folder;
    private Instant now = Instant.parse("2030-01-01T00:00:00Z");
    private Inventory inventory;
    private DeliveryQueue queue;
    private Account acme;
    private String hook;
    private String slow;
    private String quick;

    DeliveryQueueTest(TestStore store) {
        this.store = store;
    }

    @BeforeEach
    void start() {
        inventory = store.open(folder, () -> now);
        queue = inventory.deliveries();
        acme = Fixture.account(inventory, "acme");
        hook = inventory.webhooks().create(TESTER, acme.id(), new WebhookStore.Spec("hook",
                "https://hooks.example/", List.of("fleet."), true, 3)).require().webhook().id();
        slow = fleet("slow");
        quick = fleet("quick");
        rename(slow, "slow 1");
        rename(slow, "slow 2");
        assertThat(queue.fill(hook)).isFalse();
    }

    @AfterEach
    void stop() {
        inventory.close();
    }

    private String fleet(String name) {
        return inventory.fleets().create(TESTER, acme.id(), name, null, null, null, null, null)
                .require().id();
    }

    private void rename(String fleet, String name) {
        inventory.fleets().replace(TESTER, Scope.OPERATOR, fleet, name, null, null, null, null,
                null, null).require();
    }

    private List<Delivery> due() {
        return queue.due(hook, 100);
    }

    private Delivery due(String subject) {
        return due().stream().filter(each -> each.subject().equals(subject)).findFirst()
                .orElseThrow();
    }

    private List<Delivery.State> states(String subject) {
        return queue.list(Scope.OPERATOR, hook, new DeliveryQueue.Filter(null, subject),
                PageRequest.FIRST).require().items().reversed().stream().map(Delivery::state)
                .toList();
    }

    @Test
    void ofEachSubject_theFirstIsDue_andTheNextWhenThatIsDelivered() {
        assertThat(due()).extracting(Delivery::subject).containsExactly(slow, quick);
        assertThat(due()).extracting(Delivery::kind).containsOnly("fleet.created");
        queue.attempted(due(slow), WELL, null);
        assertThat(due(slow).kind()).isEqualTo("fleet.changed");
        long before = due(slow).eventSeq();
        queue.attempted(due(slow), WELL, null);
        assertThat(due(slow).eventSeq()).isGreaterThan(before);
        queue.attempted(due(slow), WELL, null);
        assertThat(due()).extracting(Delivery::subject).containsExactly(quick);
    }

    @Test
    void failedOne_waits_andThoseOfItsSubjectBehindIt_untilItIsDeadLettered() {
        Delivery first = due(slow);
        queue.attempted(first, FAILED, Duration.ofSeconds(10));
        assertThat(due()).extracting(Delivery::subject).containsExactly(quick);
        queue.attempted(due(quick), WELL, null);
        assertThat(queue.nextDue(hook)).isEqualTo(now);
        now = now.plusSeconds(9);
        assertThat(due()).isEmpty();
        now = now.plusSeconds(1);
        assertThat(due(slow).id()).isEqualTo(first.id());
        assertThat(due(slow).attempts()).isEqualTo(1);
        queue.attempted(due(slow), FAILED, null);
        assertThat(states(slow)).containsExactly(Delivery.State.DEAD, Delivery.State.PENDING,
                Delivery.State.PENDING);
        assertThat(due(slow).id()).isNotEqualTo(first.id());
        assertThat(queue.retry(TESTER, Scope.OPERATOR, hook, due(slow).id()))
                .isInstanceOf(Outcome.Conflict.class);
        queue.retry(TESTER, Scope.OPERATOR, hook, first.id()).require();
        assertThat(due(slow).id()).as("before those that came after it").isEqualTo(first.id());
        assertThat(due(slow).attempts()).isZero();
    }

    /** Who read a delivery, and was overtaken by the end of another attempt at it, changes nothing any more. */
    @Test
    void attemptThatWasOvertaken_isNotNoted() {
        Delivery read = due(slow);
        assertThat(queue.isPending(read)).isTrue();
        queue.attempted(read, WELL, null);
        assertThat(queue.isPending(read)).isFalse();
        queue.attempted(read, FAILED, Duration.ofSeconds(1));
        assertThat(states(slow).getFirst()).isEqualTo(Delivery.State.DELIVERED);
        Delivery next = due(slow);
        queue.attempted(next, FAILED, Duration.ZERO);
        assertThat(queue.isPending(next)).as("it was tried since").isFalse();
        assertThat(queue.isPending(due(slow))).isTrue();
    }

    @Test
    void replay_takesThePlaceOfWhatIsPending_andKeepsTheOrder() {
        Delivery first = due(slow);
        queue.attempted(first, WELL, null);
        Delivery second = due(slow);
        queue.replay(TESTER, Scope.OPERATOR, hook, first.eventSeq() - 1).require();
        assertThat(queue.isPending(second)).as("of a run that is over").isFalse();
        assertThat(due()).isEmpty();
        while (queue.fill(hook)) {
            // until all are there
        }
        assertThat(due(slow).eventSeq()).isEqualTo(first.eventSeq());
        assertThat(due(slow).id()).isNotEqualTo(first.id());
        queue.attempted(due(slow), WELL, null);
        assertThat(due(slow).eventSeq()).isEqualTo(second.eventSeq());
    }
}
