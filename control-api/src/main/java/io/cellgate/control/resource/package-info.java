/**
 * The API's resources, one class each: they read a request that is already judged by the contract, ask the
 * inventory, let the gateway follow, and show the result. Stateless; called on virtual threads.
 */
@NullMarked
package io.cellgate.control.resource;

import org.jspecify.annotations.NullMarked;
