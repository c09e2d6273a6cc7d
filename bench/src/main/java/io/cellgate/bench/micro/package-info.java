/** Benchmarks of the data path by JMH; those that need what is private to a package are in one of its name. */
@NullMarked
package io.cellgate.bench.micro;

import org.jspecify.annotations.NullMarked;
