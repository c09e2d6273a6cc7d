package io.cellgate.control.live;

import com.github.benmanes.caffeine.cache.Caffeine;
import io.cellgate.policy.CompiledPolicy;
import io.cellgate.policy.EffectivePolicy;
import io.cellgate.policy.Phase;
import io.cellgate.policy.PolicyDocument;
import io.cellgate.policy.PolicySlot;
import io.cellgate.policy.RuleDocument;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The compiled policies and the slots from which the data plane reads them. There is one slot for each combination of
 * an enforced and a shadow policy that some SIM has; a SIM keeps its slot while its policies are the same
 * ones, and sees each of their revisions through it. A slot that nobody has any more is no more here either.
 *
 * <p>Changed by one thread at a time (see {@link PolicyDesk}); slots may be asked for by any.
 */
final class PolicyShelf {
    /** A policy on the shelf. */
    record Book(String id, @Nullable String account, CompiledPolicy compiled) {
        boolean isShadow() {
            return compiled.document().mode() == PolicyDocument.Mode.SHADOW;
        }

        /** Whether a session that this policy had decided of may be decided otherwise by the one in its place. */
        boolean decidesSessionsUnlike(CompiledPolicy next) {
            PolicyDocument now = compiled.document();
            PolicyDocument then = next.document();
            return compiled.hasRules(Phase.SESSION) || next.hasRules(Phase.SESSION)
                    || now.mode() != then.mode()
                    || now.defaults().session() != then.defaults().session();
        }
    }

    private record Pair(@Nullable String own, @Nullable String shadow) {}

    private final Map<String, Book> books = new HashMap<>();
    private final Map<Pair, PolicySlot> slots = Caffeine.newBuilder().weakValues()
            .<Pair, PolicySlot>build().asMap();
    private @Nullable String guard;
    private long publications;

    synchronized void put(Book book) {
        books.put(book.id(), book);
    }

    synchronized void remove(String id) {
        books.remove(id);
    }

    synchronized void guard(@Nullable String id) {
        guard = id;
    }

    synchronized @Nullable Book find(String id) {
        return books.get(id);
    }

    synchronized List<Book> ofAccount(@Nullable String account) {
        return books.values().stream().filter(book -> Objects.equals(account, book.account()))
                .toList();
    }

    /**
     * The slot of a SIM with these policies: its own, its fleet's, its account's; each null where there is none. The
     * first enforced one holds, a shadow policy before it is evaluated beside it.
     */
    synchronized PolicySlot slot(@Nullable String... chain) {
        String own = null;
        String shadow = null;
        for (String id : chain) {
            Book book = id == null ? null : books.get(id);
            if (book != null && book.isShadow()) {
                shadow = shadow == null ? id : shadow;
            } else if (id != null) {
                own = id;
                break;
            }
        }
        Pair pair = new Pair(own, shadow);
        return slots.computeIfAbsent(pair, wanted -> new PolicySlot(effective(wanted)));
    }

    /**
     * Publishes anew what the SIMs of this account have; of all accounts with null. Returns when the data plane follows; until then
     * nobody waits who asks for a slot. Whoever calls this has the desk, so that no publication overtakes another.
     */
    void publish(@Nullable String account) {
        PolicySlot.publish(next(book -> account == null || account.equals(book.account())));
    }

    private synchronized Map<PolicySlot, EffectivePolicy> next(Predicate<Book> wanted) {
        Map<PolicySlot, EffectivePolicy> next = new HashMap<>();
        slots.forEach((pair, slot) -> {
            Book own = pair.own() == null ? null : books.get(pair.own());
            Book shadow = pair.shadow() == null ? null : books.get(pair.shadow());
            // a slot whose policies are gone is published, too: who still has it reaches nothing
            if (own == null && shadow == null || own != null && wanted.test(own)
                    || shadow != null && wanted.test(shadow)) {
                next.put(slot, effective(pair));
            }
        });
        return next;
    }

    /** What would hold if this policy were in force: for explanations. */
    synchronized EffectivePolicy effectiveWith(@Nullable Book own) {
        return withQuarantines(EffectivePolicy.of(publications, compiled(guard),
                own == null ? null : own.compiled()), own);
    }

    private EffectivePolicy effective(Pair pair) {
        Book own = pair.own() == null ? null : books.get(pair.own());
        Book shadow = pair.shadow() == null ? null : books.get(pair.shadow());
        EffectivePolicy effective = EffectivePolicy.of(++publications, compiled(guard),
                own == null || own.isShadow() ? null : own.compiled());
        return withQuarantines(effective, own)
                .withShadow(shadow == null ? null : shadow.compiled());
    }

    private EffectivePolicy withQuarantines(EffectivePolicy effective, @Nullable Book own) {
        List<CompiledPolicy> named = new ArrayList<>();
        addQuarantines(guard == null ? null : books.get(guard), named);
        addQuarantines(own, named);
        return named.isEmpty() ? effective : effective.withQuarantines(named);
    }

    /** The policies that a policy's rules name, of the same owner. */
    private void addQuarantines(@Nullable Book book, List<CompiledPolicy> named) {
        if (book == null) {
            return;
        }
        for (RuleDocument rule : book.compiled().document().rules()) {
            String name = rule.options().policy();
            if (name != null) {
                books.values().stream()
                        .filter(other -> Objects.equals(other.account(), book.account())
                                && other.compiled().name().equals(name))
                        .findFirst().ifPresent(other -> named.add(other.compiled()));
            }
        }
    }

    private @Nullable CompiledPolicy compiled(@Nullable String id) {
        Book book = id == null ? null : books.get(id);
        return book == null ? null : book.compiled();
    }
}
