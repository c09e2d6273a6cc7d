package io.cellgate.inventory.idempotency;

/**
 * What a request was answered.
 *
 * @param status the HTTP status
 * @param body   the answer's text; it must hold no secret
 */
public record StoredAnswer(int status, String body) {}
