package io.cellgate.policy;

import java.util.Map;

/**
 * One field as the rule table indexes it: for a value of the field, the sets of rules that it leaves: those without an
 * indexed condition on the field, and those whose condition holds. See {@link RuleTable} for what that is good for.
 */
abstract class Dimension {
    final int slot;
    /** Where the rules stand that have no indexed condition on the field: all that an unknown fact leaves. */
    private final int always;
    private final NamedList[] lists;
    private final int[] placesOfLists;

    Dimension(Common common) {
        slot = common.field().slot();
        always = common.always();
        lists = common.placesOfLists().keySet().toArray(NamedList[]::new);
        placesOfLists = common.placesOfLists().values().stream().mapToInt(Integer::intValue)
                .toArray();
    }

    /** What dimensions of all types have. */
    record Common(Field field, int always, Map<NamedList, Integer> placesOfLists) {}

    /** Adds the places of the sets of rules that the fact leaves to the workspace. */
    final void find(Facts flow, Workspace into) {
        into.add(always);
        if (flow.isKnown(slot)) {
            findKnown(flow, into);
        }
    }

    abstract void findKnown(Facts flow, Workspace into);

    final int listCount() {
        return lists.length;
    }

    final NamedList list(int index) {
        return lists[index];
    }

    final void addList(int index, Workspace into) {
        into.add(placesOfLists[index]);
    }

    /** Of numbers: binary search among the elementary intervals. */
    static final class OfNumber extends Dimension {
        private final long[] starts;
        private final int[] places;

        OfNumber(Common common, long[] starts, int[] places) {
            super(common);
            this.starts = starts;
            this.places = places;
        }

        @Override
        void findKnown(Facts flow, Workspace into) {
            int interval = SortedStarts.floor(starts, flow.number(slot));
            if (interval >= 0) {
                into.add(places[interval]);
            }
        }
    }

    /** Of addresses: binary search among the elementary intervals of IPv4 or of all others, and the lists. */
    static final class OfAddress extends Dimension {
        /** With the sign bit flipped, so that signed comparison orders them. */
        private final int[] starts4;
        private final int[] places4;
        private final long[] startsHi;
        private final long[] startsLo;
        private final int[] places6;

        OfAddress(Common common, int[] starts4, int[] places4, long[] startsHi, long[] startsLo,
                int[] places6) {
            super(common);
            this.starts4 = starts4;
            this.places4 = places4;
            this.startsHi = startsHi;
            this.startsLo = startsLo;
            this.places6 = places6;
        }

        @Override
        void findKnown(Facts flow, Workspace into) {
            long hi = flow.ipHi();
            long lo = flow.number(slot);
            if (IpAddress.isIpv4(hi, lo)) {
                int interval = SortedStarts.floor(starts4, (int) lo ^ Integer.MIN_VALUE);
                if (interval >= 0) {
                    into.add(places4[interval]);
                }
            } else {
                int interval = SortedStarts.floor(startsHi, startsLo, hi, lo);
                if (interval >= 0) {
                    into.add(places6[interval]);
                }
            }
            for (int i = 0; i < listCount(); i++) {
                if (list(i).containsIp(hi, lo)) {
                    addList(i, into);
                }
            }
        }
    }

    /** Of strings: a hash table, and the lists. */
    static final class OfText extends Dimension {
        private final StringSet strings;
        private final int[] places;

        OfText(Common common, StringSet strings, int[] places) {
            super(common);
            this.strings = strings;
            this.places = places;
        }

        @Override
        void findKnown(Facts flow, Workspace into) {
            CharSequence text = flow.text(slot);
            int string = strings.slotOf(text);
            if (string >= 0) {
                into.add(places[string]);
            }
            for (int i = 0; i < listCount(); i++) {
                if (list(i).contains(text)) {
                    addList(i, into);
                }
            }
        }
    }

    /** Of one name or several: a hash table asked for each name and its parents, and the lists. */
    static final class OfName extends Dimension {
        private final boolean array;
        private final NameTable names;
        /** By slot of the table: rules for the name itself, and for it and its children. */
        private final int[] exact;
        private final int[] within;

        OfName(Common common, NameTable names, int[] exact, int[] within) {
            super(common);
            array = common.field().type().isArray();
            this.names = names;
            this.exact = exact;
            this.within = within;
        }

        @Override
        void findKnown(Facts flow, Workspace into) {
            if (array) {
                Facts.Elements elements = flow.elements(slot);
                for (int i = 0; i < elements.count(); i++) {
                    find(elements.name(i), into);
                }
            } else {
                find(flow.name(slot), into);
            }
        }

        private void find(DomainName name, Workspace into) {
            int labels = name.labels();
            for (int label = 0; label < labels; label++) {
                int found = names.hasDepth(labels - label) ? names.find(name, label) : -1;
                if (found >= 0) {
                    into.add(within[found]);
                    if (label == 0) {
                        into.add(exact[found]);
                    }
                }
            }
            for (int i = 0; i < listCount(); i++) {
                if (list(i).contains(name)) {
                    addList(i, into);
                }
            }
        }
    }
}
