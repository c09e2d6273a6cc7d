package io.cellgate.policy;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The facts that a rule may ask about: the whole catalogue. The session's fields come first, so that a bag of
 * session facts needs no room for the others.
 */
@SuppressWarnings("EnumOrdinal") // slots and tables are indexed by it, never stored
public enum Field {
    SIM_ICCID("sim.iccid", FieldType.STRING, Phase.SESSION, "the number of the SIM card"),
    SIM_IMSI("sim.imsi", FieldType.STRING, Phase.SESSION, "its subscriber identity"),
    SIM_MSISDN("sim.msisdn", FieldType.STRING, Phase.SESSION, "its telephone number"),
    SIM_EID("sim.eid", FieldType.STRING, Phase.SESSION, "the eUICC that holds the profile"),
    SIM_ACCOUNT("sim.account", FieldType.STRING, Phase.SESSION, "whose SIM it is"),
    SIM_FLEET("sim.fleet", FieldType.STRING, Phase.SESSION, "the fleet it belongs to"),
    SIM_STATUS("sim.status", FieldType.STRING, Phase.SESSION, "its state in the inventory"),
    SIM_TAGS("sim.tags", FieldType.STRING_ARRAY, Phase.SESSION, "its tags, each as key=value"),
    SIM_IMEI("sim.imei", FieldType.STRING, Phase.SESSION, "the modem, 15 digits"),
    SIM_IMEI_TAC("sim.imei_tac", FieldType.STRING, Phase.SESSION,
            "maker and model of the modem, 8 digits"),
    SIM_IMEISV("sim.imeisv", FieldType.STRING, Phase.SESSION,
            "the modem with its software version, 16 digits"),
    SIM_IMEI_CHANGED("sim.imei_changed", FieldType.BOOL, Phase.SESSION,
            "whether the SIM is in another modem than the one it was bound to"),
    SESSION_APN("session.apn", FieldType.STRING, Phase.SESSION, "the access point name"),
    SESSION_RAT("session.rat", FieldType.STRING, Phase.SESSION,
            "the radio: geran, utran, eutran, nb-iot, lte-m, nr, …"),
    SESSION_PDN_TYPE("session.pdn_type", FieldType.STRING, Phase.SESSION, "ipv4, ipv6 or ipv4v6"),
    SESSION_CARRIER("session.carrier", FieldType.STRING, Phase.SESSION,
            "the carrier that presents the SIM"),
    LOCATION_PLMN("location.plmn", FieldType.STRING, Phase.SESSION,
            "the visited network, MCC and MNC"),
    LOCATION_MCC("location.mcc", FieldType.STRING, Phase.SESSION,
            "the visited network's country code, 3 digits"),
    LOCATION_MNC("location.mnc", FieldType.STRING, Phase.SESSION,
            "the visited network's code in its country"),
    LOCATION_COUNTRY("location.country", FieldType.STRING, Phase.SESSION,
            "the country of the visited network, ISO 3166 alpha-2"),
    LOCATION_TAC("location.tac", FieldType.INT, Phase.SESSION, "tracking area code (LTE)"),
    LOCATION_LAC("location.lac", FieldType.INT, Phase.SESSION, "location area code (2G, 3G)"),
    LOCATION_CELL("location.cell", FieldType.INT, Phase.SESSION, "the cell"),
    LOCATION_IN_FENCE("location.in_fence", FieldType.BOOL, Phase.SESSION,
            "whether the device is inside the SIM's geofence"),
    TIME_UTC("time.utc", FieldType.TIME, Phase.SESSION, "the time of day, UTC"),
    TIME_LOCAL("time.local", FieldType.TIME, Phase.SESSION, "the time of day where the device is"),
    TIME_WEEKDAY("time.weekday", FieldType.INT, Phase.SESSION,
            "the day of the week, local: 1 Monday to 7 Sunday"),
    DNS_NAME("dns.name", FieldType.NAME, Phase.DNS, "the name asked for"),
    DNS_DOMAIN("dns.domain", FieldType.NAME, Phase.DNS,
            "the same name, for the use with in: a set's names and all their children"),
    DNS_TYPE("dns.type", FieldType.STRING, Phase.DNS, "the type asked for: A, AAAA, TXT, …"),
    DNS_CATEGORIES("dns.categories", FieldType.STRING_ARRAY, Phase.DNS,
            "the categories the name is in"),
    DNS_ANSWER_IP("dns.answer.ip", FieldType.IP_ARRAY, Phase.DNS,
            "the addresses of the answer, once it is there"),
    DNS_ANSWER_COUNTRY("dns.answer.country", FieldType.STRING_ARRAY, Phase.DNS,
            "the countries of those addresses"),
    DNS_ANSWER_CNAME("dns.answer.cname", FieldType.NAME_ARRAY, Phase.DNS,
            "the aliases on the way to the answer"),
    NET_DIRECTION("net.direction", FieldType.STRING, Phase.NETWORK,
            "up: the device began; down: somebody else did"),
    NET_SRC_PORT("net.src.port", FieldType.INT, Phase.NETWORK, "the port of who began"),
    NET_DST_PORT("net.dst.port", FieldType.INT, Phase.NETWORK, "the port asked for"),
    NET_DST_IP("net.dst.ip", FieldType.IP, Phase.NETWORK, "the address asked for"),
    NET_DST_COUNTRY("net.dst.country", FieldType.STRING, Phase.NETWORK,
            "the country of that address"),
    NET_DST_ASN("net.dst.asn", FieldType.INT, Phase.NETWORK,
            "the autonomous system of that address"),
    NET_DST_DOMAIN("net.dst.domain", FieldType.NAME_ARRAY, Phase.NETWORK,
            "the names that this SIM resolved to that address, and the TLS server name once seen"),
    NET_DST_KIND("net.dst.kind", FieldType.STRING, Phase.NETWORK, "internet, cloud or device"),
    NET_PROTOCOL("net.protocol", FieldType.STRING, Phase.NETWORK,
            "tcp, udp, icmp, icmpv6, sctp, …"),
    NET_APP("net.app", FieldType.STRING, Phase.NETWORK,
            "what the first payload is: dns, http, tls, quic, mqtt, coap, …"),
    USAGE_BYTES_DAY("usage.bytes_day", FieldType.INT, Phase.NETWORK, "octets of the SIM today"),
    USAGE_BYTES_MONTH("usage.bytes_month", FieldType.INT, Phase.NETWORK,
            "octets of the SIM this month"),
    USAGE_FLOWS_MINUTE("usage.flows_minute", FieldType.INT, Phase.NETWORK,
            "flows that the SIM began in this minute"),
    TLS_SNI("tls.sni", FieldType.NAME, Phase.HTTP, "the server name of the ClientHello"),
    TLS_JA4("tls.ja4", FieldType.STRING, Phase.HTTP, "the JA4 fingerprint of the ClientHello"),
    TLS_ALPN("tls.alpn", FieldType.STRING_ARRAY, Phase.HTTP, "the protocols offered"),
    TLS_VERSION("tls.version", FieldType.STRING, Phase.HTTP,
            "the highest version offered: 1.0 to 1.3"),
    TLS_ECH("tls.ech", FieldType.BOOL, Phase.HTTP, "whether the ClientHello is encrypted"),
    HTTP_METHOD("http.method", FieldType.STRING, Phase.HTTP, "GET, POST, …"),
    HTTP_HOST("http.host", FieldType.NAME, Phase.HTTP, "the host, without the port"),
    HTTP_PATH("http.path", FieldType.STRING, Phase.HTTP, "the path, without the query"),
    HTTP_QUERY("http.query", FieldType.STRING, Phase.HTTP, "what follows the question mark"),
    HTTP_URL("http.url", FieldType.STRING, Phase.HTTP, "scheme, host, path and query"),
    HTTP_HEADER("http.header", FieldType.HEADERS, Phase.HTTP,
            "http.header[\"name\"]: the values of a header field"),
    HTTP_CONTENT_TYPE("http.content_type", FieldType.STRING, Phase.HTTP, "of the request's body"),
    HTTP_CONTENT_LENGTH("http.content_length", FieldType.INT, Phase.HTTP,
            "of the request's body, octets"),
    HTTP_RESPONSE_STATUS("http.response.status", FieldType.INT, Phase.HTTP,
            "the status code, once the response is there"),
    HTTP_RESPONSE_CONTENT_TYPE("http.response.content_type", FieldType.STRING, Phase.HTTP,
            "of the response's body");

    private static final Field[] ALL = values();
    private static final Map<String, Field> BY_TEXT = HashMap.newHashMap(ALL.length);
    /** How many fields a bag of session facts has: those before the clock's. */
    static final int SESSION_FIELDS = TIME_UTC.ordinal();
    static final int COUNT = ALL.length;

    static {
        for (Field field : ALL) {
            BY_TEXT.put(field.text, field);
        }
        if (COUNT > Long.SIZE) {
            throw new AssertionError("Facts keeps what is known in one long");
        }
    }

    private final String text;
    private final FieldType type;
    private final Phase phase;
    private final String meaning;

    Field(String text, FieldType type, Phase phase, String meaning) {
        this.text = text;
        this.type = type;
        this.phase = phase;
        this.meaning = meaning;
    }

    /** How rules write it. */
    public String text() {
        return text;
    }

    public FieldType type() {
        return type;
    }

    /** The first phase in which it is known. */
    public Phase phase() {
        return phase;
    }

    /** One line for the documentation. */
    public String meaning() {
        return meaning;
    }

    /** The field that rules write so, or null. */
    public static @Nullable Field ofText(String text) {
        return BY_TEXT.get(text);
    }

    /** The field that is written nearly so, for who mistyped it; null where none is. */
    public static @Nullable String nearestTo(String text) {
        return Nearest.to(text, Nearest.fieldNames());
    }

    /**
     * Whether a rule of this phase may ask for it. Later phases know what earlier ones learned, but for the
     * query's facts: a flow has no query, only the names bound to its destination ({@link #NET_DST_DOMAIN}).
     */
    public boolean isKnownIn(Phase asking) {
        return phase == Phase.DNS ? asking == Phase.DNS : phase.compareTo(asking) <= 0;
    }

    /** Whether it stays the same for as long as the session's facts do: the clock's fields do not. */
    public boolean isSessionConstant() {
        return ordinal() < SESSION_FIELDS;
    }

    /**
     * Whether it comes after its phase was first asked: the answer to a query, the response to a request. A rule
     * that mentions such a field waits for it.
     */
    boolean comesLate() {
        return switch (this) {
            case DNS_ANSWER_IP, DNS_ANSWER_COUNTRY, DNS_ANSWER_CNAME, HTTP_RESPONSE_STATUS,
                    HTTP_RESPONSE_CONTENT_TYPE ->
                true;
            default -> false;
        };
    }

    /** Where its fact is kept: {@code dns.domain} is another word for {@code dns.name}. */
    int slot() {
        return this == DNS_DOMAIN ? DNS_NAME.ordinal() : ordinal();
    }

    @Override
    public String toString() {
        return text;
    }
}
