package io.cellgate.inventory.sim;

import com.fasterxml.jackson.core.type.TypeReference;
import io.cellgate.inventory.store.Json;
import io.cellgate.policy.subject.Plmn;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Where a SIM may be. It is inside where its country or its network is one of these.
 *
 * @param countries    ISO 3166-1 alpha-2
 * @param allowUnknown whether it may be where the network does not tell
 */
public record Fence(Set<String> countries, Set<Plmn> plmns, boolean allowUnknown) {
    public static final int MAX_PLACES = 1000;

    public Fence {
        countries = Set.copyOf(countries);
        plmns = Set.copyOf(plmns);
        int places = countries.size() + plmns.size();
        if (places < 1 || places > MAX_PLACES) {
            throw new IllegalArgumentException("fence: got " + places
                    + " countries and networks, expected 1 to " + MAX_PLACES);
        }
        for (String country : countries) {
            if (!country.matches("[A-Z]{2}")) {
                throw new IllegalArgumentException("fence: got country \"" + country
                        + "\", expected two capital letters (ISO 3166-1 alpha-2)");
            }
        }
    }

    /** What the fence says to a place. */
    public enum Verdict {
        INSIDE, OUTSIDE,
        /** The place is not known; {@link Fence#allowUnknown} tells what follows. */
        UNKNOWN
    }

    /**
     * Judges a place.
     *
     * @param country where the serving network is, or null if that is not known
     * @param serving the serving network, or null if that is not known
     */
    public Verdict judge(@Nullable String country, @Nullable Plmn serving) {
        if ((country != null && countries.contains(country))
                || (serving != null && plmns.contains(serving))) {
            return Verdict.INSIDE;
        }
        boolean countryCouldMatch = country == null && !countries.isEmpty();
        boolean networkCouldMatch = serving == null && !plmns.isEmpty();
        return countryCouldMatch || networkCouldMatch ? Verdict.UNKNOWN : Verdict.OUTSIDE;
    }

    /** As columns and events keep it. */
    public record Stored(List<String> countries, List<String> plmns, String on_unknown) {}

    public Stored stored() {
        return new Stored(countries.stream().sorted().toList(),
                plmns.stream().map(Plmn::toString).sorted().toList(),
                allowUnknown ? "allow" : "deny");
    }

    public static @Nullable String write(@Nullable Fence fence) {
        return fence == null ? null : Json.write(fence.stored());
    }

    public static @Nullable Fence read(@Nullable String json) {
        if (json == null) {
            return null;
        }
        Stored stored = Json.read(json, new TypeReference<Stored>() {
        });
        return new Fence(Set.copyOf(stored.countries()),
                stored.plmns().stream().map(Plmn::parse).collect(Collectors.toSet()),
                stored.on_unknown().equals("allow"));
    }
}
