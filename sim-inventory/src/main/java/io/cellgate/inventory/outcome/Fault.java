package io.cellgate.inventory.outcome;

/**
 * One thing wrong with a request.
 *
 * @param pointer  the field, as a JSON pointer (RFC 6901) into the request
 * @param got      what it was
 * @param expected what it must be
 */
public record Fault(String pointer, String got, String expected) {}
