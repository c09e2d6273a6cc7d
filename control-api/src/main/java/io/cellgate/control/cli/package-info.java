/**
 * The command line to the API. Its commands are made from the OpenAPI document when it starts: what the API offers, it
 * offers. One thread.
 */
@NullMarked
package io.cellgate.control.cli;

import org.jspecify.annotations.NullMarked;
