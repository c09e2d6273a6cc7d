package io.cellgate.dataplane.signalling;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.cellgate.dataplane.gtpc.PdnAddress;
import io.cellgate.dataplane.pool.AddressPool;
import io.cellgate.dataplane.pool.PoolPlan;
import io.cellgate.dataplane.pool.Prefix;
import io.cellgate.dataplane.session.OwnAddresses;
import io.cellgate.policy.subject.Imsi;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Which address a device gets: by access point and carrier, or the SIM's own. */
class AddressPoolsTest {
    private static final Inet4Address OWN = Inet4Address.ofLiteral("10.45.9.9");
    private final Harness harness = new Harness();
    private final Harness.Node sgw = harness.node(2);

    @AfterEach
    void stop() {
        harness.close();
    }

    private static PoolPlan.Entry pool(String prefix, @Nullable String apn,
            @Nullable String carrier, Duration quarantine) {
        return new PoolPlan.Entry(prefix, Prefix.parse(prefix), apn, carrier, quarantine);
    }

    private void plan(PoolPlan.Entry... pools) {
        Harness.await(harness.server.publishPools(new PoolPlan(Set.of(), List.of(pools))));
    }

    private static Requests.Create ofImsi(int number, String apn) {
        Requests.Create create = new Requests.Create();
        create.imsi = new Imsi(String.format("2620112345%05d", number));
        create.apn = apn;
        return create;
    }

    private int create(Harness.Node node, Requests.Create request, int sequence) {
        return requireNonNull(node.ask2(request.v2(node.address, sequence)).cause()).value();
    }

    private @Nullable Inet4Address addressOf(Imsi imsi) {
        return Harness.await(harness.server.sessions(imsi)).getFirst().ipv4();
    }

    private void own(Imsi imsi, @Nullable Inet4Address v4, @Nullable Inet6Address v6) {
        harness.directory.own.put(imsi, new OwnAddresses(v4, v6));
    }

    @Test
    void device_getsAnAddressOfThePoolThatFitsItBest() {
        plan(pool("10.45.1.0/24", "iot.example", null, Duration.ZERO),
                pool("10.45.2.0/24", null, "carrier-a", Duration.ZERO),
                pool("10.45.3.0/24", "iot.example", "carrier-b", Duration.ZERO));
        Harness.Node other = harness.node(4);
        assertThat(create(sgw, ofImsi(1, "iot.example"), 1)).isEqualTo(16);
        assertThat(create(sgw, ofImsi(2, "other"), 2)).isEqualTo(16);
        assertThat(create(other, ofImsi(3, "iot.example"), 1)).isEqualTo(16);
        assertThat(create(other, ofImsi(4, "other"), 2)).isEqualTo(16);
        assertThat(addressOf(ofImsi(1, "").imsi)).hasToString("/10.45.1.0");
        assertThat(addressOf(ofImsi(2, "").imsi)).hasToString("/10.45.2.0");
        assertThat(addressOf(ofImsi(3, "").imsi)).hasToString("/10.45.3.0");
        assertThat(addressOf(ofImsi(4, "").imsi)).as("of what is in no pool")
                .hasToString("/10.45.0.2");
    }

    @Test
    void poolThatIsUsedUp_isAnsweredWithCause84_andDoesNotStrayIntoAnother() {
        plan(pool("10.45.1.4/31", "iot.example", null, Duration.ZERO));
        assertThat(create(sgw, ofImsi(1, "iot.example"), 1)).isEqualTo(16);
        assertThat(create(sgw, ofImsi(2, "iot.example"), 2)).isEqualTo(16);
        assertThat(create(sgw, ofImsi(3, "iot.example"), 3)).isEqualTo(84);
        assertThat(sgw.ask1(ofImsi(4, "iot.example").v1(sgw.address, 4)).cause())
                .isEqualTo(211);
        assertThat(harness.events.getLast().detail()).contains("APN \"iot.example\"");
        assertThat(Harness.await(harness.server.poolFill()).get("10.45.1.4/31"))
                .isEqualTo(new AddressPool.Fill(2, 2, 0));
    }

    @Test
    void sessionsKeepTheirAddresses_whenThePoolsChange_andNobodyElseGetsThem() {
        int teid = Requests.attach2(sgw, ofImsi(1, "iot.example"), 1);
        Inet4Address first = requireNonNull(addressOf(ofImsi(1, "").imsi));
        plan(pool("10.45.0.2/31", "iot.example", null, Duration.ofHours(1)));
        assertThat(first).hasToString("/10.45.0.2");
        assertThat(create(sgw, ofImsi(2, "iot.example"), 2)).isEqualTo(16);
        assertThat(addressOf(ofImsi(2, "").imsi)).hasToString("/10.45.0.3");
        assertThat(create(sgw, ofImsi(3, "iot.example"), 3)).isEqualTo(84);

        sgw.send(Requests.deleteSession(teid, 4));
        assertThat(requireNonNull(sgw.receive2().cause()).value()).isEqualTo(16);
        assertThat(create(sgw, ofImsi(3, "iot.example"), 5)).as("it rests").isEqualTo(84);
        plan();
        assertThat(create(sgw, ofImsi(3, "iot.example"), 6)).isEqualTo(16);
        assertThat(addressOf(ofImsi(3, "").imsi)).as("it still rests").isNotEqualTo(first);
    }

    @Test
    void simWithAnAddressOfItsOwn_hasThatOne_andNobodyElseEverDoes() {
        plan(pool("10.45.9.8/31", "iot.example", null, Duration.ZERO));
        Harness.await(harness.server.reserve(List.<InetAddress>of(OWN)));
        assertThat(create(sgw, ofImsi(1, "iot.example"), 1)).isEqualTo(16);
        assertThat(create(sgw, ofImsi(2, "iot.example"), 2)).as("the other is reserved")
                .isEqualTo(84);
        Imsi owner = ofImsi(3, "").imsi;
        own(owner, OWN, null);
        Requests.Create attach = ofImsi(3, "elsewhere");
        attach.pdnType = PdnAddress.IPV4V6;
        assertThat(create(sgw, attach, 3)).isEqualTo(16);
        assertThat(addressOf(owner)).isEqualTo(OWN);

        Harness.await(harness.server.release(List.<InetAddress>of(OWN)));
        harness.directory.own.clear();
        assertThat(create(sgw, ofImsi(4, "iot.example"), 4)).as("its owner still has it")
                .isEqualTo(84);
    }

    @Test
    void ownAddress_isThereForTheNextAttach_thoughTheSessionBeforeIsStillEnding() {
        Imsi owner = ofImsi(1, "").imsi;
        own(owner, OWN, (Inet6Address) Inet6Address.ofLiteral("fd45:0:0:77::"));
        Requests.Create attach = ofImsi(1, "iot.example");
        attach.pdnType = PdnAddress.IPV4V6;
        assertThat(create(sgw, attach, 1)).isEqualTo(16);
        harness.userPlane.takeTime();
        sgw.send(attach.v2(sgw.address, 2));
        sgw.receivesNothing();
        harness.userPlane.goOn();
        assertThat(requireNonNull(sgw.receive2().cause()).value()).isEqualTo(16);
        assertThat(addressOf(owner)).isEqualTo(OWN);
    }

    @Test
    void ownAddress_thatASecondSessionOfTheSimAsksFor_isRefusedWithCause84() {
        own(ofImsi(1, "").imsi, OWN, null);
        assertThat(create(sgw, ofImsi(1, "iot.example"), 1)).isEqualTo(16);
        Requests.Create second = ofImsi(1, "other");
        second.ebi = 6;
        assertThat(create(sgw, second, 2)).isEqualTo(84);
    }
}
