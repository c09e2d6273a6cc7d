package io.cellgate.dataplane.radius;

import io.cellgate.dataplane.gtpc.Octets;
import java.io.ByteArrayOutputStream;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * A RADIUS packet that is whole: every attribute lies within it.
 *
 * <pre>
 *    0                   1                   2                   3
 *   +-------+-------+---------------+  +------+--------+---------- ~
 *   | code  |  id   |    length     |  | type | length | value       attributes, RFC 2865 §5
 *   +-------+-------+---------------+  +------+--------+---------- ~
 *   |     authenticator, 16 octets  |
 * </pre>
 *
 * The authenticator of an Accounting-Request is MD5 of the packet with 16 zeros in its place and the shared secret behind
 * it; that of the response is MD5 of the response with the request's authenticator in its place, likewise (RFC 2866 §3).
 */
public final class RadiusPacket {
    public static final int MAX_OCTETS = 4096;
    static final int ACCOUNTING_REQUEST = 4;
    private static final int ACCOUNTING_RESPONSE = 5;
    private static final int HEADER_OCTETS = 20;
    private static final int AUTHENTICATOR = 4;
    private static final int AUTHENTICATOR_OCTETS = 16;
    private static final int VENDOR_SPECIFIC = 26;
    private static final int PROXY_STATE = 33;
    private static final int MESSAGE_AUTHENTICATOR = 80;

    private final byte[] octets;
    private final List<Attribute> attributes;

    /**
     * One attribute, of the standard's or of a vendor's.
     *
     * @param vendor 0 for the standard's
     * @param at     where its value begins in the packet
     */
    record Attribute(int vendor, int type, int at, Octets value) {}

    private RadiusPacket(byte[] octets, List<Attribute> attributes) {
        this.octets = octets;
        this.attributes = attributes;
    }

    /** Reads a datagram; octets behind the packet's own length are padding and ignored (RFC 2866 §3). */
    public static Read<RadiusPacket> decode(byte[] datagram) {
        if (datagram.length < HEADER_OCTETS) {
            return bad(AccountingFault.LENGTH, "got " + datagram.length
                    + " octets, expected at least " + HEADER_OCTETS);
        }
        Octets all = Octets.of(datagram);
        int length = all.u16(2);
        if (length < HEADER_OCTETS || length > datagram.length || length > MAX_OCTETS) {
            return bad(AccountingFault.LENGTH, "got the length " + length + " in "
                    + datagram.length + " octets, expected " + HEADER_OCTETS + " to "
                    + Math.min(datagram.length, MAX_OCTETS));
        }
        if (all.u8(0) != ACCOUNTING_REQUEST) {
            return bad(AccountingFault.CODE,
                    "got code " + all.u8(0) + ", expected 4, an Accounting-Request");
        }
        byte[] packet = Arrays.copyOf(datagram, length);
        List<Attribute> attributes = new ArrayList<>();
        String fault = read(Octets.of(packet), HEADER_OCTETS, length, 0, attributes);
        return fault == null
                ? new Read.Good<>(new RadiusPacket(packet, List.copyOf(attributes)))
                : bad(AccountingFault.ATTRIBUTE_LENGTH, fault);
    }

    /** What is wrong with the attributes between two places; null where nothing is. */
    private static @Nullable String read(Octets packet, int from, int end, int vendor,
            List<Attribute> into) {
        int at = from;
        while (at < end) {
            if (end - at < 2 || packet.u8(at + 1) < 2 || packet.u8(at + 1) > end - at) {
                return "an attribute" + (vendor == 0 ? "" : " of vendor " + vendor) + " at octet "
                        + at + " does not fit, expected it within the " + (end - at)
                        + " octets that are left";
            }
            int type = packet.u8(at);
            int length = packet.u8(at + 1);
            if (vendor == 0 && type == VENDOR_SPECIFIC) {
                if (length < 6) {
                    return "a vendor's attribute at octet " + at
                            + " has no vendor, expected four octets of it";
                }
                int whose = packet.i32(at + 2);
                // another vendor's may be laid out in another way
                String fault = whose == Vendor3gpp.ID
                        ? read(packet, at + 6, at + length, whose, into)
                        : null;
                if (fault != null) {
                    return fault;
                }
            } else {
                into.add(new Attribute(vendor, type, at + 2, packet.slice(at + 2, length - 2)));
            }
            at += length;
        }
        return null;
    }

    private static Read<RadiusPacket> bad(AccountingFault fault, String detail) {
        return new Read.Bad<>(fault, detail);
    }

    /** What is wrong with how the packet proves who sent it; null where it was made with the secret. */
    public @Nullable AccountingFault judge(SharedSecret shared) {
        byte[] secret = shared.octets();
        byte[] zeroed = octets.clone();
        Arrays.fill(zeroed, AUTHENTICATOR, AUTHENTICATOR + AUTHENTICATOR_OCTETS, (byte) 0);
        if (!MessageDigest.isEqual(md5(zeroed, secret), authenticator())) {
            return AccountingFault.AUTHENTICATOR;
        }
        Attribute message = find(0, MESSAGE_AUTHENTICATOR);
        if (message == null) {
            return null;
        }
        if (message.value().length() != AUTHENTICATOR_OCTETS) {
            return AccountingFault.MESSAGE_AUTHENTICATOR;
        }
        Arrays.fill(zeroed, message.at(), message.at() + AUTHENTICATOR_OCTETS, (byte) 0);
        return MessageDigest.isEqual(hmacMd5(zeroed, secret), message.value().toArray())
                ? null
                : AccountingFault.MESSAGE_AUTHENTICATOR;
    }

    /** The Accounting-Response: the request's Proxy-States in their order and nothing else (RFC 2866 §5). */
    public byte[] response(SharedSecret shared) {
        ByteArrayOutputStream states = new ByteArrayOutputStream();
        for (Attribute attribute : attributes) {
            if (attribute.vendor() == 0 && attribute.type() == PROXY_STATE) {
                states.write(PROXY_STATE);
                states.write(2 + attribute.value().length());
                states.writeBytes(attribute.value().toArray());
            }
        }
        byte[] response = new byte[HEADER_OCTETS + states.size()];
        response[0] = ACCOUNTING_RESPONSE;
        response[1] = octets[1];
        response[2] = (byte) (response.length >>> 8);
        response[3] = (byte) response.length;
        System.arraycopy(octets, AUTHENTICATOR, response, AUTHENTICATOR, AUTHENTICATOR_OCTETS);
        System.arraycopy(states.toByteArray(), 0, response, HEADER_OCTETS, states.size());
        System.arraycopy(md5(response, shared.octets()), 0, response, AUTHENTICATOR,
                AUTHENTICATOR_OCTETS);
        return response;
    }

    /** What two packets of one source have in common only where one is a repetition of the other. */
    public Fingerprint fingerprint() {
        Octets all = Octets.of(octets);
        return new Fingerprint(all.u8(1), all.slice(AUTHENTICATOR, AUTHENTICATOR_OCTETS));
    }

    /** Identifier and authenticator, RFC 2866 §3. */
    public record Fingerprint(int identifier, Octets authenticator) {}

    private byte[] authenticator() {
        return Arrays.copyOfRange(octets, AUTHENTICATOR, HEADER_OCTETS);
    }

    /** The first attribute of this kind. */
    @Nullable
    Attribute find(int vendor, int type) {
        for (Attribute attribute : attributes) {
            if (attribute.vendor() == vendor && attribute.type() == type) {
                return attribute;
            }
        }
        return null;
    }

    /** All of this kind. */
    List<Attribute> all(int vendor, int type) {
        return attributes.stream().filter(
                attribute -> attribute.vendor() == vendor && attribute.type() == type).toList();
    }

    private static byte[] md5(byte[] packet, byte[] secret) {
        try {
            MessageDigest digest = MessageDigest.getInstance("MD5");
            digest.update(packet);
            return digest.digest(secret);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has MD5", e);
        }
    }

    private static byte[] hmacMd5(byte[] packet, byte[] secret) {
        try {
            Mac mac = Mac.getInstance("HmacMD5");
            mac.init(new SecretKeySpec(secret, "HmacMD5"));
            return mac.doFinal(packet);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has HMAC-MD5", e);
        }
    }
}
