package io.cellgate.dataplane.atlas;

import io.cellgate.dns.NameListReader;
import io.cellgate.policy.DomainName;
import io.cellgate.policy.Facts;
import io.cellgate.policy.Field;
import io.cellgate.policy.NamedList;
import java.io.IOException;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Which country and autonomous system an address belongs to, and which categories a name. Immutable. */
public final class Atlas {
    static final Atlas EMPTY = new Atlas(null, null, List.of());

    private final @Nullable AddressValues<String> countries;
    private final @Nullable AddressValues<Long> systems;
    /** A list a category, which has the category's name. */
    private final List<Category> categories;

    private record Category(String name, NamedList names) {}

    private Atlas(@Nullable AddressValues<String> countries, @Nullable AddressValues<Long> systems,
            List<Category> categories) {
        this.countries = countries;
        this.systems = systems;
        this.categories = List.copyOf(categories);
    }

    /**
     * Reads the files, each as a whole.
     *
     * @throws IOException that names the file, where one cannot be read or is not what it should be
     */
    static Atlas read(AtlasFiles files) throws IOException {
        AddressValues<String> countries = files.country() == null
                ? null
                : MaxMindFile.countries(files.country());
        AddressValues<Long> systems = files.asn() == null ? null : MaxMindFile.systems(files.asn());
        Map<String, List<String>> names = new LinkedHashMap<>();
        for (AtlasFiles.CategoryFile file : files.categories()) {
            List<String> into = names.computeIfAbsent(file.category(), _ -> new ArrayList<>());
            read(file, into);
        }
        List<Category> categories = new ArrayList<>();
        for (Map.Entry<String, List<String>> category : names.entrySet()) {
            try {
                categories.add(new Category(category.getKey(), NamedList.of("category",
                        NamedList.Kind.NAMES, category.getValue())));
            } catch (IllegalArgumentException wrong) {
                throw new IOException("category " + category.getKey() + ": " + wrong.getMessage(),
                        wrong);
            }
        }
        return new Atlas(countries, systems, categories);
    }

    private static void read(AtlasFiles.CategoryFile file, List<String> into) throws IOException {
        try (Reader text = Files.newBufferedReader(file.file(), StandardCharsets.UTF_8)) {
            NameListReader.Summary summary = NameListReader.read(text, file.format(), into::add);
            if (summary.problemCount() > 0) {
                NameListReader.Problem first = summary.problems().getFirst();
                throw new IOException(file.file() + ": line " + first.line() + ": "
                        + first.message()
                        + (summary.problemCount() == 1
                                ? ""
                                : ", and " + (summary.problemCount() - 1) + " problems more"));
            }
        } catch (NoSuchFileException none) {
            throw new IOException("got " + file.file() + ", expected a file that exists", none);
        }
    }

    /** The country of an address, ISO 3166 alpha-2; null where it is not known. Allocates nothing. */
    public @Nullable String country(long hi, long lo) {
        return countries == null ? null : countries.find(hi, lo);
    }

    /** The number of an address's autonomous system; null where it is not known. Allocates nothing. */
    public @Nullable Long system(long hi, long lo) {
        return systems == null ? null : systems.find(hi, lo);
    }

    /** Sets what is known of the address that a flow goes to. */
    public void addDestination(Facts facts, long hi, long lo) {
        String country = country(hi, lo);
        if (country != null) {
            facts.set(Field.NET_DST_COUNTRY, country);
        }
        Long system = system(hi, lo);
        if (system != null) {
            facts.set(Field.NET_DST_ASN, system.longValue());
        }
    }

    /** Adds the country of an address of an answer, where it is known. */
    public void addAnswer(Facts facts, long hi, long lo) {
        String country = country(hi, lo);
        if (country != null) {
            facts.addString(Field.DNS_ANSWER_COUNTRY, country);
        }
    }

    /** Sets the categories that a name is in, itself or by a parent; none is known where there are no lists. */
    public void addCategories(Facts facts, DomainName name) {
        if (categories.isEmpty()) {
            return;
        }
        facts.setEmpty(Field.DNS_CATEGORIES);
        for (int i = 0; i < categories.size(); i++) {
            Category category = categories.get(i);
            if (category.names().contains(name)) {
                facts.addString(Field.DNS_CATEGORIES, category.name());
            }
        }
    }

    @Override
    public String toString() {
        return "atlas of " + (countries == null ? 0 : countries.size()) + " ranges with countries, "
                + (systems == null ? 0 : systems.size()) + " with systems, " + categories.size()
                + " categories";
    }
}
