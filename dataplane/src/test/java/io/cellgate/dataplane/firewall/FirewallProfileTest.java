package io.cellgate.dataplane.firewall;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.cellgate.dataplane.firewall.FirewallProfile.Level;
import io.cellgate.dataplane.firewall.FirewallProfile.Rate;
import io.cellgate.dataplane.gtpc.SignallingFault;
import io.cellgate.dataplane.packet.DropReason;
import java.net.InetAddress;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class FirewallProfileTest {
    private static final long SECOND = 1_000_000_000;

    @ParameterizedTest
    @EnumSource(FirewallCheck.class)
    void check_thatOthersSafetyRestsOn_cannotBeSetToAlarm(FirewallCheck check) {
        FirewallProfile usual = FirewallProfile.defaults();
        if (check.fixedReason() == null) {
            assertThat(usual.with(check, FirewallMode.ALARM).mode(check))
                    .isEqualTo(FirewallMode.ALARM);
        } else {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> usual.with(check, FirewallMode.ALARM))
                    .withMessage(check.text() + ": got alarm, expected drop: "
                            + check.fixedReason());
        }
    }

    @Test
    void checksOfOwnershipAndOfTheUserPlane_alwaysDrop() {
        assertThat(Arrays.stream(FirewallCheck.values())
                .filter(check -> check.category() == FirewallCheck.Category.USER_PLANE
                        || check == FirewallCheck.SESSION_OWNER
                        || check == FirewallCheck.TUNNEL_ENDPOINT
                        || check == FirewallCheck.PEER_ADDRESS))
                .allMatch(check -> check.fixedReason() != null);
    }

    @Test
    void everyDropOfTheUserPlane_countsForOneCheckAtMost() {
        Set<DropReason> seen = new HashSet<>();
        for (FirewallCheck check : FirewallCheck.values()) {
            for (DropReason reason : check.drops()) {
                assertThat(seen.add(reason)).as(reason.text()).isTrue();
            }
        }
        assertThat(seen).contains(DropReason.GTP_IN_GTP, DropReason.SOURCE_SPOOFED,
                DropReason.INFRASTRUCTURE, DropReason.DEVICE_TO_DEVICE,
                DropReason.PEER_OF_OTHER_CARRIER, DropReason.TEID_UNKNOWN,
                DropReason.PEER_UNKNOWN);
    }

    @ParameterizedTest
    @EnumSource(SignallingFault.class)
    void faultThatIsAnsweredWithACause_isSilentOnlyWhereItsCheckSaysSo(SignallingFault fault) {
        FirewallCheck check = FirewallCheck.of(fault);
        if (check != null && fault.gtpv2Cause() == 0
                && fault != SignallingFault.VERSION_NOT_SUPPORTED
                && fault != SignallingFault.OLD_RESTART_COUNTER) {
            assertThat(check.isSilent()).isTrue();
        }
    }

    @Test
    void rate_alarmsAtItsPartBeforeItDrops_andEachClassHasItsOwn() {
        MessageRates rates = new MessageRates(Map.of(MessageClass.CREATE, new Rate(10, 10),
                MessageClass.DELETE, new Rate(1, 1)), 80, 0);
        for (int i = 0; i < 8; i++) {
            assertThat(rates.take(MessageClass.CREATE, 0)).isEqualTo(Level.WITHIN);
        }
        assertThat(rates.take(MessageClass.CREATE, 0)).isEqualTo(Level.NEAR);
        assertThat(rates.take(MessageClass.CREATE, 0)).isEqualTo(Level.NEAR);
        assertThat(rates.take(MessageClass.CREATE, 0)).isEqualTo(Level.EXCEEDED);
        assertThat(rates.take(MessageClass.DELETE, 0)).isEqualTo(Level.WITHIN);
        assertThat(rates.take(MessageClass.CREATE, 2 * SECOND)).isEqualTo(Level.WITHIN);
    }

    @Test
    void limit_isNearFromTheAlarmsPartOn() {
        FirewallProfile profile = FirewallProfile.defaults();
        assertThat(profile.level(79, 100)).isEqualTo(Level.WITHIN);
        assertThat(profile.level(80, 100)).isEqualTo(Level.NEAR);
        assertThat(profile.level(100, 100)).isEqualTo(Level.EXCEEDED);
        assertThat(profile.level(0, 0)).isEqualTo(Level.EXCEEDED);
    }

    @Test
    void flood_isToldOfALittle_thenSummedUp_andOfEachPeerForItself() {
        AlarmLimiter limiter = new AlarmLimiter();
        InetAddress a = InetAddress.ofLiteral("192.0.2.1");
        InetAddress b = InetAddress.ofLiteral("192.0.2.2");
        int told = 0;
        for (int i = 0; i < 100_000; i++) {
            told += limiter.take(a, FirewallCheck.HEADER, true, 0) == AlarmLimiter.SUPPRESSED
                    ? 0
                    : 1;
        }
        assertThat(told).isEqualTo(10);
        assertThat(limiter.take(b, FirewallCheck.HEADER, true, 0)).isZero();
        assertThat(limiter.take(a, FirewallCheck.VERSION, true, 0)).isZero();
        assertThat(limiter.take(a, FirewallCheck.HEADER, true, 10 * SECOND))
                .isEqualTo(100_000 - 10);
        limiter.forget(a);
        assertThat(limiter.take(a, FirewallCheck.HEADER, true, 10 * SECOND)).isZero();
    }
}
