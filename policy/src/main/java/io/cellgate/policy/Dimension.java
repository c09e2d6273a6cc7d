package io.cellgate.policy;

import java.util.Arrays;

/**
 * One field as the rule table indexes it: for a value of the field, the rules whose indexed condition on it holds and
 * those that have none. See {@link RuleTable} for what that is good for.
 */
abstract class Dimension {
    final int slot;
    final long[] arena;
    /** Where in the arena the rules stand that have no indexed condition on the field: all that an unknown fact leaves. */
    final int wildcard;
    final int words;
    final int stride;
    private final NamedList[] lists;
    private final RuleSet[] rulesOfLists;

    Dimension(DimensionBuilder from) {
        slot = from.field.slot();
        arena = from.arena.bits();
        wildcard = from.wildcard;
        words = from.words;
        stride = from.stride;
        lists = from.lists();
        rulesOfLists = from.rulesOfLists();
    }

    /**
     * Where the rules stand that the fact leaves: a place in the arena, or the complement of a place in the workspace,
     * which then holds them.
     */
    final int find(Facts flow, long[] workspace, int at) {
        return flow.isKnown(slot) ? findKnown(flow, workspace, at) : wildcard;
    }

    abstract int findKnown(Facts flow, long[] workspace, int at);

    final boolean hasLists() {
        return lists.length > 0;
    }

    final void begin(int from, long[] workspace, int at) {
        System.arraycopy(arena, from, workspace, at, stride);
    }

    /** Of numbers: binary search among the elementary intervals. */
    static final class OfNumber extends Dimension {
        private final long[] starts;
        private final int[] places;

        OfNumber(DimensionBuilder from, long[] starts, int[] places) {
            super(from);
            this.starts = starts;
            this.places = places;
        }

        @Override
        int findKnown(Facts flow, long[] workspace, int at) {
            long value = flow.number(slot);
            int low = 0;
            int high = starts.length - 1;
            while (low <= high) {
                int middle = (low + high) >>> 1;
                if (starts[middle] <= value) {
                    low = middle + 1;
                } else {
                    high = middle - 1;
                }
            }
            return high < 0 ? wildcard : places[high];
        }
    }

    /** Of addresses: binary search among the elementary intervals, and the lists. */
    static final class OfAddress extends Dimension {
        private final long[] startsHi;
        private final long[] startsLo;
        private final int[] places;

        OfAddress(DimensionBuilder from, long[] startsHi, long[] startsLo, int[] places) {
            super(from);
            this.startsHi = startsHi;
            this.startsLo = startsLo;
            this.places = places;
        }

        @Override
        int findKnown(Facts flow, long[] workspace, int at) {
            long hi = flow.ipHi();
            long lo = flow.number(slot);
            int low = 0;
            int high = startsHi.length - 1;
            while (low <= high) {
                int middle = (low + high) >>> 1;
                if (IpAddress.compare(startsHi[middle], startsLo[middle], hi, lo) <= 0) {
                    low = middle + 1;
                } else {
                    high = middle - 1;
                }
            }
            int place = high < 0 ? wildcard : places[high];
            if (!hasLists()) {
                return place;
            }
            begin(place, workspace, at);
            for (int i = 0; i < listCount(); i++) {
                if (list(i).containsIp(hi, lo)) {
                    uniteList(i, workspace, at);
                }
            }
            return ~at;
        }
    }

    /** Of strings: a hash table, and the lists. */
    static final class OfText extends Dimension {
        private final StringSet strings;
        private final int[] places;

        OfText(DimensionBuilder from, StringSet strings, int[] places) {
            super(from);
            this.strings = strings;
            this.places = places;
        }

        @Override
        int findKnown(Facts flow, long[] workspace, int at) {
            CharSequence text = flow.text(slot);
            int string = strings.slotOf(text);
            int place = string < 0 ? wildcard : places[string];
            if (!hasLists()) {
                return place;
            }
            begin(place, workspace, at);
            for (int i = 0; i < listCount(); i++) {
                if (list(i).contains(text)) {
                    uniteList(i, workspace, at);
                }
            }
            return ~at;
        }
    }

    /** Of one name or several: a hash table asked for each name and its parents, and the lists; the results united. */
    static final class OfName extends Dimension {
        private final boolean array;
        private final NameTable names;
        /** By slot of the table: rules for the name itself, and for it and its children; null: none. */
        private final RuleSet[] exact;
        private final RuleSet[] within;

        OfName(DimensionBuilder from, NameTable names, RuleSet[] exact, RuleSet[] within) {
            super(from);
            array = from.field.type().isArray();
            this.names = names;
            this.exact = exact;
            this.within = within;
        }

        @Override
        int findKnown(Facts flow, long[] workspace, int at) {
            begin(wildcard, workspace, at);
            if (array) {
                Facts.Elements elements = flow.elements(slot);
                for (int i = 0; i < elements.count(); i++) {
                    unite(elements.name(i), workspace, at);
                }
            } else {
                unite(flow.name(slot), workspace, at);
            }
            return ~at;
        }

        private void unite(DomainName name, long[] workspace, int at) {
            int labels = name.labels();
            for (int label = 0; label < labels; label++) {
                int found = names.hasDepth(labels - label) ? names.find(name, label) : -1;
                if (found >= 0) {
                    within[found].uniteInto(workspace, at, words);
                    if (label == 0) {
                        exact[found].uniteInto(workspace, at, words);
                    }
                }
            }
            for (int i = 0; i < listCount(); i++) {
                if (list(i).contains(name)) {
                    uniteList(i, workspace, at);
                }
            }
        }
    }

    final int listCount() {
        return lists.length;
    }

    final NamedList list(int index) {
        return lists[index];
    }

    final void uniteList(int index, long[] workspace, int at) {
        rulesOfLists[index].uniteInto(workspace, at, words);
    }

    @Override
    public String toString() {
        return "dimension of slot " + slot + ", lists " + Arrays.toString(lists);
    }
}
