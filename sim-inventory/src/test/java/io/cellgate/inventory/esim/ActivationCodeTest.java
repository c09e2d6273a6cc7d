package io.cellgate.inventory.esim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ActivationCodeTest {
    /** The examples of SGP.22 §4.1. */
    @ParameterizedTest
    @ValueSource(strings = {"LPA:1$SMDP.GSMA.COM$04386-AGYFT-A74Y8-3F815",
            "LPA:1$SMDP.GSMA.COM$04386-AGYFT-A74Y8-3F815$$1",
            "LPA:1$SMDP.GSMA.COM$04386-AGYFT-A74Y8-3F815$1.3.6.1.4.1.31746$1",
            "LPA:1$SMDP.GSMA.COM$04386-AGYFT-A74Y8-3F815$1.3.6.1.4.1.31746"})
    void code_ofTheStandard_isTaken(String text) {
        ActivationCode code = ActivationCode.parse(text);
        assertThat(code.text()).isEqualTo(text);
        assertThat(code.smdpAddress()).isEqualTo("SMDP.GSMA.COM");
        assertThat(code.needsConfirmationCode()).isEqualTo(text.endsWith("$1"));
        assertThat(code.toString()).doesNotContain("AGYFT");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "LPA:1", "LPA:2$SMDP.GSMA.COM$A", "1$SMDP.GSMA.COM$A",
            "LPA:1$SMDP.GSMA.COM$", "LPA:1$$A", "LPA:1$SMDP GSMA.COM$A", "LPA:1$SMDP.GSMA.COM$a",
            "LPA:1$-SMDP.COM$A", "LPA:1$SMDP.GSMA.COM$A$x", "LPA:1$SMDP.GSMA.COM$A$$2",
            "LPA:1$SMDP.GSMA.COM$A$$1$", "LPA:1$SMDP$A"})
    void anythingElse_isRefused_withoutRepeatingIt(String text) {
        assertThatThrownBy(() -> ActivationCode.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("expected LPA:1$ADDRESS$MATCHING-ID");
    }

    @Test
    void code_thatIsTooLong_isRefused() {
        assertThatThrownBy(() -> ActivationCode.parse("LPA:1$A.B$" + "A".repeat(250)))
                .hasMessageContaining("at most 255");
    }
}
