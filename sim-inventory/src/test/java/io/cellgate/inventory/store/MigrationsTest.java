package io.cellgate.inventory.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class MigrationsTest {
    @Test
    void newest_isTheLastOfTheFolder_andNoneIsLeftOut() {
        assertThat(Migrations.versions()).isEqualTo(IntStream.rangeClosed(1, Migrations.NEWEST)
                .mapToObj(Integer::toString).collect(Collectors.toSet()));
    }
}
