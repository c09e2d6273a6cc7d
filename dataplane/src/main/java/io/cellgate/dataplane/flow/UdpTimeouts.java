package io.cellgate.dataplane.flow;

/**
 * How long a UDP flow lives after its last packet, by what its port is for. RFC 4787 §4.3 (REQ-5) asks at least 2 minutes,
 * recommends 5, and allows less for the well-known ports of applications that are known to need less.
 */
public final class UdpTimeouts {
    /** One question, one answer. */
    private static final int QUERY_SECONDS = 30;
    /** Connections that stay and send seldom: their devices would wake up for nothing but to hold them. */
    private static final int CONNECTION_SECONDS = 600;
    private static final int OTHER_SECONDS = 180;

    private UdpTimeouts() {}

    public static int seconds(int remotePort) {
        return switch (remotePort) {
            // DNS, TFTP, NTP, SNMP
            case 53, 69, 123, 161 -> QUERY_SECONDS;
            // QUIC, IKE and ESP in UDP (RFC 3948), CoAP and CoAP over DTLS
            case 443, 500, 4500, 5683, 5684 -> CONNECTION_SECONDS;
            default -> OTHER_SECONDS;
        };
    }
}
