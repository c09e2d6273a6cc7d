package io.cellgate.policy;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.StringJoiner;
import org.agrona.concurrent.UnsafeBuffer;

/** Random policies as text, and random facts, over so few values that conditions often hold. */
final class RandomPolicies {
    private static final String[] STRINGS = {"tcp", "udp", "a", "ab", "abc", "/v1/x", "/v1", "",
            "x=1",
            "GET"};
    private static final String[] COUNTRIES = {"DE", "AT", "FR"};
    private static final String[] NAMES = {"example.com", "api.example.com", "a.b.api.example.com",
            "example.org", "com", "test.example.org", "xn--mnchen-3ya.de", "other.net"};
    private static final String[] IPV4 = {"10.0.0.0", "10.0.0.1", "10.255.255.255", "11.0.0.0",
            "192.0.2.7", "0.0.0.0", "255.255.255.255"};
    private static final String[] IPV6 = {"::", "::1", "2001:db8::1",
            "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "2001:db8:ffff::"};
    private static final String[] PREFIXES = {"10.0.0.0/8", "10.0.0.0/31", "0.0.0.0/0",
            "192.0.2.0/24", "2001:db8::/32", "::/0", "10.0.0.1/32", "fe80::/10", "::/1"};
    private static final long[] NUMBERS = {0, 1, 80, 443, 444, 1024, 8883, 65535};
    private static final String[] PATTERNS = {"^/v1", "b$", "^abc$", "a.c", "^(tcp|udp)$",
            "x=\\\\d",
            "example", "^api\\\\.", "[a-c]+$"};

    private static final List<Field> FIELDS = List.of(Field.values());

    private final Random random;

    RandomPolicies(Random random) {
        this.random = random;
    }

    ListCatalog lists() {
        return ListCatalog.of(NamedList.of("names", NamedList.Kind.NAMES, some(NAMES)),
                NamedList.of("more_names", NamedList.Kind.NAMES, some(NAMES)),
                NamedList.of("addresses", NamedList.Kind.ADDRESSES, some(PREFIXES)),
                NamedList.of("strings", NamedList.Kind.STRINGS,
                        some(STRINGS).stream().filter(s -> !s.isEmpty()).toList()));
    }

    private List<String> some(String[] of) {
        List<String> some = new ArrayList<>();
        for (String one : of) {
            if (random.nextInt(3) == 0) {
                some.add(one);
            }
        }
        return some;
    }

    PolicyDocument policy(Phase phase, int rules) {
        List<RuleDocument> all = new ArrayList<>();
        for (int i = 0; i < rules; i++) {
            int kind = random.nextInt(10);
            Action action = kind < 5 ? Action.ALLOW : kind < 8 ? Action.BLOCK : Action.LOG;
            Phase of = random.nextInt(12) == 0 ? Phase.NETWORK : phase;
            // in a large policy rules must be narrow, or none but the first ever decides
            String when = rules > 40
                    ? atom(of) + " and " + atom(of)
                            + (random.nextBoolean() ? " and " + atom(of) : "")
                    : or(of, 3);
            all.add(new RuleDocument("r" + i, of, action, when));
        }
        return new PolicyDocument("random", all);
    }

    private String or(Phase phase, int depth) {
        StringJoiner parts = new StringJoiner(random.nextBoolean() ? " or " : " || ");
        int count = 1 + random.nextInt(10) / 7;
        for (int i = 0; i < count; i++) {
            parts.add(and(phase, depth));
        }
        return parts.toString();
    }

    private String and(Phase phase, int depth) {
        StringJoiner parts = new StringJoiner(random.nextBoolean() ? " and " : " && ");
        int count = 1 + random.nextInt(3);
        for (int i = 0; i < count; i++) {
            int kind = random.nextInt(10);
            if (kind == 0 && depth > 0) {
                parts.add("(" + or(phase, depth - 1) + ")");
            } else if (kind == 1 && depth > 0) {
                parts.add("not (" + or(phase, depth - 1) + ")");
            } else if (kind == 2) {
                parts.add("not " + atom(phase));
            } else {
                parts.add(atom(phase));
            }
        }
        return parts.toString();
    }

    /** One comparison: more often than not of the fields that are indexed. */
    private String atom(Phase phase) {
        if (random.nextInt(60) == 0) {
            return random.nextBoolean() ? "true" : "false";
        }
        Field field = field(phase);
        String ref = field.type() == FieldType.HEADERS ? "http.header[\"X-A\"]" : field.text();
        if (random.nextInt(15) == 0) {
            return "is_known(" + ref + ")";
        }
        if (field.type() == FieldType.BOOL) {
            return pick(ref, ref + " == false", ref + " != false");
        }
        if (field.type().isArray()) {
            return random.nextBoolean()
                    ? "any(" + ref + "[*] " + test(field) + ")"
                    : ref + pick(" == ", " contains ") + literal(field);
        }
        return ref + " " + test(field);
    }

    private Field field(Phase phase) {
        Field[] often = switch (phase) {
            case SESSION -> new Field[]{Field.LOCATION_COUNTRY, Field.SIM_STATUS};
            case DNS -> new Field[]{Field.DNS_NAME, Field.DNS_DOMAIN, Field.DNS_TYPE};
            case NETWORK -> new Field[]{Field.NET_DST_PORT, Field.NET_PROTOCOL, Field.NET_DST_IP,
                    Field.NET_DST_DOMAIN, Field.NET_DST_ASN};
            case HTTP -> new Field[]{Field.HTTP_HOST, Field.HTTP_METHOD, Field.HTTP_PATH,
                    Field.TLS_SNI};
        };
        while (true) {
            Field field = random.nextInt(3) > 0
                    ? often[random.nextInt(often.length)]
                    : FIELDS.get(random.nextInt(FIELDS.size()));
            if (field.isKnownIn(phase)) {
                return field;
            }
        }
    }

    private String test(Field field) {
        FieldType type = field.type().element();
        return switch (type) {
            case STRING -> switch (random.nextInt(8)) {
                case 0 -> "!= " + literal(field);
                case 1 -> "contains " + quoted(STRINGS);
                case 2 -> "starts_with " + quoted(STRINGS);
                case 3 -> "ends_with " + quoted(STRINGS);
                case 4 -> "matches " + quoted(PATTERNS);
                case 5 -> set(field);
                case 6 -> "in $strings";
                default -> "== " + literal(field);
            };
            case NAME -> switch (random.nextInt(8)) {
                case 0 -> "!= " + literal(field);
                case 1 -> "contains \"Example\"";
                case 2 -> "starts_with \"api.\"";
                case 3 -> "ends_with \".org\"";
                case 4 -> "matches " + quoted(PATTERNS);
                case 5 -> set(field);
                case 6 -> pick("in $names", "in $more_names");
                default -> "== " + literal(field);
            };
            case INT, TIME -> pick("==", "!=", "<", "<=", ">", ">=", "in").equals("in")
                    ? set(field)
                    : pick("==", "!=", "<", "<=", ">", ">=") + " " + literal(field);
            case IP -> switch (random.nextInt(4)) {
                case 0 -> pick("== ", "!= ") + literal(field);
                case 1 -> "in $addresses";
                default -> set(field);
            };
            case BOOL, STRING_ARRAY, NAME_ARRAY, IP_ARRAY, HEADERS ->
                throw new AssertionError(type);
        };
    }

    private String set(Field field) {
        StringJoiner members = new StringJoiner(pick(" ", ", "), "in {", "}");
        int count = 1 + random.nextInt(3);
        for (int i = 0; i < count; i++) {
            FieldType type = field.type().element();
            if (type == FieldType.IP) {
                members.add(random.nextInt(3) > 0
                        ? pick(PREFIXES)
                        : pick("10.0.0.1..10.0.0.9", "::1..2001:db8::", "9.0.0.0..10.0.0.0"));
            } else if (type == FieldType.INT && random.nextBoolean()) {
                long first = NUMBERS[random.nextInt(NUMBERS.length)];
                members.add(first + ".." + (first + random.nextInt(500)));
            } else if (type == FieldType.TIME && random.nextBoolean()) {
                members.add(literal(field) + ".." + literal(field));
            } else {
                members.add(literal(field));
            }
        }
        return members.toString();
    }

    private String literal(Field field) {
        return switch (field.type().element()) {
            case INT -> Long.toString(NUMBERS[random.nextInt(NUMBERS.length)]);
            case TIME -> pick("00:00", "08:00", "12:30:15", "24:00", "8h", "22:00");
            case IP -> random.nextBoolean() ? pick(IPV4) : pick(IPV6);
            case NAME -> quoted(NAMES);
            default -> "\"" + value(field) + "\"";
        };
    }

    /** A string that the field may have. */
    private String value(Field field) {
        if (field.text().endsWith(".country")) {
            return pick(COUNTRIES);
        }
        return switch (field) {
            case NET_DIRECTION -> pick("up", "down");
            case NET_DST_KIND -> pick("internet", "cloud", "device");
            case SESSION_PDN_TYPE -> pick("ipv4", "ipv6");
            case NET_PROTOCOL -> pick("tcp", "udp");
            default -> pick(STRINGS);
        };
    }

    private String pick(String... of) {
        return of[random.nextInt(of.length)];
    }

    private String quoted(String[] of) {
        return "\"" + pick(of) + "\"";
    }

    /** Facts of some fields: of many more often than not, now and then of few. */
    void fill(Facts facts, boolean session) {
        facts.clear();
        int unknown = pick("1", "3", "9").charAt(0) - '0';
        for (Field field : Field.values()) {
            if (field.isSessionConstant() != session || random.nextInt(10) < unknown) {
                continue;
            }
            switch (field.type()) {
                case STRING -> {
                    String value = value(field);
                    if (random.nextBoolean() && !session) {
                        byte[] octets = value.getBytes(StandardCharsets.ISO_8859_1);
                        facts.set(field, new UnsafeBuffer(octets), 0,
                                octets.length);
                    } else {
                        facts.set(field, value);
                    }
                }
                case INT ->
                    facts.set(field, NUMBERS[random.nextInt(NUMBERS.length)] + random.nextInt(2));
                case TIME -> facts.set(field, random.nextInt(48) * 1800L);
                case BOOL -> facts.set(field, random.nextBoolean());
                case IP -> facts.setIp(field,
                        IpAddress.parse(random.nextInt(3) > 0 ? pick(IPV4) : pick(IPV6)));
                case NAME -> facts.setName(field, DomainName.of(pick(NAMES)));
                default -> {
                    facts.setEmpty(field);
                    for (int i = random.nextInt(3); i > 0; i--) {
                        facts.read(field, switch (field.type().element()) {
                            case NAME -> pick(NAMES);
                            case IP -> pick(IPV4);
                            default -> field.type() == FieldType.HEADERS
                                    ? pick("x-a", "X-A", "x-b") + ": " + pick(STRINGS)
                                    : value(field);
                        });
                    }
                }
            }
        }
    }
}
