package io.cellgate.dataplane.radius;

/** What a reader returns: the value, or what is wrong with the octets. */
public sealed interface Read<T> {
    record Good<T>(T value) implements Read<T> {}

    /** @param detail what was got and what was expected */
    record Bad<T>(AccountingFault fault, String detail) implements Read<T> {}
}
