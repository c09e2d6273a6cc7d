package io.cellgate.dataplane.signalling;

import io.cellgate.dataplane.session.Allowance;
import io.cellgate.dataplane.session.AttachRequest;
import io.cellgate.dataplane.session.OwnAddresses;
import io.cellgate.dataplane.session.Refusal;
import io.cellgate.dataplane.session.Subscriber;
import io.cellgate.dataplane.session.SubscriberDirectory;
import io.cellgate.policy.EffectivePolicy;
import io.cellgate.policy.PolicySlot;
import io.cellgate.policy.subject.Iccid;
import io.cellgate.policy.subject.Imsi;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** An inventory in which every SIM is active, unless a test says otherwise. */
final class FakeDirectory implements SubscriberDirectory {
    /** Whose attaches came to nothing after they had been admitted. */
    final List<Imsi> notAttached = new CopyOnWriteArrayList<>();
    /** Requests that were to be judged without being admitted anew. */
    final List<AttachRequest> askedAgain = new CopyOnWriteArrayList<>();
    final List<AttachRequest> asked = new CopyOnWriteArrayList<>();
    final Map<Imsi, OwnAddresses> own = new ConcurrentHashMap<>();
    final PolicySlot policy = new PolicySlot(EffectivePolicy.nothing(1));
    private volatile Function<AttachRequest, @Nullable Refusal> judge = request -> null;
    private volatile @Nullable CompletableFuture<Void> gate;

    @Override
    public CompletionStage<Admission> admit(AttachRequest request) {
        asked.add(request);
        CompletableFuture<Void> waits = gate;
        return waits == null
                ? CompletableFuture.completedFuture(answer(request))
                : waits.thenApply(open -> answer(request));
    }

    @Override
    public CompletionStage<Admission> keep(AttachRequest request) {
        askedAgain.add(request);
        return admit(request);
    }

    @Override
    public void notAttached(Subscriber subscriber) {
        notAttached.add(subscriber.imsi());
    }

    private Admission answer(AttachRequest request) {
        Refusal refusal = judge.apply(request);
        return refusal == null
                ? new Admission.Admitted(subscriber(request.imsi()))
                : new Admission.Refused(refusal, "as the test says");
    }

    Subscriber subscriber(Imsi imsi) {
        return new Subscriber(new Iccid("894900000000000000"), imsi, "491700000001", "acme", null,
                "active", Map.of(), policy, null, null, Allowance.UNLIMITED,
                own.getOrDefault(imsi, OwnAddresses.NONE), null);
    }

    void refuse(Refusal refusal) {
        judge = request -> refusal;
    }

    void judge(Function<AttachRequest, @Nullable Refusal> how) {
        judge = how;
    }

    /** Answers come only once the future completes. */
    void waitFor(CompletableFuture<Void> open) {
        gate = open;
    }

    void answerAtOnce() {
        gate = null;
    }
}
