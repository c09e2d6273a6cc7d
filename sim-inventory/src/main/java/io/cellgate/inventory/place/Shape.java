package io.cellgate.inventory.place;

import java.util.List;

/** A part of the earth's surface. */
public sealed interface Shape {
    boolean contains(GeoPoint point);

    /** What is within so many metres of a point. */
    record Circle(GeoPoint centre, double radiusMetres) implements Shape {
        private static final double MAX_METRES = 20_000_000;

        public Circle {
            if (!(radiusMetres > 0 && radiusMetres <= MAX_METRES)) {
                throw new IllegalArgumentException("radius_m: got " + radiusMetres
                        + ", expected more than 0 and at most " + (long) MAX_METRES);
            }
        }

        @Override
        public boolean contains(GeoPoint point) {
            return centre.metresTo(point) <= radiusMetres;
        }
    }

    /**
     * What is within a ring of corners, whose sides are straight on a map with square degrees. It is closed by itself,
     * and must not cross the 180th meridian: there, two polygons meet.
     */
    record Polygon(List<GeoPoint> corners) implements Shape {
        public static final int MAX_CORNERS = 1000;

        public Polygon {
            corners = List.copyOf(corners);
            if (corners.size() < 3 || corners.size() > MAX_CORNERS) {
                throw new IllegalArgumentException("polygon: got " + corners.size()
                        + " corners, expected 3 to " + MAX_CORNERS);
            }
            for (int i = 0; i < corners.size(); i++) {
                GeoPoint next = corners.get((i + 1) % corners.size());
                if (Math.abs(next.longitude() - corners.get(i).longitude()) > 180) {
                    throw new IllegalArgumentException(
                            "polygon: got a side from longitude " + corners.get(i).longitude()
                                    + " to " + next.longitude()
                                    + ", expected none that crosses the 180th meridian");
                }
            }
        }

        /** Counts the sides that a line due east crosses; a side counts with its lower end and without its upper one. */
        @Override
        public boolean contains(GeoPoint point) {
            boolean inside = false;
            GeoPoint a = corners.getLast();
            for (GeoPoint b : corners) {
                if (a.latitude() > point.latitude() != b.latitude() > point.latitude()) {
                    double crossing = a.longitude() + (point.latitude() - a.latitude())
                            / (b.latitude() - a.latitude()) * (b.longitude() - a.longitude());
                    inside ^= point.longitude() < crossing;
                }
                a = b;
            }
            return inside;
        }
    }
}
