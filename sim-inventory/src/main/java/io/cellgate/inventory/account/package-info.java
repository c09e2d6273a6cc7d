/** Accounts (tenants), their access tokens, and the scope in which a caller sees objects. Thread-safe. */
@NullMarked
package io.cellgate.inventory.account;

import org.jspecify.annotations.NullMarked;
