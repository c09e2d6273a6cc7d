/** Benchmarks of what is private to the user plane's workers. */
@NullMarked
package io.cellgate.dataplane.worker;

import org.jspecify.annotations.NullMarked;
