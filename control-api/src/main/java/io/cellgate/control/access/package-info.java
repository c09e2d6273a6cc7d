/** Who is let in: tokens of the store, and users whom an identity provider vouches for (OpenID Connect). Thread-safe. */
@NullMarked
package io.cellgate.control.access;

import org.jspecify.annotations.NullMarked;
