package io.cellgate.policy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.BiConsumer;
import org.agrona.DirectBuffer;
import org.jspecify.annotations.Nullable;

/**
 * What is known of a session, a query, a flow or a request: one slot for each {@link Field}. A slot that was not set
 * is an unknown fact. A bag is filled, asked and cleared again and again by the one thread that owns it; after it has
 * grown to what it is used for, nothing of that allocates.
 *
 * <p>{@link #forSession()} has room for a session's own facts only and is small; it lives as long as its session.
 * {@code new Facts()} has room for all, and for what a decision needs to reckon with: a worker has one and uses it
 * for each of its flows in turn.
 */
public final class Facts {
    private long known;
    /** Ints, times, booleans, the low half of addresses. */
    private final long[] numbers;
    /** Strings and names; of arrays and header fields their {@link Elements}, kept when the slot is forgotten. */
    private final @Nullable Object[] texts;
    /** The reusable text of slots that were filled from a buffer. */
    private final @Nullable LatinText[] copies;
    private long destinationHi;
    /** What a decision under way has worked out; grows to what the largest policy needs. */
    private @Nullable Workspace workspace;

    public Facts() {
        this(Field.COUNT);
    }

    private Facts(int count) {
        numbers = new long[count];
        texts = new Object[count];
        copies = new LatinText[count == Field.COUNT ? count : 0];
    }

    /** A bag with room for the facts that stay the same during a session: {@code sim}, {@code session}, {@code location}. */
    public static Facts forSession() {
        return new Facts(Field.SESSION_FIELDS);
    }

    /** Makes all facts unknown. */
    public void clear() {
        known = 0;
    }

    public void forget(Field field) {
        known &= ~(1L << field.slot());
    }

    public boolean isKnown(Field field) {
        return isKnown(field.slot());
    }

    boolean isKnown(int slot) {
        return (known & 1L << slot) != 0;
    }

    private int slot(Field field, FieldType expected) {
        if (field.type() != expected) {
            throw new IllegalArgumentException(field + " is of type " + field.type().text()
                    + ", got a fact of type " + expected.text());
        }
        int slot = field.slot();
        if (slot >= numbers.length) {
            throw new IllegalArgumentException(field + " is no fact of a session");
        }
        known |= 1L << slot;
        return slot;
    }

    /** Sets a string. The text is kept, not copied: it must not change before the decision. */
    public void set(Field field, CharSequence value) {
        put(slot(field, FieldType.STRING), value);
    }

    /** Puts it there, if it is not there already: a write of a reference costs a barrier of the garbage collector. */
    @SuppressWarnings("ReferenceEquality")
    private void put(int slot, Object value) {
        if (texts[slot] != value) {
            texts[slot] = value;
        }
    }

    /** Sets a string from octets (ISO 8859-1, and so ASCII), which are copied. */
    public void set(Field field, DirectBuffer buffer, int offset, int length) {
        int slot = slot(field, FieldType.STRING);
        LatinText copy = copies[slot];
        if (copy == null) {
            copy = new LatinText(Math.max(length, 64));
            copies[slot] = copy;
        }
        copy.fill(buffer, offset, length);
        put(slot, copy);
    }

    /** Sets an int, or a time of day in seconds since midnight. */
    public void set(Field field, long value) {
        numbers[slot(field,
                field.type() == FieldType.TIME ? FieldType.TIME : FieldType.INT)] = value;
    }

    public void set(Field field, boolean value) {
        numbers[slot(field, FieldType.BOOL)] = value ? 1 : 0;
    }

    /** Sets an address; IPv4 as ::ffff:a.b.c.d. */
    public void setIp(Field field, long hi, long lo) {
        numbers[slot(field, FieldType.IP)] = lo;
        destinationHi = hi;
    }

    public void setIp(Field field, IpAddress address) {
        setIp(field, address.hi(), address.lo());
    }

    /** Sets a name, which is kept, not copied: a scratch must not be refilled before the decision. */
    public void setName(Field field, DomainName name) {
        put(slot(field, FieldType.NAME), name);
    }

    /** Makes an array known without elements; {@code add…} then appends to it. */
    public void setEmpty(Field field) {
        Elements elements = elements(field, field.type());
        elements.count = 0;
    }

    public void addName(Field field, DomainName name) {
        elements(field, FieldType.NAME_ARRAY).add(name);
    }

    public void addString(Field field, CharSequence value) {
        elements(field, FieldType.STRING_ARRAY).add(value);
    }

    public void addIp(Field field, long hi, long lo) {
        elements(field, FieldType.IP_ARRAY).addIp(hi, lo);
    }

    /** Adds a value of a header field; names compare without regard to case (RFC 9110 §5.1). */
    public void addHeader(CharSequence name, CharSequence value) {
        Elements headers = elements(Field.HTTP_HEADER, FieldType.HEADERS);
        headers.add(name);
        headers.add(value);
    }

    /** Adds a value of a header field from octets, which are copied. */
    public void addHeader(DirectBuffer buffer, int nameOffset, int nameLength, int valueOffset,
            int valueLength) {
        Elements headers = elements(Field.HTTP_HEADER, FieldType.HEADERS);
        headers.addCopy(buffer, nameOffset, nameLength);
        headers.addCopy(buffer, valueOffset, valueLength);
    }

    private Elements elements(Field field, FieldType expected) {
        if (!field.type().isArray()) {
            throw new IllegalArgumentException(field + " is of type " + field.type().text()
                    + ", got an element of an array");
        }
        boolean wasKnown = isKnown(field);
        int slot = slot(field, expected);
        Elements elements = (Elements) texts[slot];
        if (elements == null) {
            elements = new Elements();
            texts[slot] = elements;
        }
        if (!wasKnown) {
            elements.count = 0;
        }
        return elements;
    }

    /**
     * Sets a fact from text, as the control path gets it: a number, an address, a name, hh:mm, true or false. Of an
     * array each call adds an element.
     */
    public void read(Field field, String text) {
        switch (field.type()) {
            case STRING -> set(field, text);
            case INT -> set(field, number(field, text));
            case BOOL -> {
                if (!text.equals("true") && !text.equals("false")) {
                    throw new IllegalArgumentException(
                            field + ": got \"" + text + "\", expected true or false");
                }
                set(field, text.equals("true"));
            }
            case IP -> setIp(field, IpAddress.parse(text));
            case NAME -> setName(field, DomainName.of(text));
            case TIME -> {
                long seconds = Literals.secondsOfDay(text);
                if (seconds < 0) {
                    throw new IllegalArgumentException(
                            field + ": got \"" + text + "\", expected hh:mm or hh:mm:ss");
                }
                set(field, seconds);
            }
            case STRING_ARRAY -> addString(field, text);
            case NAME_ARRAY -> addName(field, DomainName.of(text));
            case IP_ARRAY -> {
                IpAddress address = IpAddress.parse(text);
                addIp(field, address.hi(), address.lo());
            }
            case HEADERS -> {
                int colon = text.indexOf(':');
                if (colon <= 0) {
                    throw new IllegalArgumentException(
                            field + ": got \"" + text + "\", expected name: value");
                }
                addHeader(text.substring(0, colon).strip(), text.substring(colon + 1).strip());
            }
        }
    }

    /** Tells each known fact in the texts that {@link #read} takes: of an array one for each element. */
    public void write(BiConsumer<Field, List<String>> to) {
        for (Field field : Field.values()) {
            if (field.slot() == field.ordinal() && isKnown(field)) {
                to.accept(field,
                        field.type().isArray()
                                ? texts(field)
                                : List.of(String.valueOf(describe(field, null))));
            }
        }
    }

    private List<String> texts(Field field) {
        Elements elements = elements(field.slot());
        List<String> texts = new ArrayList<>(elements.count());
        int step = field.type() == FieldType.HEADERS ? 2 : 1;
        for (int i = 0; i < elements.count(); i += step) {
            texts.add(switch (field.type()) {
                case IP_ARRAY -> new IpAddress(elements.hi(i), elements.lo(i)).toString();
                case NAME_ARRAY -> elements.name(i).toString();
                case HEADERS -> elements.text(i) + ": " + elements.text(i + 1);
                default -> elements.text(i).toString();
            });
        }
        return texts;
    }

    private static long number(Field field, String text) {
        try {
            return Long.parseLong(text);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(
                    field + ": got \"" + text + "\", expected a whole number", e);
        }
    }

    // What a matcher reads; only of slots that are known.

    CharSequence text(int slot) {
        return (CharSequence) required(texts[slot]);
    }

    DomainName name(int slot) {
        return (DomainName) required(texts[slot]);
    }

    long number(int slot) {
        return numbers[slot];
    }

    long ipHi() {
        return destinationHi;
    }

    Elements elements(int slot) {
        return (Elements) required(texts[slot]);
    }

    private static Object required(@Nullable Object value) {
        if (value == null) {
            throw new IllegalStateException("a fact that is not known was read");
        }
        return value;
    }

    Workspace workspace() {
        Workspace current = workspace;
        if (current == null) {
            current = new Workspace();
            workspace = current;
        }
        return current;
    }

    /** The fact as people read it; "unknown" where it is. */
    public String text(Field field) {
        String known = describe(field, null);
        return known == null ? "unknown" : known;
    }

    /** The fact as text for an explanation, or null where it is unknown. */
    @Nullable
    String describe(Field field, @Nullable String header) {
        if (!isKnown(field)) {
            return null;
        }
        int slot = field.slot();
        return switch (field.type()) {
            case STRING -> text(slot).toString();
            case INT -> Long.toString(number(slot));
            case BOOL -> Boolean.toString(number(slot) != 0);
            case TIME -> Literals.timeText(number(slot));
            case IP -> new IpAddress(destinationHi, number(slot)).toString();
            case NAME -> name(slot).toString();
            case STRING_ARRAY, NAME_ARRAY, IP_ARRAY -> elements(slot).describe();
            case HEADERS -> header == null ? null : elements(slot).describeHeader(header);
        };
    }

    /** The elements of an array fact; header fields as name, value, name, value. */
    static final class Elements {
        private @Nullable Object[] values = new Object[4];
        private long[] halves = new long[0];
        private @Nullable LatinText[] copies = new LatinText[0];
        private int count;

        int count() {
            return count;
        }

        void add(Object value) {
            if (count == values.length) {
                values = Arrays.copyOf(values, 2 * count);
            }
            values[count++] = value;
        }

        void addIp(long hi, long lo) {
            if (halves.length < 2 * count + 2) {
                halves = Arrays.copyOf(halves, 4 * count + 4);
            }
            halves[2 * count] = hi;
            halves[2 * count + 1] = lo;
            count++;
        }

        void addCopy(DirectBuffer buffer, int offset, int length) {
            if (copies.length <= count) {
                copies = Arrays.copyOf(copies, 2 * count + 2);
            }
            LatinText copy = copies[count];
            if (copy == null) {
                copy = new LatinText(Math.max(length, 32));
                copies[count] = copy;
            }
            copy.fill(buffer, offset, length);
            add(copy);
        }

        CharSequence text(int index) {
            return (CharSequence) required(values[index]);
        }

        DomainName name(int index) {
            return (DomainName) required(values[index]);
        }

        long hi(int index) {
            return halves[2 * index];
        }

        long lo(int index) {
            return halves[2 * index + 1];
        }

        private String describe() {
            StringBuilder text = new StringBuilder("[");
            for (int i = 0; i < count; i++) {
                Object value = i < values.length ? values[i] : null;
                text.append(i == 0 ? "" : ", ")
                        .append(halves.length > 0 ? new IpAddress(hi(i), lo(i)) : value);
            }
            return text.append(']').toString();
        }

        private @Nullable String describeHeader(String name) {
            StringBuilder text = new StringBuilder("[");
            boolean found = false;
            for (int i = 0; i + 1 < count; i += 2) {
                if (Texts.equalsIgnoringCase(text(i), name)) {
                    text.append(found ? ", " : "").append(text(i + 1));
                    found = true;
                }
            }
            return found ? text.append(']').toString() : null;
        }
    }
}
