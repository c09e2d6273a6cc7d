package io.cellgate.dataplane.gtpc;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Protocol Configuration Options, TS 24.008 §10.5.6.3, between a device and us: an octet of configuration protocol,
 * then items of identifier (16), length (8) and content. APCO and ePCO have the same form; which one a device used
 * is the information element's affair.
 */
public record ProtocolOptions(List<Item> items) {
    public static final int IPCP = 0x8021;
    public static final int PAP = 0xc023;
    public static final int CHAP = 0xc223;
    public static final int DNS_IPV6 = 0x0003;
    public static final int BEARER_CONTROL_MODE = 0x0005;
    public static final int IP_ADDRESS_BY_NAS = 0x000a;
    public static final int DNS_IPV4 = 0x000d;
    public static final int IPV4_MTU = 0x0010;

    /** One protocol's packet or one parameter. */
    public record Item(int id, Octets content) {}

    public ProtocolOptions {
        items = List.copyOf(items);
    }

    /** Null where an item reaches past the end. */
    static @Nullable ProtocolOptions decode(Octets octets) {
        List<Item> items = new ArrayList<>();
        int at = 1;
        while (at < octets.length()) {
            if (octets.length() - at < 3 || octets.length() - at - 3 < octets.u8(at + 2)) {
                return null;
            }
            int contentLength = octets.u8(at + 2);
            items.add(new Item(octets.u16(at), octets.slice(at + 3, contentLength)));
            at += 3 + contentLength;
        }
        return new ProtocolOptions(items);
    }

    void encode(OctetWriter out) {
        out.u8(0x80); // extension bit, configuration protocol PPP
        for (Item item : items) {
            out.u16(item.id()).u8(item.content().length()).octets(item.content());
        }
    }

    /** The content of the first item of this identifier. */
    public @Nullable Octets first(int id) {
        for (Item item : items) {
            if (item.id() == id) {
                return item.content();
            }
        }
        return null;
    }
}
