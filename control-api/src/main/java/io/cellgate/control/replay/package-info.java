/** Recorded queries, flows and requests decided again, by a policy that is not in force. Each run owns its state. */
@NullMarked
package io.cellgate.control.replay;

import org.jspecify.annotations.NullMarked;
