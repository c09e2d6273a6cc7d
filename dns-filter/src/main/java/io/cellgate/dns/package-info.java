/** DNS as devices speak it: wire views, the caching forwarder, the binding of answers to who asked. */
@NullMarked
package io.cellgate.dns;

import org.jspecify.annotations.NullMarked;
