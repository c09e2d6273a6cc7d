/**
 * Who and where a policy speaks of: the identifiers of a SIM and its modem, and of a network. Immutable values,
 * shared by every module. TS 23.003 defines their structure.
 */
@NullMarked
package io.cellgate.policy.subject;

import org.jspecify.annotations.NullMarked;
