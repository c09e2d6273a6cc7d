package io.cellgate.inventory.policy;

import java.time.Instant;

/**
 * A policy as it was at one time. It does not change.
 *
 * @param revision from 1, growing by one
 * @param document the policy, JSON text as its author gave it
 * @param author   who wrote it
 * @param message  why, in the author's words; may be empty
 */
public record PolicyRevision(String policy, long revision, String document, String author,
        String message, Instant createdAt) {}
