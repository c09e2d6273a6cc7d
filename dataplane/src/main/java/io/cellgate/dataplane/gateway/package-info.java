/** One gateway: its configuration, and the facade that the control API starts, commands and asks. */
@NullMarked
package io.cellgate.dataplane.gateway;

import org.jspecify.annotations.NullMarked;
