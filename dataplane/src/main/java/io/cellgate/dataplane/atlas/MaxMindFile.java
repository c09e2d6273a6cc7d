package io.cellgate.dataplane.atlas;

import com.maxmind.db.DatabaseRecord;
import com.maxmind.db.InvalidNetworkException;
import com.maxmind.db.Networks;
import com.maxmind.db.Reader;
import io.cellgate.policy.IpAddress;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads a database in MaxMind's format (MaxMind DB 2.0) as a whole, so that nothing of the format is left for the data
 * path. Understood are the records of GeoLite2 and DB-IP ({@code country.iso_code}, {@code autonomous_system_number})
 * and the flat ones of IPinfo ({@code country_code} or {@code country}, {@code asn} as {@code AS64496}).
 */
final class MaxMindFile {
    /** More networks than this no database of the internet has; a tree that refers to itself would have no end. */
    private static final int MAX_NETWORKS = 20_000_000;
    private static final Pattern COUNTRY = Pattern.compile("[A-Z]{2}");

    private MaxMindFile() {}

    static AddressValues<String> countries(Path file) throws IOException {
        return read(file, "a database with countries", MaxMindFile::country);
    }

    static AddressValues<Long> systems(Path file) throws IOException {
        return read(file, "a database with autonomous systems", MaxMindFile::system);
    }

    private static <T> AddressValues<T> read(Path file, String expected,
            Function<Map<?, ?>, @Nullable T> wanted) throws IOException {
        AddressValues.Builder<T> values = new AddressValues.Builder<>();
        if (!Files.isRegularFile(file)) {
            throw new IOException("got " + file + ", expected a file that exists");
        }
        try (Reader reader = new Reader(file.toFile(), Reader.FileMode.MEMORY)) {
            Networks<?> networks = reader.networks(Map.class);
            int count = 0;
            while (networks.hasNext()) {
                DatabaseRecord<?> each = networks.next();
                if (++count > MAX_NETWORKS) {
                    throw new IllegalArgumentException(
                            "more than " + MAX_NETWORKS + " networks");
                }
                InetAddress address = each.network().networkAddress();
                byte[] octets = address.getAddress();
                boolean ipv4 = octets.length == 4;
                int length = each.network().prefixLength();
                T value = each.data() instanceof Map<?, ?> content
                        ? wanted.apply(content)
                        : null;
                if (value != null) {
                    values.add(ipv4Apart(octets), ipv4 ? 96 + length : length, value);
                }
            }
        } catch (IOException | InvalidNetworkException | RuntimeException broken) {
            // the library answers damaged files with exceptions of many kinds
            throw new IOException(
                    file + ": got a damaged file (" + broken.getMessage() + "), expected "
                            + expected,
                    broken);
        }
        if (values.size() == 0) {
            throw new IOException(file + ": got no network with what is looked for, expected "
                    + expected);
        }
        return values.build();
    }

    /** A database for IPv6 has IPv4 at ::/96; here it is at ::ffff:0:0/96. */
    private static IpAddress ipv4Apart(byte[] octets) {
        if (octets.length == 4) {
            return IpAddress.of(octets);
        }
        for (int i = 0; i < 12; i++) {
            if (octets[i] != 0) {
                return IpAddress.of(octets);
            }
        }
        return IpAddress.of(new byte[]{octets[12], octets[13], octets[14], octets[15]});
    }

    private static @Nullable String country(Map<?, ?> content) {
        for (String key : new String[]{"country", "country_code", "registered_country"}) {
            Object value = content.get(key);
            Object code = value instanceof Map<?, ?> nested ? nested.get("iso_code") : value;
            if (code instanceof String text && COUNTRY.matcher(text).matches()) {
                return text;
            }
        }
        return null;
    }

    private static @Nullable Long system(Map<?, ?> content) {
        Object number = content.get("autonomous_system_number");
        if (number instanceof Number value && value.longValue() >= 0) {
            return value.longValue();
        }
        if (content.get("asn") instanceof String text && text.matches("(AS)?\\d{1,10}")) {
            return Long.valueOf(text.startsWith("AS") ? text.substring(2) : text);
        }
        return null;
    }
}
