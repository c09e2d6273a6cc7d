package io.cellgate.dns;

import org.xbill.DNS.Type;

/** The texts of record types, {@code AAAA}, or {@code TYPE4711} for one without a mnemonic (RFC 3597 §5). */
public final class DnsType {
    public static final int A = 1;
    public static final int CNAME = 5;
    public static final int SOA = 6;
    public static final int AAAA = 28;

    /** Filled when first asked for; two threads may write the same text. */
    private static final String[] TEXTS = new String[1 << 16];

    private DnsType() {}

    /** @param type 0 to 65535 */
    public static String text(int type) {
        String text = TEXTS[type];
        if (text == null) {
            text = Type.string(type);
            TEXTS[type] = text;
        }
        return text;
    }
}
