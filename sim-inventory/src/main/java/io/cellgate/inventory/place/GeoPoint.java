package io.cellgate.inventory.place;

/**
 * A point on the earth, WGS 84.
 *
 * @param latitude  degrees, north positive
 * @param longitude degrees, east positive
 */
public record GeoPoint(double latitude, double longitude) {
    private static final double EARTH_RADIUS_METRES = 6_371_008.8;

    public GeoPoint {
        if (!(latitude >= -90 && latitude <= 90)) {
            throw new IllegalArgumentException(
                    "latitude: got " + latitude + ", expected -90 to 90 degrees");
        }
        if (!(longitude >= -180 && longitude <= 180)) {
            throw new IllegalArgumentException(
                    "longitude: got " + longitude + ", expected -180 to 180 degrees");
        }
    }

    /** The way along a great circle of a sphere, within 0.6 % of that on the ellipsoid: the haversine formula. */
    public double metresTo(GeoPoint other) {
        double north = Math.toRadians(other.latitude - latitude) / 2;
        double east = Math.toRadians(other.longitude - longitude) / 2;
        double chord = Math.sin(north) * Math.sin(north) + Math.cos(Math.toRadians(latitude))
                * Math.cos(Math.toRadians(other.latitude)) * Math.sin(east) * Math.sin(east);
        return 2 * EARTH_RADIUS_METRES * Math.asin(Math.sqrt(Math.min(1, chord)));
    }
}
