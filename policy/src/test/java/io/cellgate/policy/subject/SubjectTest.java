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

    @Test
    void network_isInTheCountryOfItsCode_orInNone() {
        assertThat(MobileCountryCode.country("262")).isEqualTo("DE");
        assertThat(MobileCountryCode.country("310")).isEqualTo("US");
        assertThat(MobileCountryCode.country("234")).isEqualTo("GB");
        assertThat(MobileCountryCode.country("901")).isNull();
        assertThat(MobileCountryCode.country("001")).isNull();
    }

    @Test
    void eid_isTakenWithRightCheckDigitsAlone_andTheRightOnesAreNamed() {
        // published by a maker of eUICCs as valid
        for (String eid : new String[]{"89034011560010000000000000000121",
                "89001012012341234012345678901224", "89001567010203040506070809101152",
                "89044011112233441122334411223321"}) {
            assertThat(new Eid(eid).digits()).isEqualTo(eid);
        }
        assertThatThrownBy(() -> new Eid("89034011560010000000000000000122"))
                .hasMessageContaining("expected check digits 21");
        assertThatThrownBy(() -> new Eid("8903401156001000000000000000012"))
                .hasMessageContaining("32 digits");
    }
}
