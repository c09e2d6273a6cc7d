/**
 * Policies proposed from what devices did, and from what their makers say they do (MUD, RFC 8520): documents to be read,
 * run in shadow mode, then enforced. Pure: what was seen is handed in.
 */
@NullMarked
package io.cellgate.policy.learn;

import org.jspecify.annotations.NullMarked;
