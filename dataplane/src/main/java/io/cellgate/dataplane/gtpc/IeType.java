package io.cellgate.dataplane.gtpc;

import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A kind of information element: its code, the least length of its value, and how the value is read.
 *
 * @param decoder gets at least {@code minLength} octets; returns null where the value is not one of this kind.
 *                Octets after what it knows are ignored, since later releases append (TS 29.274 §8.2)
 */
record IeType<T>(int code, String name, int minLength,
        Function<Octets, @Nullable T> decoder) {}
