package io.cellgate.policy;

/** What a field's facts are, and so which operators and literals go with it. */
public enum FieldType {
    STRING("string"),
    INT("int"),
    BOOL("bool"),
    IP("ip"),
    /** A DNS name: case-insensitive, and {@code in} a set asks for the name or any parent of it. */
    NAME("name"),
    /** A time of day, as seconds since midnight. */
    TIME("time of day"),
    STRING_ARRAY("string array"),
    NAME_ARRAY("name array"),
    IP_ARRAY("ip array"),
    /** HTTP header fields: a string array for each field name. */
    HEADERS("headers by name");

    private final String text;

    FieldType(String text) {
        this.text = text;
    }

    /** How the documentation and problems write it. */
    public String text() {
        return text;
    }

    /** The type of one element: of an array its elements', of anything else its own. */
    public FieldType element() {
        return switch (this) {
            case STRING_ARRAY, HEADERS -> STRING;
            case NAME_ARRAY -> NAME;
            case IP_ARRAY -> IP;
            case STRING, INT, BOOL, IP, NAME, TIME -> this;
        };
    }

    public boolean isArray() {
        return element() != this;
    }
}
