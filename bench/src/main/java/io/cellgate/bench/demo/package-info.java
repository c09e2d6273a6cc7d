/**
 * The demo: a carrier, the gateway as {@code cellgate run} starts it, an internet with real servers and devices, each in a
 * network namespace; scenarios that devices run there, observed at the device, at the server and at the gateway. All
 * that configures the gateway goes through its HTTP API, by curl, as its users do it.
 */
@NullMarked
package io.cellgate.bench.demo;

import org.jspecify.annotations.NullMarked;
