package io.cellgate.policy;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The lists that an account's policies may name. */
public final class ListCatalog {
    public static final ListCatalog EMPTY = new ListCatalog(List.of());

    private final Map<String, NamedList> byName;

    private ListCatalog(Collection<NamedList> lists) {
        Map<String, NamedList> map = LinkedHashMap.newLinkedHashMap(lists.size());
        for (NamedList list : lists) {
            if (map.put(list.name(), list) != null) {
                throw new IllegalArgumentException(
                        "lists: got two of the name \"" + list.name() + "\"");
            }
        }
        byName = map;
    }

    public static ListCatalog of(Collection<NamedList> lists) {
        return new ListCatalog(lists);
    }

    public static ListCatalog of(NamedList... lists) {
        return new ListCatalog(List.of(lists));
    }

    public @Nullable NamedList find(String name) {
        return byName.get(name);
    }

    Collection<String> names() {
        return byName.keySet();
    }
}
