package io.cellgate.dataplane.atlas;

import io.cellgate.dns.NameListReader;
import io.cellgate.policy.Field;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The files that an atlas is read from.
 *
 * @param country    a MaxMind DB that has countries; null: none
 * @param asn        a MaxMind DB that has autonomous systems; null: none
 * @param categories lists of names, each of one category; several may be of the same
 */
public record AtlasFiles(@Nullable Path country, @Nullable Path asn,
        List<CategoryFile> categories) {
    public static final AtlasFiles NONE = new AtlasFiles(null, null, List.of());

    /**
     * A list of the names of a category.
     *
     * @param category as {@code dns.categories} shows it
     */
    public record CategoryFile(String category, NameListReader.Format format, Path file) {}

    public AtlasFiles {
        categories = List.copyOf(categories);
    }

    /** The facts that stay unknown for want of a file. */
    public Set<Field> unknown() {
        Set<Field> unknown = EnumSet.noneOf(Field.class);
        if (country == null) {
            unknown.add(Field.NET_DST_COUNTRY);
            unknown.add(Field.DNS_ANSWER_COUNTRY);
        }
        if (asn == null) {
            unknown.add(Field.NET_DST_ASN);
        }
        if (categories.isEmpty()) {
            unknown.add(Field.DNS_CATEGORIES);
        }
        return unknown;
    }

    List<Path> all() {
        List<Path> all = new ArrayList<>();
        if (country != null) {
            all.add(country);
        }
        if (asn != null) {
            all.add(asn);
        }
        categories.forEach(category -> all.add(category.file()));
        return all;
    }
}
