package io.cellgate.control.log;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.cellgate.dataplane.atlas.Atlas;
import io.cellgate.dataplane.atlas.LiveAtlas;
import io.cellgate.dataplane.flow.FlowRecord;
import io.cellgate.dataplane.flow.TlsOffer;
import io.cellgate.dataplane.packet.IpAddresses;
import io.cellgate.dataplane.session.SessionFacts;
import io.cellgate.dataplane.session.UserPlaneSession;
import io.cellgate.dns.DnsAnswer;
import io.cellgate.policy.DomainName;
import io.cellgate.policy.Facts;
import io.cellgate.policy.Field;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What policies knew when they decided, as logs keep it: JSON objects of field names and texts, beside what a line has
 * columns for. The session's are the same text for all lines of a session that has not changed.
 */
final class RecordedFacts {
    /** The device's time zone, which is no field: the clock's fields come of it and a line's time. */
    static final String TIME_ZONE = "time_zone";
    /** The policy that the session was under instead of its owner's. */
    static final String QUARANTINE = "quarantine";
    /** That the first of the line's names was said by the device and led to no address. */
    static final String NOT_BOUND = "name_not_bound";
    /** That the octets which tell the application were there, and told none. */
    static final String NO_APPLICATION = "no_application";
    /**
     * That lines of the session have what the atlas said then: a fact of it that a line does not have was not known. Lines
     * of earlier releases do not have it.
     */
    static final String ATLAS = "atlas";
    /** What the atlas knows. */
    static final Set<Field> FROM_ATLAS = EnumSet.of(Field.NET_DST_COUNTRY, Field.NET_DST_ASN,
            Field.DNS_CATEGORIES, Field.DNS_ANSWER_COUNTRY);
    private static final int SESSIONS = 20_000;

    private final Cache<UserPlaneSession, String> sessions = Caffeine.newBuilder().weakKeys()
            .maximumSize(SESSIONS).build();
    private final LiveAtlas atlas;
    /** Of the thread that writes the logs. */
    private final Facts facts = new Facts();

    /** @param atlas by which addresses and names are judged */
    RecordedFacts(LiveAtlas atlas) {
        this.atlas = atlas;
    }

    /** What was known of the session. */
    String ofSession(UserPlaneSession session) {
        return sessions.get(session, RecordedFacts::written);
    }

    private static String written(UserPlaneSession session) {
        JsonObject json = new JsonObject().put(ATLAS, true);
        write(SessionFacts.of(session.subscriber(), session.request()), json);
        if (session.timeZone() != null) {
            json.put(TIME_ZONE, session.timeZone().getId());
        }
        if (session.quarantine() != null) {
            json.put(QUARANTINE, session.quarantine());
        }
        return json.encode();
    }

    /** What was known of a query, flow or request beside its line, or null where that is nothing. */
    @Nullable
    String ofFlow(FlowRecord flow) {
        JsonObject json = new JsonObject();
        if (flow.name() != null && flow.event() != FlowRecord.Event.DNS
                && !flow.names().contains(flow.name())) {
            json.put(NOT_BOUND, true);
        }
        if (flow.said() && flow.event() == FlowRecord.Event.REQUEST) {
            json.put(LineFacts.isTls(flow.detail())
                    ? Field.TLS_SNI.text()
                    : Field.HTTP_HOST.text(), flow.name());
        }
        switch (flow.application()) {
            case UNDECIDED -> {
                // a line of it says nothing
            }
            case OTHER -> json.put(NO_APPLICATION, true);
            default -> json.put(Field.NET_APP.text(), flow.application().text());
        }
        addFromAtlas(flow, json);
        TlsOffer offer = flow.offer();
        if (offer != null) {
            json.put(Field.TLS_ECH.text(), Boolean.toString(offer.ech()))
                    .put(Field.TLS_VERSION.text(), offer.version())
                    .put(Field.TLS_ALPN.text(), new JsonArray(offer.alpn()))
                    .put(Field.TLS_JA4.text(), offer.ja4());
        }
        DnsAnswer answer = flow.answer();
        if (answer != null) {
            List<String> addresses = new ArrayList<>();
            for (DnsAnswer.Address address : answer.addresses()) {
                addresses.add(IpAddresses.toInetAddress(address.high(), address.low())
                        .getHostAddress());
            }
            json.put(Field.DNS_ANSWER_IP.text(), new JsonArray(addresses))
                    .put(Field.DNS_ANSWER_CNAME.text(), new JsonArray(answer.chain()));
        }
        return json.isEmpty() ? null : json.encode();
    }

    /** What the atlas says of a flow's destination, of a query's name and of the addresses that answered it. */
    private void addFromAtlas(FlowRecord flow, JsonObject json) {
        facts.clear();
        Atlas now = atlas.current();
        DnsAnswer answer = flow.answer();
        if (answer != null) {
            facts.setEmpty(Field.DNS_ANSWER_COUNTRY);
            for (DnsAnswer.Address address : answer.addresses()) {
                now.addAnswer(facts, address.high(), address.low());
            }
        }
        if (flow.event() != FlowRecord.Event.DNS) {
            if (flow.upward()) {
                now.addDestination(facts, IpAddresses.hi(flow.remote()),
                        IpAddresses.lo(flow.remote()));
            }
        } else if (flow.name() != null) {
            addCategories(now, flow.name());
        }
        write(facts, json);
    }

    private static void write(Facts facts, JsonObject json) {
        facts.write((field, texts) -> json.put(field.text(),
                field.type().isArray() ? new JsonArray(texts) : texts.getFirst()));
    }

    private void addCategories(Atlas now, String text) {
        DomainName name;
        try {
            name = DomainName.of(text);
        } catch (IllegalArgumentException noName) {
            return; // as "." of a query whose name was none: it is in no list
        }
        now.addCategories(facts, name);
    }
}
