package io.cellgate.control.live;

import io.cellgate.inventory.account.Scope;
import io.cellgate.inventory.outcome.Fault;
import io.cellgate.inventory.outcome.Outcome;
import io.cellgate.inventory.outcome.Outcome.Reason;
import io.cellgate.inventory.policy.ListKind;
import io.cellgate.inventory.policy.ListStore;
import io.cellgate.inventory.store.Actor;
import io.cellgate.policy.ListCatalog;
import io.cellgate.policy.NamedList;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The lists that policies name, in memory as compiled policies see them and in the store. Changed only from the
 * {@link PolicyDesk}; a content is checked, stored, then swapped by one volatile write.
 */
public final class ListDesk {
    private final ListStore lists;
    private final Map<String, Held> held = new ConcurrentHashMap<>();

    private record Held(@Nullable String account, NamedList list) {}

    public ListDesk(ListStore lists) {
        this.lists = lists;
    }

    /** Loads what is stored. To be called once, before policies are compiled. */
    public void open(Iterable<io.cellgate.inventory.policy.NamedList> stored) {
        for (var list : stored) {
            held.put(list.id(), new Held(list.account(),
                    NamedList.of(list.name(), kind(list.kind()), entries(list.id()))));
        }
    }

    private List<String> entries(String id) {
        List<String> entries = new ArrayList<>();
        lists.eachEntry(id, entries::add);
        return entries;
    }

    /** What policies of this account may name; of the operator with null. */
    ListCatalog catalog(@Nullable String account) {
        return catalogWithout(account, "");
    }

    private ListCatalog catalogWithout(@Nullable String account, String id) {
        return ListCatalog.of(held.entrySet().stream()
                .filter(entry -> Objects.equals(account, entry.getValue().account())
                        && !entry.getKey().equals(id))
                .map(entry -> entry.getValue().list()).toList());
    }

    public Outcome<io.cellgate.inventory.policy.NamedList> create(PolicyDesk desk, Actor actor,
            @Nullable String account, String name, ListKind kind, Collection<String> entries) {
        List<Fault> faults = check(kind, "/entries", entries);
        if (!faults.isEmpty()) {
            return new Outcome.Invalid<>(faults);
        }
        return desk.changeLists(account, () -> lists.create(actor, account, name, kind)
                .then(made -> entries.isEmpty()
                        ? Outcome.done(made)
                        : lists.replace(actor, Scope.OPERATOR, made.id(), entries, null))
                .map(made -> {
                    held.put(made.id(),
                            new Held(account, NamedList.of(name, kind(kind), entries(made.id()))));
                    return made;
                }));
    }

    public Outcome<io.cellgate.inventory.policy.NamedList> replace(PolicyDesk desk, Actor actor,
            Scope scope, String id, Collection<String> entries, @Nullable Long expected) {
        return lists.find(scope, id).then(old -> {
            List<Fault> faults = check(old.kind(), "/entries", entries);
            return faults.isEmpty()
                    ? desk.changeLists(old.account(),
                            () -> lists.replace(actor, scope, id, entries, expected)
                                    .map(this::reload))
                    : new Outcome.Invalid<>(faults);
        });
    }

    public Outcome<io.cellgate.inventory.policy.NamedList> update(PolicyDesk desk, Actor actor,
            Scope scope, String id, Collection<String> add, Collection<String> remove,
            @Nullable Long expected) {
        return lists.find(scope, id).then(old -> {
            List<Fault> faults = new ArrayList<>(check(old.kind(), "/add", add));
            faults.addAll(check(old.kind(), "/remove", remove));
            return faults.isEmpty()
                    ? desk.changeLists(old.account(),
                            () -> lists.update(actor, scope, id, add, remove, expected)
                                    .map(changed -> {
                                        apply(id, add, remove);
                                        return changed;
                                    }))
                    : new Outcome.Invalid<>(faults);
        });
    }

    public Outcome<io.cellgate.inventory.policy.NamedList> delete(PolicyDesk desk, Actor actor,
            Scope scope, String id, @Nullable Long expectedRevision) {
        return lists.find(scope, id).then(old -> desk.changeLists(old.account(), () -> {
            String user = desk.needsMoreThan(old.account(), catalogWithout(old.account(), id));
            if (user != null) {
                return Outcome.conflict(Reason.IN_USE,
                        "list " + id + " is named by policy " + user + ", expected by none");
            }
            return lists.delete(actor, scope, id, expectedRevision).map(deleted -> {
                held.remove(id);
                return deleted;
            });
        }));
    }

    /** The store lets a removal win over an addition of the same entry; so does this. */
    private void apply(String id, Collection<String> add, Collection<String> remove) {
        NamedList list = required(id);
        if (add.isEmpty() || remove.isEmpty()) {
            list.update(add, remove);
        } else {
            list.replace(entries(id));
        }
    }

    private io.cellgate.inventory.policy.NamedList reload(
            io.cellgate.inventory.policy.NamedList changed) {
        required(changed.id()).replace(entries(changed.id()));
        return changed;
    }

    private NamedList required(String id) {
        Held found = held.get(id);
        if (found == null) {
            throw new IllegalStateException("list " + id + " is stored and not held");
        }
        return found.list();
    }

    private static List<Fault> check(ListKind kind, String pointer, Collection<String> entries) {
        List<Fault> faults = new ArrayList<>();
        int index = 0;
        for (String entry : entries) {
            try {
                NamedList.check(kind(kind), entry);
            } catch (IllegalArgumentException wrong) {
                String said = wrong.getMessage() == null ? "" : wrong.getMessage();
                int expected = said.indexOf("expected ");
                faults.add(new Fault(pointer + "/" + index, entry,
                        expected < 0 ? said : said.substring(expected + "expected ".length())));
                if (faults.size() == 100) {
                    break;
                }
            }
            index++;
        }
        return faults;
    }

    private static NamedList.Kind kind(ListKind kind) {
        return switch (kind) {
            case NAME -> NamedList.Kind.NAMES;
            case ADDRESS -> NamedList.Kind.ADDRESSES;
            case STRING -> NamedList.Kind.STRINGS;
        };
    }
}
