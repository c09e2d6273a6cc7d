/** eSIM profiles: SIMs that are downloaded to an eUICC, GSMA SGP.22. Thread-safe. */
@NullMarked
package io.cellgate.inventory.esim;

import org.jspecify.annotations.NullMarked;
