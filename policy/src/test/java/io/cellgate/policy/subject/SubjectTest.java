package io.cellgate.policy.subject;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class SubjectTest {
    @Test
    void imei_checkDigit_isThatOfTheStandardsExample() {
        // TS 23.003 Annex B: IMEI 26053179311383, check digit 7
        assertThat(new Imei("26053179311383").withCheckDigit()).isEqualTo("260531793113837");
    }

    @Test
    void imeis_ofOneModem_agreeWhateverFollowsTheSerialNumber() {
        assertThat(new Imei("260531793113837").isSameModemAs(new Imei("2605317931138301")))
                .isTrue();
        assertThat(new Imei("260531793113837").isSameModemAs(new Imei("260531793113847")))
                .isFalse();
        assertThat(new Imei("2605317931138301").softwareVersion()).isEqualTo("01");
        assertThat(new Imei("260531793113837").softwareVersion()).isNull();
    }

    @Test
    void iccid_withWrongCheckDigit_isRefusedAndNamesTheRightOne() {
        assertThat(new Iccid("8944500102198304826").digits()).hasSize(19);
        assertThatThrownBy(() -> new Iccid("8944500102198304827"))
                .hasMessageContaining("expected check digit 6");
        assertThatThrownBy(() -> new Iccid("7944500102198304826")).hasMessageContaining("89");
        assertThatThrownBy(() -> new Iccid("89445x0102198304826")).hasMessageContaining("digits");
    }

    @Test
    void plmn_isHomeOfTheImsisItIssued() {
        assertThat(Plmn.parse("26201").isHomeOf(new Imsi("262010123456789"))).isTrue();
        assertThat(Plmn.parse("262011").isHomeOf(new Imsi("262010123456789"))).isFalse();
        assertThat(Plmn.parse("310410").isHomeOf(new Imsi("310410123456789"))).isTrue();
        assertThatThrownBy(() -> Plmn.parse("2620")).hasMessageContaining("5 to 6 digits");
    }
}
