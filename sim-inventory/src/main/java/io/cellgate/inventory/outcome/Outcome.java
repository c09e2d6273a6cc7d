package io.cellgate.inventory.outcome;

import java.util.List;
import java.util.function.Function;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * What became of a request: done, or why not. What is not {@link Done} changed nothing.
 *
 * @param <T> what a request that was done gives
 */
public sealed interface Outcome<T> {
    /** Done, and durable where it changed something. */
    record Done<T>(T value) implements Outcome<T> {}

    /** There is no such object, or it belongs to another account, which the caller is not to know. */
    record Absent<T>(String what, String id) implements Outcome<T> {}

    /** The request itself is wrong, for these reasons: all of them. */
    record Invalid<T>(List<Fault> faults) implements Outcome<T> {
        public Invalid {
            faults = List.copyOf(faults);
        }
    }

    /** The object's state forbids it. */
    record Conflict<T>(Reason reason, String detail) implements Outcome<T> {}

    /** The object was changed since the caller read it. */
    record Stale<T>(long expectedRevision, long actualRevision) implements Outcome<T> {}

    /** What stands in a request's way. */
    enum Reason {
        /** The state machine has no such transition from here. */
        WRONG_STATE("wrong-state"),
        /** Fewer SIMs in stock than ordered. */
        OUT_OF_STOCK("out-of-stock"),
        /** Another object has this name, address or number. */
        TAKEN("taken"),
        /** Other objects still depend on it. */
        IN_USE("in-use"),
        /** The quote's time is over. */
        QUOTE_EXPIRED("quote-expired"),
        /** The account does not allow it. */
        NOT_ENABLED("not-enabled"),
        /** A limit on how many or how large. */
        LIMIT("limit"),
        /** The idempotency key was used for another request. */
        KEY_REUSED("idempotency-key-reused");

        private final String text;

        Reason(String text) {
            this.text = text;
        }

        /** Its stable name in answers. */
        public String text() {
            return text;
        }
    }

    static <T> Outcome<T> done(T value) {
        return new Done<>(value);
    }

    static <T> Outcome<T> conflict(Reason reason, String detail) {
        return new Conflict<>(reason, detail);
    }

    default <R> Outcome<R> map(Function<? super T, ? extends R> mapping) {
        return then(value -> new Done<>(mapping.apply(value)));
    }

    default <R> Outcome<R> then(Function<? super T, Outcome<R>> next) {
        return switch (this) {
            case Done<T>(T value) -> next.apply(value);
            case Absent<T>(String what, String id) -> new Absent<>(what, id);
            case Invalid<T>(List<Fault> faults) -> new Invalid<>(faults);
            case Conflict<T>(Reason reason, String detail) -> new Conflict<>(reason, detail);
            case Stale<T>(long expected, long actual) -> new Stale<>(expected, actual);
        };
    }

    /**
     * The object, where it is at the revision that the caller has read.
     *
     * @param expected null: whichever there is
     */
    default Outcome<T> at(@Nullable Long expected, ToLongFunction<? super T> revision) {
        return then(value -> expected == null || expected == revision.applyAsLong(value)
                ? this
                : new Stale<>(expected, revision.applyAsLong(value)));
    }

    /** The value, for a caller that knows it was done: otherwise that is a bug. */
    default T require() {
        if (this instanceof Done<T>(T value)) {
            return value;
        }
        throw new IllegalStateException("expected it done, got " + this);
    }
}
