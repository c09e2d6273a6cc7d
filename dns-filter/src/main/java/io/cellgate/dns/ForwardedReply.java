package io.cellgate.dns;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import org.agrona.concurrent.UnsafeBuffer;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Header;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.OPTRecord;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;

/**
 * Puts a resolution into the reply to one device: its id, its RD, its question with the letters' case it used, TTLs
 * less what they have aged, EDNS if it used it, TC if the answer does not fit into the payload it can take.
 */
final class ForwardedReply {
    private ForwardedReply() {}

    static byte[] encode(byte[] query, Resolution resolution, int ageSeconds) {
        UnsafeBuffer view = new UnsafeBuffer(query);
        Header header = new Header(DnsQuery.id(view, 0));
        header.setFlag(Flags.QR);
        header.setFlag(Flags.RA);
        if (DnsQuery.isRecursionDesired(view, 0)) {
            header.setFlag(Flags.RD);
        }
        header.setRcode(resolution.rcode());
        Message reply = new Message();
        reply.setHeader(header);
        Name asked = nameOf(query, view);
        reply.addRecord(Record.newRecord(asked, DnsQuery.type(view, 0), DClass.IN),
                Section.QUESTION);
        for (Record record : resolution.answers()) {
            reply.addRecord(aged(record, asked, ageSeconds), Section.ANSWER);
        }
        if (resolution.soa() != null) {
            reply.addRecord(aged(resolution.soa(), asked,
                    ageSeconds + (int) (resolution.soa().getTTL() - resolution.ttlSeconds())),
                    Section.AUTHORITY);
        }
        if (DnsQuery.hasEdns(view, 0)) {
            reply.addRecord(new OPTRecord(DnsReplyEncoder.MAX_LENGTH, 0, 0, 0, List.of()),
                    Section.ADDITIONAL);
        }
        byte[] whole = reply.toWire();
        if (whole.length <= Math.min(DnsQuery.payloadSize(view, 0), DnsReplyEncoder.MAX_LENGTH)) {
            return whole;
        }
        header.setFlag(Flags.TC); // RFC 2181 §9: part of an RRset is none
        reply.removeAllRecords(Section.ANSWER);
        reply.removeAllRecords(Section.AUTHORITY);
        return reply.toWire();
    }

    private static Name nameOf(byte[] query, UnsafeBuffer view) {
        int end = DnsQuery.HEADER_LENGTH + DnsQuery.nameLength(view, 0);
        try {
            return new Name(Arrays.copyOfRange(query, DnsQuery.HEADER_LENGTH, end));
        } catch (IOException e) {
            throw new IllegalArgumentException("a query that was not validated", e);
        }
    }

    private static Record aged(Record record, Name asked, int ageSeconds) {
        Record aged = Resolution.withTtl(record, Math.max(0, record.getTTL() - ageSeconds));
        return record.getName().equals(asked)
                ? Record.newRecord(asked, aged.getType(), aged.getDClass(), aged.getTTL(),
                        aged.rdataToWireCanonical())
                : aged;
    }
}
