package io.cellgate.policy.subject;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.text.Normalizer;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;

class MobileCountryCodeTest {
    private static final Set<String> GENERIC = Set.of("Islands", "Saint", "United", "Republic",
            "Rep.",
            "South", "North", "and", "the", "French");
    private static final Set<String> NO_COUNTRY = Set.of("901", "902", "991", "999");
    /** Where Wireshark's name of a country and Java's have no word in common, or the code is shared. */
    private static final Map<String, String> OTHER_NAMES = Map.of("KP",
            "Dem. People's Rep. of Korea", "CI",
            "Côte d'Ivoire", "SZ", "Eswatini", "CZ", "Czech Rep.", "GP",
            "French Guiana / Guadeloupe / Martinique", "RE",
            "French Departments and Territories in the Indian Ocean", "MM", "Myanmar", "MO",
            "Macao, China",
            "TR", "Turkey", "CG", "Congo");

    /** The file is Wireshark's table: {@code tshark -G values}, field e212.mcc, without the unassigned codes. */
    @Test
    void everyCodeThatWiresharkKnows_hasItsCountryHere_andNoOther() throws IOException {
        List<String> lines;
        try (InputStream file = Objects
                .requireNonNull(getClass().getResourceAsStream("e212-mcc.tsv"))) {
            lines = new String(file.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
        }
        int withCountry = 0;
        for (String line : lines) {
            String mcc = line.substring(0, 3);
            String name = line.substring(4);
            String country = MobileCountryCode.country(mcc);
            if (NO_COUNTRY.contains(mcc)) {
                assertThat(country).as(line).isNull();
                continue;
            }
            assertThat(country).as(line).isNotNull();
            withCountry++;
            String other = OTHER_NAMES.get(country);
            if (other != null) {
                assertThat(name).isEqualTo(other);
            } else {
                String shown = Locale.of("", Objects.requireNonNull(country))
                        .getDisplayCountry(Locale.ENGLISH);
                assertThat(firstWords(name)).as(line + " is " + country + ", " + shown)
                        .containsAnyElementsOf(firstWords(shown));
            }
        }
        assertThat(MobileCountryCode.countries().stream()
                .mapToInt(country -> MobileCountryCode.codes(country).size()).sum())
                .isEqualTo(withCountry);
    }

    /** The beginnings of a name's telling words: enough to recognise a country in two spellings. */
    private static List<String> firstWords(String name) {
        String ascii = Normalizer.normalize(name, Normalizer.Form.NFD).replaceAll("\\p{M}", "");
        return List.of(ascii.split("[ ,(/&-]+")).stream()
                .filter(word -> word.length() > 2 && !GENERIC.contains(word))
                .map(word -> word.startsWith("Lao")
                        ? "Lao"
                        : word.substring(0, Math.min(4, word.length())))
                .toList();
    }

    @Test
    void aCountry_mayHaveSeveralCodes_orNone() {
        assertThat(MobileCountryCode.codes("US")).startsWith("310").hasSize(7);
        assertThat(MobileCountryCode.codes("DE")).containsExactly("262");
        assertThat(MobileCountryCode.codes("AQ")).isEmpty();
        assertThat(MobileCountryCode.country(Plmn.parse("23201"))).isEqualTo("AT");
        assertThat(MobileCountryCode.country("001")).isNull();
        assertThatThrownBy(() -> MobileCountryCode.country("26")).hasMessageContaining("3 digits");
    }
}
