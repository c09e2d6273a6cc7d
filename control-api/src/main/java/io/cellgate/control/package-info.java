/** The HTTP API, access to it, and the wiring of one whole gateway process. */
@NullMarked
package io.cellgate.control;

import org.jspecify.annotations.NullMarked;
