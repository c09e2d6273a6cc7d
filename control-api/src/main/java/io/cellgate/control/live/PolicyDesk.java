package io.cellgate.control.live;

import io.cellgate.inventory.account.Scope;
import io.cellgate.inventory.outcome.Outcome;
import io.cellgate.inventory.policy.Policy;
import io.cellgate.inventory.policy.PolicyRevision;
import io.cellgate.inventory.policy.PolicyStore;
import io.cellgate.inventory.store.Actor;
import io.cellgate.policy.CompileResult;
import io.cellgate.policy.EffectivePolicy;
import io.cellgate.policy.Field;
import io.cellgate.policy.ListCatalog;
import io.cellgate.policy.Phase;
import io.cellgate.policy.PolicyCompiler;
import io.cellgate.policy.PolicyDocument;
import io.cellgate.policy.PolicySlot;
import io.cellgate.policy.Problem;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where policies and lists are changed, one at a time: compile, store, publish. What does not compile is not stored;
 * what is stored is published before the change is acknowledged. Publishing is one volatile write for each slot.
 */
public final class PolicyDesk {
    private static final Logger log = LoggerFactory.getLogger(PolicyDesk.class);

    private final PolicyStore policies;
    private final ListDesk lists;
    private final Set<Field> unknown;
    private final PolicyShelf shelf = new PolicyShelf();
    private final ReentrantLock desk = new ReentrantLock(true);
    private final AtomicInteger uncompiled = new AtomicInteger();

    /** What became of a policy that was handed in. */
    public sealed interface Filing {
        /** It does not compile, and changed nothing. */
        record Rejected(List<Problem> problems) implements Filing {
            public Rejected {
                problems = List.copyOf(problems);
            }
        }

        /**
         * It compiles; what the store said to it.
         *
         * @param concernsSessions whether a session may be decided otherwise by it, and not its flows alone
         */
        record Judged(Outcome<PolicyStore.Current> outcome, List<Problem> warnings,
                boolean concernsSessions)
                implements
                    Filing {
            public Judged {
                warnings = List.copyOf(warnings);
            }
        }
    }

    /** @param unknown facts that this process has no source of */
    public PolicyDesk(PolicyStore policies, ListDesk lists, Set<Field> unknown) {
        this.unknown = Set.copyOf(unknown);
        this.policies = policies;
        this.lists = lists;
    }

    /** Compiles and publishes all that is stored. To be called once, before the gateway serves. */
    public void open() {
        atDesk(() -> {
            for (PolicyStore.Current current : policies.allCurrent()) {
                Policy policy = current.policy();
                shelve(policy, compile(policy.account(),
                        PolicyText.read(new JsonObject(current.head().document())), policy.head()));
            }
            shelf.guard(policies.guard());
            shelf.publish(null);
            return true;
        });
    }

    /** How many stored policies did not compile when the process started; their SIMs reach nothing. */
    public int uncompiled() {
        return uncompiled.get();
    }

    private void shelve(Policy policy, CompileResult result) {
        switch (result) {
            case CompileResult.Compiled compiled -> shelf.put(
                    new PolicyShelf.Book(policy.id(), policy.account(), compiled.policy()));
            case CompileResult.Rejected rejected -> {
                int _ = uncompiled.incrementAndGet();
                log.error("policy {} revision {} does not compile; its SIMs reach nothing: {}",
                        policy.id(), policy.head(), rejected.problems());
            }
        }
    }

    /** The slot of a SIM with these policies, the first of its own, the others of its fleet and its account. */
    public PolicySlot slot(@Nullable String... chain) {
        return shelf.slot(chain);
    }

    /** Whether the policy is not enforced, but evaluated beside the one that is. */
    public boolean isShadow(@Nullable String id) {
        PolicyShelf.Book book = id == null ? null : shelf.find(id);
        return book != null && book.isShadow();
    }

    /** Compiles with the account's lists, and keeps nothing. */
    public CompileResult check(@Nullable String account, PolicyDocument document) {
        return compile(account, document, 0);
    }

    private CompileResult compile(@Nullable String account, PolicyDocument document,
            long revision) {
        return PolicyCompiler.compile(document, lists.catalog(account), revision,
                unknown);
    }

    public Filing create(Actor actor, @Nullable String account, JsonObject document,
            String message) {
        return atDesk(() -> file(null, account, document, 1, () -> policies.create(actor, account,
                document.getString("name"), document.encode(), message)));
    }

    /** @param expected the revision that the caller read, or null for whichever is in force */
    public Filing revise(Actor actor, Scope scope, String id, JsonObject document, String message,
            @Nullable Long expected) {
        return atDesk(() -> switch (policies.find(scope, id)) {
            case Outcome.Done<PolicyStore.Current>(PolicyStore.Current old) -> file(
                    id, old.policy().account(), document, old.policy().head() + 1,
                    () -> policies.revise(actor, scope, id, document.getString("name"),
                            document.encode(), message, expected));
            case Outcome<PolicyStore.Current> other -> new Filing.Judged(other, List.of(), false);
        });
    }

    /** Puts an earlier revision in force again; it is compiled anew, as lists may have changed since. */
    public Filing rollBack(Actor actor, Scope scope, String id, long revision,
            @Nullable Long expected) {
        return atDesk(() -> {
            Outcome<PolicyStore.Current> found = policies.find(scope, id);
            Outcome<PolicyRevision> earlier = policies.revision(scope, id, revision);
            if (!(found instanceof Outcome.Done<PolicyStore.Current>(PolicyStore.Current current))
                    || !(earlier instanceof Outcome.Done<PolicyRevision>(PolicyRevision to))) {
                return new Filing.Judged(found.then(current -> earlier.map(to -> current)),
                        List.of(), false);
            }
            return file(id, current.policy().account(), new JsonObject(to.document()),
                    current.policy().head() + 1,
                    () -> policies.rollBack(actor, scope, id, revision, expected));
        });
    }

    private Filing file(@Nullable String id, @Nullable String account, JsonObject document,
            long revision, Supplier<Outcome<PolicyStore.Current>> store) {
        return switch (compile(account, PolicyText.read(document), revision)) {
            case CompileResult.Rejected rejected -> new Filing.Rejected(rejected.problems());
            case CompileResult.Compiled compiled -> {
                PolicyShelf.Book before = id == null ? null : shelf.find(id);
                boolean sessions = id != null
                        && (before == null || before.decidesSessionsUnlike(compiled.policy()));
                Outcome<PolicyStore.Current> outcome = store.get();
                if (outcome instanceof Outcome.Done<PolicyStore.Current>(PolicyStore.Current now)) {
                    shelf.put(new PolicyShelf.Book(now.policy().id(), account, compiled.policy()));
                    shelf.publish(account);
                }
                yield new Filing.Judged(outcome, compiled.warnings(), sessions);
            }
        };
    }

    /** Takes a policy off the shelf that was filed in a transaction which then was not committed. */
    public void forgetUnlessStored(String id) {
        if (policies.find(Scope.OPERATOR, id) instanceof Outcome.Absent<PolicyStore.Current>) {
            shelf.remove(id);
        }
    }

    public Outcome<Policy> delete(Actor actor, Scope scope, String id,
            @Nullable Long expectedRevision) {
        return atDesk(() -> policies.delete(actor, scope, id, expectedRevision).map(policy -> {
            shelf.remove(id);
            shelf.publish(policy.account());
            return policy;
        }));
    }

    public Outcome<String> setGuard(Actor actor, @Nullable String id) {
        return atDesk(() -> policies.setGuard(actor, id).map(set -> {
            shelf.guard(id);
            shelf.publish(null);
            return set;
        }));
    }

    /** What holds for a SIM whose policy is this one, or, with null, none. */
    public EffectivePolicy effective(@Nullable String id) {
        return shelf.effectiveWith(id == null ? null : shelf.find(id));
    }

    /** What would hold if this draft were in force, or the reasons why it cannot be. */
    public EffectivePolicy effective(String id, @Nullable String account,
            CompileResult.Compiled draft) {
        return shelf.effectiveWith(new PolicyShelf.Book(id, account, draft.policy()));
    }

    /** Changes a list's content while no policy is being compiled, then publishes the policies that may use it. */
    <T> Outcome<T> changeLists(@Nullable String account, Supplier<Outcome<T>> change) {
        return atDesk(() -> {
            Outcome<T> outcome = change.get();
            if (outcome instanceof Outcome.Done<T>) {
                shelf.publish(account);
            }
            return outcome;
        });
    }

    /** Whether a policy of this owner has rules that decide of sessions. */
    public boolean judgesSessions(@Nullable String account) {
        return shelf.ofAccount(account).stream()
                .anyMatch(book -> book.compiled().hasRules(Phase.SESSION));
    }

    /** The first policy that needs more lists than these, or null. */
    @Nullable
    String needsMoreThan(@Nullable String account, ListCatalog catalog) {
        for (PolicyShelf.Book book : shelf.ofAccount(account)) {
            if (PolicyCompiler.compile(book.compiled().document(), catalog,
                    0) instanceof CompileResult.Rejected) {
                return book.id();
            }
        }
        return null;
    }

    /**
     * Does several things at the desk while nobody else does any. Whoever holds the desk may write to the inventory;
     * whoever writes to the inventory must have the desk already if it needs it.
     */
    public <T> T atDesk(Supplier<T> work) {
        desk.lock();
        try {
            return work.get();
        } finally {
            desk.unlock();
        }
    }
}
