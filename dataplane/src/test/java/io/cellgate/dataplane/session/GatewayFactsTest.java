package io.cellgate.dataplane.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.cellgate.policy.Field;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class GatewayFactsTest {
    @Test
    void factsNeverLearned_areNamedOnThePolicyPage_andNoOthers() throws IOException {
        String page = Files.readString(Path.of("..", "docs", "policy.md"));
        int from = page.indexOf("This gateway never learns");
        String paragraph = page.substring(from, page.indexOf("\n\n", from));
        for (Field field : Field.values()) {
            assertThat(paragraph.contains("`" + field + "`")).as(field.toString())
                    .isEqualTo(GatewayFacts.unknown().contains(field));
        }
    }
}
