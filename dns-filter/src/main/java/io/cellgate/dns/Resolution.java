package io.cellgate.dns;

import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.xbill.DNS.AAAARecord;
import org.xbill.DNS.ARecord;
import org.xbill.DNS.CNAMERecord;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Header;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.SOARecord;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

/**
 * What an upstream's response says about its question, and nothing else that it has.
 *
 * <p>Of the answer section only this is taken: the CNAME chain that begins at the name asked for, and the records of
 * the type asked for at its end. Of the authority section, the SOA of a zone that the chain's end is in, if there is
 * no answer. Additional records, and any name that the chain does not reach, are left out: they are what cache
 * poisoning brings (RFC 2181 §5.4.1, RFC 5452 §6).
 *
 * <pre>
 *   asked www.a.example A      www.a.example CNAME c.b.example     taken
 *                              c.b.example   A     192.0.2.1       taken
 *                              bank.example  A     203.0.113.9     left out
 * </pre>
 */
record Resolution(int rcode, List<Record> answers, @Nullable SOARecord soa, int ttlSeconds) {
    private static final int LONGEST_CHAIN = 16;

    /** An answer with no records that was not given by an upstream. */
    static Resolution empty(int rcode, int ttlSeconds) {
        return new Resolution(rcode, List.of(), null, ttlSeconds);
    }

    /** @return null if the response is not one to this question, or can not be used */
    static @Nullable Resolution of(Question question, Message response, ForwarderConfig config) {
        Header header = response.getHeader();
        Record asked = response.getQuestion();
        int rcode = response.getRcode();
        if (!header.getFlag(Flags.QR) || header.getOpcode() != 0 || asked == null
                || header.getCount(Section.QUESTION) != 1
                || !asked.getName().equals(question.name())
                || asked.getType() != question.type() || asked.getDClass() != DClass.IN
                || header.getFlag(Flags.TC)
                || (rcode != Rcode.NOERROR && rcode != Rcode.NXDOMAIN)) {
            return null;
        }
        List<Record> answers = new ArrayList<>();
        Name end = followChain(question, response.getSection(Section.ANSWER), answers);
        if (end == null) {
            return null;
        }
        Set<Record> distinct = new HashSet<>();
        for (Record record : response.getSection(Section.ANSWER)) {
            if (record.getType() == question.type() && record.getDClass() == DClass.IN
                    && record.getName().equals(end) && distinct.add(record)) {
                answers.add(record);
            }
        }
        boolean complete = !answers.isEmpty() && answers.getLast().getType() == question.type();
        if (complete && rcode == Rcode.NOERROR) {
            return positive(answers, config);
        }
        SOARecord soa = soa(end, response.getSection(Section.AUTHORITY));
        long ttl = soa == null ? 0 : Math.min(soa.getTTL(), soa.getMinimum()); // RFC 2308 §5
        int clamped = (int) Math.min(ttl, config.maxNegativeTtlSeconds());
        return new Resolution(rcode, withTtl(answers, config), soa, clamped);
    }

    /** Adds the chain's CNAMEs in their order; @return its end, or null: it loops or is too long */
    private static @Nullable Name followChain(Question question, List<Record> section,
            List<Record> chain) {
        Name at = question.name();
        if (question.type() == Type.CNAME) {
            return at;
        }
        Set<Name> seen = new HashSet<>(Set.of(at));
        CNAMERecord next = cnameOf(at, section);
        while (next != null) {
            chain.add(next);
            at = next.getTarget();
            if (!seen.add(at) || chain.size() > LONGEST_CHAIN) {
                return null;
            }
            next = cnameOf(at, section);
        }
        return at;
    }

    private static @Nullable CNAMERecord cnameOf(Name owner, List<Record> section) {
        for (Record record : section) {
            if (record instanceof CNAMERecord cname && record.getDClass() == DClass.IN
                    && record.getName().equals(owner)) {
                return cname;
            }
        }
        return null;
    }

    private static @Nullable SOARecord soa(Name of, List<Record> authority) {
        for (Record record : authority) {
            if (record instanceof SOARecord soa && record.getDClass() == DClass.IN
                    && of.subdomain(record.getName())) {
                return soa;
            }
        }
        return null;
    }

    private static Resolution positive(List<Record> answers, ForwarderConfig config) {
        List<Record> clamped = withTtl(answers, config);
        long least = clamped.stream().mapToLong(Record::getTTL).min().orElseThrow();
        return new Resolution(Rcode.NOERROR, clamped, null, (int) least);
    }

    private static List<Record> withTtl(List<Record> records, ForwarderConfig config) {
        return records.stream().map(record -> withTtl(record, Math.clamp(record.getTTL(),
                config.minTtlSeconds(), config.maxTtlSeconds()))).toList();
    }

    static Record withTtl(Record record, long ttlSeconds) {
        return Record.newRecord(record.getName(), record.getType(), record.getDClass(), ttlSeconds,
                record.rdataToWireCanonical());
    }

    boolean isNegative() {
        return answers.isEmpty() || rcode == Rcode.NXDOMAIN;
    }

    /** Whether one of its addresses is in one of these networks; IPv4 inside IPv6 counts as IPv4, too. */
    boolean leadsInto(List<AddressPrefix> networks) {
        for (Record record : answers) {
            InetAddress address = addressOf(record);
            if (address != null && isIn(address.getAddress(), networks)) {
                return true;
            }
        }
        return false;
    }

    private static boolean isIn(byte[] address, List<AddressPrefix> networks) {
        byte[] embedded = embeddedIpv4(address);
        return networks.stream()
                .anyMatch(n -> n.contains(address) || (embedded != null && n.contains(embedded)));
    }

    /** Of {@code ::ffff:a.b.c.d} (RFC 4291 §2.5.5) and {@code 64:ff9b::a.b.c.d} (RFC 6052 §2.1). */
    private static byte @Nullable [] embeddedIpv4(byte[] address) {
        if (address.length != 16) {
            return null;
        }
        ByteBuffer whole = ByteBuffer.wrap(address);
        long high = whole.getLong(0);
        int middle = whole.getInt(8);
        boolean embeds = (high == 0 && (middle == 0xffff || middle == 0))
                || (high == 0x0064_ff9b_0000_0000L && middle == 0);
        return embeds ? Arrays.copyOfRange(address, 12, 16) : null;
    }

    private static @Nullable InetAddress addressOf(Record record) {
        return switch (record) {
            case ARecord a -> a.getAddress();
            case AAAARecord aaaa -> aaaa.getAddress();
            default -> null;
        };
    }

    /** @param ageSeconds since it was resolved */
    List<DnsAnswer.Address> addresses(int ageSeconds) {
        List<DnsAnswer.Address> addresses = new ArrayList<>();
        for (Record record : answers) {
            InetAddress address = addressOf(record);
            if (address != null) {
                int ttl = (int) Math.max(0, record.getTTL() - ageSeconds);
                ByteBuffer octets = ByteBuffer.wrap(address.getAddress());
                addresses.add(octets.capacity() == 4
                        ? new DnsAnswer.Address(0,
                                0xffff_0000_0000L | (octets.getInt() & 0xffff_ffffL), ttl)
                        : new DnsAnswer.Address(octets.getLong(), octets.getLong(), ttl));
            }
        }
        return addresses;
    }

    List<String> chain() {
        List<String> chain = new ArrayList<>();
        for (Record record : answers) {
            if (record instanceof CNAMERecord cname) {
                chain.add(cname.getTarget().toString(true).toLowerCase(Locale.ROOT));
            }
        }
        return chain;
    }

    /** About what it takes in memory. */
    int weightOctets() {
        int weight = 256;
        for (Record record : answers) {
            weight += 192 + record.getName().length() + record.rdataToWireCanonical().length;
        }
        return soa == null ? weight : weight + 256;
    }
}
