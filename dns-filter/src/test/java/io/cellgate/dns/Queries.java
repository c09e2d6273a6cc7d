package io.cellgate.dns;

import java.io.IOException;
import java.util.List;
import org.agrona.concurrent.UnsafeBuffer;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.OPTRecord;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

/** Queries as dnsjava writes them. */
final class Queries {
    private Queries() {}

    static Message message(String name, int type) throws IOException {
        return Message
                .newQuery(Record.newRecord(Name.fromString(name, Name.root), type, DClass.IN));
    }

    static byte[] a(String name) throws IOException {
        return message(name, Type.A).toWire();
    }

    static byte[] withEdns(String name, int type, int payloadSize) throws IOException {
        Message message = message(name, type);
        message.addRecord(new OPTRecord(payloadSize, 0, 0, 0, List.of()), Section.ADDITIONAL);
        return message.toWire();
    }

    static UnsafeBuffer buffer(byte[] octets) {
        return new UnsafeBuffer(octets);
    }
}
