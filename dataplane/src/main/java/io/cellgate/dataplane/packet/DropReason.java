package io.cellgate.dataplane.packet;

/**
 * Why a packet went no further. Each has a counter per worker. The comment says what happened and whether the sender
 * is told; the clause is the standard that says so, or ours where none does.
 */
public enum DropReason {
    // the tunnel
    /** Shorter than its header says, or than any GTP-U header. Silent. */
    GTPU_TRUNCATED("TS 29.281 §5.1", "gtpu_truncated"),
    /** Not version 1, or not GTP (PT = 0). Silent: GTP-U has no Version Not Supported. */
    GTPU_VERSION("TS 29.281 §5.1", "gtpu_version"),
    /** The length field is not what the datagram holds. Silent. */
    GTPU_LENGTH("TS 29.281 §5.1", "gtpu_length"),
    /** An extension header of length 0, past the end, or more of them than any use needs. Silent. */
    GTPU_EXTENSION_MALFORMED("TS 29.281 §5.2.1", "gtpu_extension_malformed"),
    /** An extension header that we must understand and do not. The peer is told which ones we know. */
    GTPU_EXTENSION_UNKNOWN("TS 29.281 §5.2.1, §7.2.3", "gtpu_extension_unknown"),
    /** A message type that GTP-U does not have. Silent. */
    GTPU_MESSAGE_TYPE("TS 29.281 §6.1", "gtpu_message_type"),
    /** A signalling message without its mandatory information elements. Silent. */
    GTPU_ELEMENTS("TS 29.281 §8", "gtpu_elements"),
    /** The outer source is no carrier's. Silent. */
    PEER_UNKNOWN("GSMA FS.20", "peer_unknown"),
    /** The outer source is a carrier's, but not the one this session came from. Silent. */
    PEER_OF_OTHER_CARRIER("GSMA FS.20", "peer_of_other_carrier"),
    /** No session has this TEID. The peer gets an Error Indication, as far as the rate allows. */
    TEID_UNKNOWN("TS 29.281 §7.3.1", "teid_unknown"),

    /** To a device that is suspended, or whose tunnel its peer has lost. Silent. */
    DOWNLINK_HELD("TS 29.274 §7.4, TS 23.007 §21.2", "downlink_held"),

    // the packet inside, or one from the core
    /** Neither IPv4 nor IPv6. Silent. */
    IP_VERSION("RFC 791 §3.1, RFC 8200 §3", "ip_version"),
    /** A header length below its minimum or past the end. Silent. */
    IP_HEADER_LENGTH("RFC 791 §3.1", "ip_header_length"),
    /** The total length is not what arrived. Silent. */
    IP_TOTAL_LENGTH("RFC 791 §3.1, RFC 8200 §3", "ip_total_length"),
    /** IPv6 payload length 0 with a next header: a jumbogram or a fault. Silent. */
    IPV6_PAYLOAD_ZERO("RFC 2675, RFC 8200 §3", "ipv6_payload_zero"),
    /** Source routing: the sender would choose the path past us. Silent. */
    IP_SOURCE_ROUTE("RFC 7126 §4.3, RFC 5095", "ip_source_route"),
    /** IPv6 extension headers that are truncated, in excess, or out of place. Silent. */
    IPV6_EXTENSIONS("RFC 8200 §4", "ipv6_extensions"),
    /**
     * Part of a packet that cannot be judged: its first part did not come before it, they overlap, or it is of a connection
     * or query that is read. Silent.
     */
    IP_FRAGMENT("RFC 1858, RFC 5722, RFC 8900", "ip_fragment"),
    /** A TCP, UDP or ICMP header that does not fit, or lengths that contradict each other. Silent. */
    TRANSPORT_HEADER("RFC 9293 §3.1, RFC 768", "transport_header"),
    /** TCP flags that no connection has: none, SYN with FIN or RST. Silent. */
    TCP_FLAGS("RFC 9293 §3.10", "tcp_flags"),
    /** A protocol other than TCP, UDP, ICMP and ICMPv6 that no rule may name yet. Silent. */
    PROTOCOL_UNSUPPORTED("ours", "protocol_unsupported"),
    /** Hop limit or time to live is used up. Silent. */
    HOP_LIMIT("RFC 791 §3.2", "hop_limit"),

    // what no policy can open
    /** The source is not the session's own address. Silent. */
    SOURCE_SPOOFED("RFC 2827, GSMA FS.20", "source_spoofed"),
    /** By a carrier's router, from an address that no SIM has. Silent. */
    SOURCE_UNBOUND("RFC 2827, TS 29.061 §16.4", "source_unbound"),
    /** GTP inside GTP. Silent. */
    GTP_IN_GTP("GSMA FS.20, IR.88", "gtp_in_gtp"),
    /** The destination is ours, a carrier's, or not a host on the internet at all. Silent. */
    INFRASTRUCTURE("GSMA FS.20", "infrastructure"),
    /** ICMPv6 of the link that asks nothing of us: duplicate address detection, reports. Silent. */
    LINK_LOCAL("TS 29.061 §11.2.1.3.2", "link_local"),

    // policy
    /** A network rule, or the default. Silent, or a TCP RST or ICMP error where the rule says so. */
    POLICY_NETWORK("ours", "policy_network"),
    /** An HTTP rule, or the default. An HTTP request gets a 403 page, a TLS connection a reset. */
    POLICY_HTTP("ours", "policy_http"),
    /** A DNS rule, or the default: the device got the answer that the rule says. */
    POLICY_DNS("ours", "policy_dns"),
    /** To another device, and no rule names {@code net.dst.kind}. Silent. */
    DEVICE_TO_DEVICE("GSMA IR.88", "device_to_device"),
    /** From the core, and of no flow that the device began; no rule opens {@code net.direction}. Silent. */
    INBOUND_UNSOLICITED("ours", "inbound_unsolicited"),
    /** QUIC, where the policy judges requests: these cannot be read yet. Silent; clients fall back to TCP. */
    QUIC_UNREADABLE("RFC 9000 §17.2", "quic_unreadable"),

    /** Beyond the SIM's quota of a day or month: none passes, or no more than its rate. Silent. */
    QUOTA_EXCEEDED("ours", "quota_exceeded"),

    // flows
    /** A TCP segment of no connection known, not its first. Silent. */
    TCP_MIDSTREAM("RFC 5382 §4.3", "tcp_midstream"),
    /** The session's share of the flow table is used up. Silent. */
    FLOWS_PER_SESSION("ours", "flows_per_session"),
    /** The flow table is full. Silent. */
    FLOWS_TOTAL("ours", "flows_total"),
    /** An ICMP error that quotes no flow of this session. Silent. */
    ICMP_UNRELATED("RFC 5927 §4", "icmp_unrelated"),

    // reading requests
    /** Beyond a gap in a request that is being read. The device sends it again. */
    STREAM_GAP("ours", "stream_gap"),
    /** Sent again with other octets than were judged. Silent. */
    STREAM_CONTRADICTS("ours", "stream_contradicts"),
    /** Sent again while the first copy is held. Nothing is lost. */
    STREAM_HELD_ALREADY("ours", "stream_held_already"),
    /** Urgent data, or data on a SYN, within a request that must be read: its meaning is ambiguous. */
    STREAM_AMBIGUOUS("RFC 6093", "stream_ambiguous"),
    /** TCP checksum wrong within a request that is read: the server would not see what we read. */
    STREAM_CHECKSUM("RFC 9293 §3.1", "stream_checksum"),
    /** More than may be held for a flow before it is judged. */
    STREAM_HELD_TOO_MUCH("ours", "stream_held_too_much"),
    /** The memory for held packets or for flows being read is used up. The device sends it again. */
    STREAM_NO_MEMORY("ours", "stream_no_memory"),
    /** An HTTP request or ClientHello that is malformed or ambiguous, or that ended before it was whole. */
    STREAM_MALFORMED("RFC 9112 §2.2, RFC 8446 §4.1.2", "stream_malformed"),
    /** A request whose end cannot be told beforehand (chunked, upgrade): what follows could not be judged. */
    REQUEST_UNMEASURED("RFC 9112 §6.3", "request_unmeasured"),
    /** The next request, before the server has confirmed the one before. The device sends it again. */
    REQUEST_PIPELINED("RFC 9112 §9.3.2", "request_pipelined"),
    /** Of a connection that was closed by us after a request was blocked. */
    CONNECTION_CLOSED("ours", "connection_closed"),

    // DNS
    /** Not a query that could be judged: malformed, several questions, not a standard query. */
    DNS_MALFORMED("RFC 1035 §4.1", "dns_malformed"),
    /** The query could not be forwarded: too many in flight, or no upstream. The device gets SERVFAIL. */
    DNS_UNRESOLVED("RFC 1035 §4.1.1", "dns_unresolved"),

    // sending
    /** Larger than the tunnel takes. The sender gets Packet Too Big or fragmentation needed. */
    TOO_BIG("RFC 1191 §4, RFC 4443 §3.2", "too_big"),
    /** Of another worker's session, and more than wait for that one already. Silent. */
    HANDOVER_FULL("ours", "handover_full"),
    /** From the core, to an address of no session. Silent. */
    DESTINATION_UNKNOWN("ours", "destination_unknown"),
    /** The host took no more. Silent. */
    SEND_REFUSED("ours", "send_refused"),
    /** A fault of ours met while handling this packet; the log has it. Silent. */
    INTERNAL_ERROR("ours", "internal_error");

    private static final DropReason[] ALL = values();

    private final String clause;
    private final String text;

    DropReason(String clause, String text) {
        this.clause = clause;
        this.text = text;
    }

    /** The standard that says so; "ours" where none does. */
    public String clause() {
        return clause;
    }

    /** How logs, metrics and the API write it. */
    public String text() {
        return text;
    }

    /** Its place among the counters of this process, from 0; not to be stored. */
    @SuppressWarnings("EnumOrdinal")
    public int index() {
        return ordinal();
    }

    public static int count() {
        return ALL.length;
    }

    public static DropReason of(int index) {
        return ALL[index];
    }
}
