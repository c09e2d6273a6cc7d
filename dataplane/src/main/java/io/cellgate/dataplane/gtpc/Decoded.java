package io.cellgate.dataplane.gtpc;

/** What a decoder returns: the value, or what is wrong with the octets. */
public sealed interface Decoded<T> {
    record Good<T>(T value) implements Decoded<T> {}

    record Bad<T>(Fault fault) implements Decoded<T> {}

    static <T> Decoded<T> good(T value) {
        return new Good<>(value);
    }

    static <T> Decoded<T> bad(Fault fault) {
        return new Bad<>(fault);
    }

    /** The value; throws where there is none, so only for whoever knows that the octets are good. */
    default T orThrow() {
        return switch (this) {
            case Good<T> good -> good.value();
            case Bad<T> bad -> throw new IllegalArgumentException(bad.fault().toString());
        };
    }
}
