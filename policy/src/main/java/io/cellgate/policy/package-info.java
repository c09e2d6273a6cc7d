/**
 * The policy language that customers write, and nothing else: facts, expressions, the compiler, compiled
 * tables and verdicts. No sockets, no files, no clock of its own. Compiled policies are immutable and may be
 * read by any thread; whoever fills a {@code Facts} owns it.
 */
@NullMarked
package io.cellgate.policy;

import org.jspecify.annotations.NullMarked;
