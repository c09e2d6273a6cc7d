package io.cellgate.dataplane.gtpc;

/**
 * An information element as it stands in a message.
 *
 * @param instance in GTPv2 the instance field; in GTPv1 how many of its type come before it
 */
public record Ie(int type, int instance, Octets value) {}
