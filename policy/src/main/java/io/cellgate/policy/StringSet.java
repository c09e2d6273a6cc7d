package io.cellgate.policy;

import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Strings in an open-addressed table at most half full, asked without allocation: expected constant time. Immutable. */
final class StringSet {
    private final @Nullable String[] slots;
    private final int size;

    StringSet(Collection<String> strings) {
        int capacity = 4;
        while (capacity < 2 * strings.size()) {
            capacity *= 2;
        }
        slots = new String[capacity];
        int count = 0;
        for (String string : strings) {
            int slot = find(string);
            if (slots[slot] == null) {
                slots[slot] = string;
                count++;
            }
        }
        size = count;
    }

    private int find(CharSequence text) {
        int mask = slots.length - 1;
        int slot = Hashing.spread(Texts.hash(text)) & mask;
        while (true) {
            String held = slots[slot];
            if (held == null || Texts.equal(text, held)) {
                return slot;
            }
            slot = slot + 1 & mask;
        }
    }

    /** Where the text is held, from 0 to {@link #slotCount()}, or -1. */
    int slotOf(CharSequence text) {
        int slot = find(text);
        return slots[slot] == null ? -1 : slot;
    }

    int slotCount() {
        return slots.length;
    }

    boolean contains(CharSequence text) {
        return slots[find(text)] != null;
    }

    int size() {
        return size;
    }

    List<String> strings() {
        return Stream.of(slots).filter(Objects::nonNull).toList();
    }
}
