/** Fuzzing within the build. */
@NullMarked
package io.cellgate.dataplane.fuzz;

import org.jspecify.annotations.NullMarked;
