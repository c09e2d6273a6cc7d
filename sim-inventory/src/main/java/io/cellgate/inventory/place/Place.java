package io.cellgate.inventory.place;

import io.cellgate.policy.subject.Plmn;
import org.jspecify.annotations.Nullable;

/**
 * Where a device is, as far as its network tells and the table of cells knows. What is not known is null.
 *
 * @param country ISO 3166-1 alpha-2, of the serving network
 * @param tac     tracking area, or where there is none location area
 * @param point   where its cell stands
 */
public record Place(@Nullable String country, @Nullable Plmn plmn, @Nullable Integer tac,
        @Nullable CellId cell, @Nullable GeoPoint point) {}
