package io.cellgate.dataplane.signalling;

import io.cellgate.policy.subject.Imsi;

/**
 * What makes a PDN connection the same one in the eyes of a carrier, TS 29.274 §7.2.1.
 *
 * @param ebi the EPS bearer identity of its default bearer; in GTPv1 its NSAPI, which TS 23.401 Annex D makes the
 *            EBI at a hand-over
 */
record BearerKey(Imsi imsi, int ebi) {}
