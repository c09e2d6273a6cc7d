package io.cellgate.inventory.sim;

import com.fasterxml.jackson.core.type.TypeReference;
import io.cellgate.inventory.place.Area;
import io.cellgate.inventory.place.CellId;
import io.cellgate.inventory.place.GeoPoint;
import io.cellgate.inventory.place.Place;
import io.cellgate.inventory.place.Shape;
import io.cellgate.inventory.store.Json;
import io.cellgate.policy.subject.Plmn;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Where a SIM may be. It is inside where its country, its network, its tracking area or its cell is one of these, or its cell
 * stands within one of the shapes.
 *
 * @param countries    ISO 3166-1 alpha-2
 * @param areas        tracking areas, or location areas
 * @param allowUnknown whether it may be where that cannot be said: the network does not tell, or the cell is in no table
 */
public record Fence(Set<String> countries, Set<Plmn> plmns, Set<Area> areas, Set<CellId> cells,
        List<Shape> shapes, boolean allowUnknown) {
    public static final int MAX_PLACES = 1000;
    public static final int MAX_SHAPES = 100;

    public Fence {
        countries = Set.copyOf(countries);
        plmns = Set.copyOf(plmns);
        areas = Set.copyOf(areas);
        cells = Set.copyOf(cells);
        shapes = List.copyOf(shapes);
        int places = countries.size() + plmns.size() + areas.size() + cells.size() + shapes.size();
        if (places < 1 || places > MAX_PLACES || shapes.size() > MAX_SHAPES) {
            throw new IllegalArgumentException("fence: got " + places
                    + " places, " + shapes.size() + " of them shapes, expected 1 to " + MAX_PLACES
                    + ", at most " + MAX_SHAPES + " of them shapes");
        }
        for (String country : countries) {
            if (!country.matches("[A-Z]{2}")) {
                throw new IllegalArgumentException("fence: got country \"" + country
                        + "\", expected two capital letters (ISO 3166-1 alpha-2)");
            }
        }
    }

    public Fence(Set<String> countries, Set<Plmn> plmns, boolean allowUnknown) {
        this(countries, plmns, Set.of(), Set.of(), List.of(), allowUnknown);
    }

    /** What the fence says to a place. */
    public enum Verdict {
        INSIDE,
        OUTSIDE,
        /** The place is not known; {@link Fence#allowUnknown} tells what follows. */
        UNKNOWN
    }

    /** Judges a place. What is not known of it and could make it inside leaves that open. */
    public Verdict judge(Place place) {
        Plmn network = place.plmn();
        Integer code = place.tac();
        Area area = network == null || code == null ? null : new Area(network, code);
        CellId cell = place.cell();
        GeoPoint point = place.point();
        if (holds(countries, place.country()) || holds(plmns, network) || holds(areas, area)
                || holds(cells, cell)
                || (point != null && shapes.stream().anyMatch(shape -> shape.contains(point)))) {
            return Verdict.INSIDE;
        }
        boolean open = isOpen(!countries.isEmpty(), place.country())
                || isOpen(!plmns.isEmpty(), network)
                || isOpen(!areas.isEmpty(), area) || isOpen(!cells.isEmpty(), cell)
                || isOpen(!shapes.isEmpty(), point);
        return open ? Verdict.UNKNOWN : Verdict.OUTSIDE;
    }

    private static <T> boolean holds(Set<T> wanted, @Nullable T value) {
        return value != null && wanted.contains(value);
    }

    private static boolean isOpen(boolean asked, @Nullable Object value) {
        return asked && value == null;
    }

    /** As columns and events keep it; what a fence of an earlier version did not have is null. */
    public record Stored(List<String> countries, List<String> plmns, @Nullable List<String> tacs,
            @Nullable List<String> cells, @Nullable List<StoredCircle> circles,
            @Nullable List<List<List<Double>>> polygons, String on_unknown) {}

    /** A circle as columns and the API have it. */
    public record StoredCircle(double latitude, double longitude, double radius_m) {}

    public Stored stored() {
        List<StoredCircle> circles = new ArrayList<>();
        List<List<List<Double>>> polygons = new ArrayList<>();
        for (Shape shape : shapes) {
            switch (shape) {
                case Shape.Circle(GeoPoint centre, double radius) -> circles.add(
                        new StoredCircle(centre.latitude(), centre.longitude(), radius));
                case Shape.Polygon(List<GeoPoint> corners) -> polygons.add(corners.stream()
                        .map(corner -> List.of(corner.latitude(), corner.longitude())).toList());
            }
        }
        return new Stored(countries.stream().sorted().toList(), texts(plmns), texts(areas),
                texts(cells), circles, polygons, allowUnknown ? "allow" : "deny");
    }

    private static List<String> texts(Set<?> values) {
        return values.stream().map(Object::toString).sorted().toList();
    }

    /** @throws IllegalArgumentException if a part of it is not as it should be */
    public static Fence of(Stored stored) {
        List<Shape> shapes = new ArrayList<>();
        for (StoredCircle circle : orNone(stored.circles())) {
            shapes.add(new Shape.Circle(new GeoPoint(circle.latitude(), circle.longitude()),
                    circle.radius_m()));
        }
        for (List<List<Double>> polygon : orNone(stored.polygons())) {
            shapes.add(new Shape.Polygon(polygon.stream().map(Fence::corner).toList()));
        }
        return new Fence(Set.copyOf(stored.countries()),
                stored.plmns().stream().map(Plmn::parse).collect(Collectors.toSet()),
                orNone(stored.tacs()).stream().map(Area::parse).collect(Collectors.toSet()),
                orNone(stored.cells()).stream().map(CellId::parse).collect(Collectors.toSet()),
                shapes, stored.on_unknown().equals("allow"));
    }

    private static GeoPoint corner(List<Double> degrees) {
        if (degrees.size() != 2) {
            throw new IllegalArgumentException("polygon: got a corner of " + degrees.size()
                    + " numbers, expected latitude and longitude");
        }
        return new GeoPoint(degrees.getFirst(), degrees.getLast());
    }

    private static <T> List<T> orNone(@Nullable List<T> list) {
        return list == null ? List.of() : list;
    }

    public static @Nullable String write(@Nullable Fence fence) {
        return fence == null ? null : Json.write(fence.stored());
    }

    public static @Nullable Fence read(@Nullable String json) {
        return json == null ? null : of(Json.read(json, new TypeReference<Stored>() {
        }));
    }
}
