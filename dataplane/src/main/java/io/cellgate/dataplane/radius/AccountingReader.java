package io.cellgate.dataplane.radius;

import io.cellgate.dataplane.gtpc.Location;
import io.cellgate.dataplane.gtpc.Octets;
import io.cellgate.dataplane.gtpc.TimeZoneIe;
import io.cellgate.dataplane.radius.AccountingRequest.Kind;
import io.cellgate.dataplane.radius.RadiusPacket.Attribute;
import io.cellgate.dataplane.session.Rat;
import io.cellgate.dataplane.session.UserLocation;
import io.cellgate.policy.subject.Imei;
import io.cellgate.policy.subject.Imsi;
import io.cellgate.policy.subject.Plmn;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads an {@link AccountingRequest} of a packet. An attribute that a binding rests on (IMSI, addresses) must be right
 * where it is there; one that only describes is as if it were absent where it is not, as policies then do not know it and a
 * lock or fence decides what that means.
 */
public final class AccountingReader {
    /** The /64s of a delegated prefix that are bound: those of a /60. */
    public static final int MAX_DELEGATED = 16;
    private static final int NAS_IP_ADDRESS = 4;
    private static final int FRAMED_IP_ADDRESS = 8;
    private static final int CALLED_STATION_ID = 30;
    private static final int CALLING_STATION_ID = 31;
    private static final int NAS_IDENTIFIER = 32;
    private static final int ACCT_STATUS_TYPE = 40;
    private static final int ACCT_DELAY_TIME = 41;
    private static final int ACCT_SESSION_ID = 44;
    private static final int EVENT_TIMESTAMP = 55;
    private static final int NAS_IPV6_ADDRESS = 95;
    private static final int FRAMED_IPV6_PREFIX = 97;
    private static final int DELEGATED_IPV6_PREFIX = 123;
    private static final int SUBNET_BITS = 64;
    private static final Pattern OPERATOR = Pattern.compile("\\.mnc\\d{2,3}\\.mcc\\d{3}\\.gprs$");
    private static final Pattern APN = Pattern
            .compile("[A-Za-z0-9_*-]{1,63}(\\.[A-Za-z0-9_*-]{1,63})*");
    private static final Pattern MSISDN = Pattern.compile("[0-9]{1,15}");

    private final RadiusPacket packet;
    private Read.@Nullable Bad<AccountingRequest> fault;

    private AccountingReader(RadiusPacket packet) {
        this.packet = packet;
    }

    public static Read<AccountingRequest> read(RadiusPacket packet) {
        return new AccountingReader(packet).read();
    }

    private Read<AccountingRequest> read() {
        Octets status = needed(ACCT_STATUS_TYPE, "Acct-Status-Type");
        Kind kind = status == null || status.length() != 4 ? null : Kind.of(status.i32(0));
        if (kind == null) {
            blame(AccountingFault.ATTRIBUTE_VALUE, "Acct-Status-Type: got " + status
                    + ", expected 1 (Start), 2 (Stop), 3 (Interim-Update), 7 (On) or 8 (Off)");
        }
        boolean ofNas = kind == Kind.ON || kind == Kind.OFF;
        Octets session = ofNas ? null : needed(ACCT_SESSION_ID, "Acct-Session-Id");
        if (session != null && session.length() == 0) {
            blame(AccountingFault.ATTRIBUTE_VALUE, "Acct-Session-Id: got nothing in it");
        }
        Imsi imsi = strict(Vendor3gpp.ID, Vendor3gpp.IMSI, "3GPP-IMSI", "6 to 15 digits",
                value -> new Imsi(text(value)));
        if (imsi == null && (kind == Kind.START || kind == Kind.INTERIM)) {
            blame(AccountingFault.ATTRIBUTE_MISSING, "3GPP-IMSI is missing");
        }
        Inet4Address ipv4 = strict(0, FRAMED_IP_ADDRESS, "Framed-IP-Address", "4 octets",
                value -> (Inet4Address) address(value, 4));
        Inet6Address ipv6 = strict(0, FRAMED_IPV6_PREFIX, "Framed-IPv6-Prefix",
                "a prefix of 64 bits", value -> only(prefix(value, SUBNET_BITS)));
        List<Inet6Address> delegated = new ArrayList<>();
        for (Attribute each : packet.all(0, DELEGATED_IPV6_PREFIX)) {
            List<Inet6Address> prefixes = strict(each.value(), "Delegated-IPv6-Prefix",
                    "a prefix of 60 to 64 bits", value -> prefix(value, SUBNET_BITS - 4));
            if (prefixes != null) {
                delegated.addAll(prefixes);
            }
        }
        delegated.remove(ipv6);
        if (delegated.size() > MAX_DELEGATED) {
            blame(AccountingFault.ATTRIBUTE_VALUE, "Delegated-IPv6-Prefix: got "
                    + delegated.size() + " /64s in all, expected at most " + MAX_DELEGATED);
        }
        Read.Bad<AccountingRequest> found = fault;
        return found != null || kind == null
                ? Objects.requireNonNull(found)
                : new Read.Good<>(new AccountingRequest(kind, nas(),
                        session == null ? "" : session.toString(), imsi,
                        lenient(Vendor3gpp.ID, Vendor3gpp.IMEISV, v -> new Imei(text(v))),
                        lenient(0, CALLING_STATION_ID, AccountingReader::msisdn),
                        lenient(0, CALLED_STATION_ID, AccountingReader::apn),
                        ipv4 != null && isNone(ipv4) ? null : ipv4, ipv6, delegated,
                        lenient(Vendor3gpp.ID, Vendor3gpp.RAT_TYPE, v -> Rat.ofCode(v.u8(0))),
                        location(),
                        lenient(Vendor3gpp.ID, Vendor3gpp.MS_TIME_ZONE, TimeZoneIe::decode),
                        lenient(Vendor3gpp.ID, Vendor3gpp.NSAPI, AccountingReader::text),
                        packet.find(Vendor3gpp.ID, Vendor3gpp.SESSION_STOP_INDICATOR) != null,
                        lenient(0, EVENT_TIMESTAMP,
                                v -> Instant.ofEpochSecond(unsigned(v))),
                        seconds(lenient(0, ACCT_DELAY_TIME, AccountingReader::unsigned))));
    }

    private static long seconds(@Nullable Long delay) {
        return delay == null ? 0 : delay;
    }

    /** 255.255.255.255 and 255.255.255.254 ask for an address, RFC 2865 §5.8; 0.0.0.0 is none either. */
    private static boolean isNone(Inet4Address address) {
        byte[] octets = address.getAddress();
        return address.isAnyLocalAddress()
                || (octets[0] & octets[1] & octets[2]) == -1 && (octets[3] & 0xfe) == 0xfe;
    }

    private @Nullable String nas() {
        String named = lenient(0, NAS_IDENTIFIER, v -> v.length() == 0 ? null : "id " + v);
        if (named != null) {
            return named;
        }
        InetAddress at = lenient(0, NAS_IP_ADDRESS, v -> address(v, 4));
        at = at != null ? at : lenient(0, NAS_IPV6_ADDRESS, v -> address(v, 16));
        return at == null ? null : at.getHostAddress();
    }

    /** The place, in the network that serves it: 3GPP-SGSN-MCC-MNC says that where the place does not. */
    private @Nullable UserLocation location() {
        UserLocation place = lenient(Vendor3gpp.ID, Vendor3gpp.USER_LOCATION_INFO,
                Location::decodeAccounting);
        Plmn serving = lenient(Vendor3gpp.ID, Vendor3gpp.SGSN_MCC_MNC, v -> Plmn.parse(text(v)));
        if (place == null) {
            return serving == null ? null : new UserLocation(serving, null, null, null);
        }
        return place;
    }

    // attributes

    private @Nullable Octets needed(int type, String name) {
        Attribute found = packet.find(0, type);
        if (found == null) {
            blame(AccountingFault.ATTRIBUTE_MISSING, name + " is missing");
            return null;
        }
        return found.value();
    }

    private <T> @Nullable T strict(int vendor, int type, String name, String expected,
            Function<Octets, @Nullable T> reader) {
        Attribute found = packet.find(vendor, type);
        return found == null ? null : strict(found.value(), name, expected, reader);
    }

    private <T> @Nullable T strict(Octets value, String name, String expected,
            Function<Octets, @Nullable T> reader) {
        T read = readOrNull(value, reader);
        if (read == null) {
            blame(AccountingFault.ATTRIBUTE_VALUE,
                    name + ": got " + value + ", expected " + expected);
        }
        return read;
    }

    private <T> @Nullable T lenient(int vendor, int type, Function<Octets, @Nullable T> reader) {
        Attribute found = packet.find(vendor, type);
        return found == null ? null : readOrNull(found.value(), reader);
    }

    /** Identifiers check themselves by throwing, as does a view that is read past its end. */
    private static <T> @Nullable T readOrNull(Octets value, Function<Octets, @Nullable T> reader) {
        try {
            return reader.apply(value);
        } catch (IllegalArgumentException | IndexOutOfBoundsException notOne) {
            return null;
        }
    }

    private void blame(AccountingFault reason, String detail) {
        if (fault == null) {
            fault = new Read.Bad<>(reason, detail);
        }
    }

    // values

    private static String text(Octets value) {
        return new String(value.toArray(), StandardCharsets.UTF_8);
    }

    private static long unsigned(Octets value) {
        return Integer.toUnsignedLong(value.i32(0));
    }

    private static @Nullable String msisdn(Octets value) {
        String text = text(value);
        String digits = text.startsWith("+") ? text.substring(1) : text;
        return MSISDN.matcher(digits).matches() ? digits : null;
    }

    private static @Nullable String apn(Octets value) {
        String text = value.length() > 100 ? "" : text(value);
        return APN.matcher(text).matches()
                ? OPERATOR.matcher(text.toLowerCase(Locale.ROOT)).replaceFirst("")
                : null;
    }

    private static InetAddress address(Octets value, int octets) {
        if (value.length() != octets) {
            throw new IllegalArgumentException("an address of " + value.length() + " octets");
        }
        return inet(value.toArray());
    }

    private static @Nullable Inet6Address only(@Nullable List<Inet6Address> prefixes) {
        return prefixes == null ? null : prefixes.getFirst();
    }

    /**
     * The /64s of a prefix: a reserved octet, the length in bits, and as many octets as that takes or more, of which those
     * behind the length are 0 (RFC 3162 §2.3, RFC 4818 §3). Null where it is shorter than {@code minBits}, or longer than
     * 64 bits.
     */
    private static @Nullable List<Inet6Address> prefix(Octets value, int minBits) {
        int bits = value.u8(1);
        byte[] octets = Arrays.copyOf(value.from(2).toArray(), 16);
        if (bits < minBits || bits > SUBNET_BITS || value.length() > 18
                || value.length() < 2 + (bits + 7) / 8) {
            return null;
        }
        for (int bit = bits; bit < 128; bit++) {
            if ((octets[bit / 8] >>> (7 - bit % 8) & 1) != 0) {
                return null;
            }
        }
        List<Inet6Address> subnets = new ArrayList<>();
        for (int subnet = 0; subnet < 1 << (SUBNET_BITS - bits); subnet++) {
            byte[] each = octets.clone();
            each[7] |= (byte) subnet;
            if (!(inet(each) instanceof Inet6Address address)) {
                return null; // one of IPv4, mapped
            }
            subnets.add(address);
        }
        return subnets;
    }

    private static InetAddress inet(byte[] octets) {
        try {
            return InetAddress.getByAddress(octets);
        } catch (UnknownHostException e) {
            throw new AssertionError("4 or 16 octets are an address", e);
        }
    }
}
