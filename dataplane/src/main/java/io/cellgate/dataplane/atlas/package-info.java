/**
 * What the gateway knows of the world's addresses and names from files: countries, autonomous systems, categories. An
 * {@link io.cellgate.dataplane.atlas.Atlas} is immutable; a {@link io.cellgate.dataplane.atlas.LiveAtlas} holds the
 * one that counts and replaces it when its files change, while workers read it.
 */
@NullMarked
package io.cellgate.dataplane.atlas;

import org.jspecify.annotations.NullMarked;
