/**
 * Events carried out to receivers: which targets are allowed, the signature, the sending, and the API's resource. One
 * thread decides what is sent; each attempt runs on a virtual thread of its own.
 */
@NullMarked
package io.cellgate.control.webhook;

import org.jspecify.annotations.NullMarked;
