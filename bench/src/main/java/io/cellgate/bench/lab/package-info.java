/**
 * A network on one machine, made of namespaces, veth pairs and real servers, for the demo and for whole-gateway
 * tests. A {@link io.cellgate.bench.lab.Lab} owns everything that a run makes and removes it at its end, whatever
 * that end is. Nothing here knows Cellgate's insides. Needs root, or CAP_NET_ADMIN and CAP_SYS_ADMIN.
 */
@NullMarked
package io.cellgate.bench.lab;

import org.jspecify.annotations.NullMarked;
