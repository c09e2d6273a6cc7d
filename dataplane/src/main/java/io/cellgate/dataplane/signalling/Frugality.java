package io.cellgate.dataplane.signalling;

import io.cellgate.dataplane.gtpc.Ambr;
import io.cellgate.dataplane.gtpc.BearerQos;
import io.cellgate.dataplane.session.AttachRequest;
import io.cellgate.dataplane.session.UserLocation;
import io.cellgate.policy.subject.Imsi;
import io.cellgate.policy.subject.Plmn;
import java.net.InetAddress;
import org.jspecify.annotations.Nullable;

/** Has what sessions remember of their requests share the parts that they have in common. */
final class Frugality {
    private final Shared<String> apns = new Shared<>(String.class);
    private final Shared<Plmn> plmns = new Shared<>(Plmn.class);
    private final Shared<InetAddress> addresses = new Shared<>(InetAddress.class);
    private final Shared<Ambr> ambrs = new Shared<>(Ambr.class);
    private final Shared<BearerQos> qos = new Shared<>(BearerQos.class);

    /** @param imsi the subscriber's, who is there anyway */
    CreateOrder of(CreateOrder order, Imsi imsi) {
        BearerOrder bearer = order.bearer();
        return new CreateOrder(order.version(), new BearerKey(imsi, order.key().ebi()),
                of(order.request(), imsi), of(order.control()), of(order.user()),
                order.dualAddress(), order.msisdn(), order.timeZone(), order.qosProfile(),
                new BearerOrder(bearer.handover(), ambrs.orNull(bearer.ambr()),
                        qos.orNull(bearer.qos()), bearer.mmeSets(), bearer.sgwSets()));
    }

    Endpoint of(Endpoint endpoint) {
        return new Endpoint(addresses.of(endpoint.address()), endpoint.teid());
    }

    AttachRequest of(AttachRequest request, Imsi imsi) {
        UserLocation location = request.location();
        @Nullable
        Plmn plmn = plmns.orNull(location.plmn());
        return new AttachRequest(request.carrier(), imsi, request.imei(), apns.of(request.apn()),
                request.rat(), request.pdnType(), new UserLocation(plmn, location.tac(),
                        location.lac(), location.cell()));
    }
}
