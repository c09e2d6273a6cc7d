/** The carrier simulator, the demo, whole-gateway tests and benchmarks. */
@NullMarked
package io.cellgate.bench;

import org.jspecify.annotations.NullMarked;
