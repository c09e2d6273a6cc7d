package io.cellgate.policy;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * A list that policies refer to as {@code $name}: names, addresses or strings. Policies hold the list, not its
 * content: replacing the content is one volatile write, seen by every policy that names the list at its next
 * decision, without compiling any of them. Whoever changes it publishes the policies concerned under a new revision
 * afterwards, so that flows decided before are decided again.
 */
public final class NamedList {
    /** What its entries are. */
    public enum Kind {
        /** DNS names; each stands for itself and its children. */
        NAMES("names"),
        /** Addresses and prefixes. */
        ADDRESSES("addresses"),
        /** Strings, compared octet by octet. */
        STRINGS("strings");

        private final String text;

        Kind(String text) {
            this.text = text;
        }

        public String text() {
            return text;
        }
    }

    private static final int MAX_ENTRIES = 1_000_000;
    private static final int MAX_STRING_LENGTH = 4096;

    private final String name;
    private final Kind kind;
    private volatile Content content;

    private NamedList(String name, Kind kind, Content content) {
        this.name = name;
        this.kind = kind;
        this.content = content;
    }

    /**
     * @param name    letters, digits, '_' and '-', at most 64
     * @param entries names, addresses and prefixes or strings, as the kind says
     * @throws IllegalArgumentException naming the first entry that is none, or an excess of entries
     */
    public static NamedList of(String name, Kind kind, Collection<String> entries) {
        if (!Ids.isListName(name)) {
            throw new IllegalArgumentException("list name: got \"" + IpAddress.shortened(name)
                    + "\", expected 1 to 64 letters, digits, '_' or '-', a letter first");
        }
        return new NamedList(name, kind, read(kind, entries));
    }

    public String name() {
        return name;
    }

    public Kind kind() {
        return kind;
    }

    public int size() {
        return content.size();
    }

    /** Checks one entry, as an upload does line by line; throws with what was got and expected. */
    public static void check(Kind kind, String entry) {
        switch (kind) {
            case NAMES -> {
                DomainName ignored = DomainName.of(entry);
            }
            case ADDRESSES -> {
                IpRange ignored = IpRange.parse(entry);
            }
            case STRINGS -> {
                if (entry.isEmpty() || entry.length() > MAX_STRING_LENGTH) {
                    throw new IllegalArgumentException("string: got " + entry.length()
                            + " characters, expected 1 to " + MAX_STRING_LENGTH);
                }
            }
        }
    }

    /** Puts these entries in place of all; on a bad one nothing changes. */
    public void replace(Collection<String> entries) {
        content = read(kind, entries);
    }

    /** Removes some entries and adds others, at once for who asks; on a bad one nothing changes. One thread at a time. */
    public void update(Collection<String> added, Collection<String> removed) {
        content = content.changed(added, removed);
    }

    public boolean contains(DomainName name) {
        return content instanceof Names names && names.table.containsOrParent(name);
    }

    public boolean contains(IpAddress address) {
        return containsIp(address.hi(), address.lo());
    }

    public boolean contains(CharSequence text) {
        return content instanceof Strings strings && strings.set.contains(text);
    }

    boolean containsIp(long hi, long lo) {
        return content instanceof Addresses addresses && addresses.set.contains(hi, lo);
    }

    /** What its content takes, for measurements: octets of the tables that look-ups read. */
    public long tableOctets() {
        return switch (content) {
            case Names names -> names.table.bytes();
            case Addresses addresses -> addresses.set.bytes4();
            case Strings strings -> strings.set.strings().stream()
                    .mapToLong(string -> 48L + string.length()).sum();
        };
    }

    private static Content read(Kind kind, Collection<String> entries) {
        if (entries.size() > MAX_ENTRIES) {
            throw new IllegalArgumentException(
                    "list: got " + entries.size() + " entries, expected at most " + MAX_ENTRIES);
        }
        return switch (kind) {
            case NAMES -> {
                NameTable.Builder names = new NameTable.Builder();
                entries.forEach(entry -> names.add(DomainName.of(entry)));
                yield new Names(names.build());
            }
            case ADDRESSES -> new Addresses(
                    AddressSet.of(entries.stream().map(IpRange::parse).toList()));
            case STRINGS -> {
                entries.forEach(entry -> check(Kind.STRINGS, entry));
                yield new Strings(new StringSet(entries));
            }
        };
    }

    private static void requireSize(int size) {
        if (size > MAX_ENTRIES) {
            throw new IllegalArgumentException(
                    "list: got " + size + " entries, expected at most " + MAX_ENTRIES);
        }
    }

    private sealed interface Content {
        int size();

        Content changed(Collection<String> added, Collection<String> removed);
    }

    private record Names(NameTable table) implements Content {
        @Override
        public int size() {
            return table.size();
        }

        @Override
        public Content changed(Collection<String> added, Collection<String> removed) {
            Set<DomainName> gone = HashSet.newHashSet(removed.size());
            removed.forEach(entry -> gone.add(DomainName.of(entry)));
            NameTable.Builder builder = new NameTable.Builder();
            table.forEach(name -> {
                if (!gone.contains(name)) {
                    builder.add(name);
                }
            });
            added.forEach(entry -> builder.add(DomainName.of(entry)));
            NameTable next = builder.build();
            requireSize(next.size());
            return new Names(next);
        }
    }

    private record Addresses(AddressSet set) implements Content {
        @Override
        public int size() {
            return set.size();
        }

        @Override
        public Content changed(Collection<String> added, Collection<String> removed) {
            Set<IpRange> prefixes = new LinkedHashSet<>(set.prefixes());
            removed.forEach(entry -> prefixes.remove(IpRange.parse(entry)));
            added.forEach(entry -> prefixes.add(IpRange.parse(entry)));
            requireSize(prefixes.size());
            return new Addresses(AddressSet.of(new ArrayList<>(prefixes)));
        }
    }

    private record Strings(StringSet set) implements Content {
        @Override
        public int size() {
            return set.size();
        }

        @Override
        public Content changed(Collection<String> added, Collection<String> removed) {
            Set<String> strings = new LinkedHashSet<>(set.strings());
            removed.forEach(strings::remove);
            added.forEach(entry -> check(Kind.STRINGS, entry));
            strings.addAll(added);
            requireSize(strings.size());
            return new Strings(new StringSet(List.copyOf(strings)));
        }
    }
}
