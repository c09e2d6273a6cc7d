/**
 * The GTP firewall: the catalogue of what is checked of carriers' messages and packets, how strictly for whom, how fast
 * they may come, and what was found (GSMA FS.20, IR.88). Profiles are immutable; rates and limits of telling belong to
 * the signalling thread; counters may be read by any.
 */
@NullMarked
package io.cellgate.dataplane.firewall;

import org.jspecify.annotations.NullMarked;
