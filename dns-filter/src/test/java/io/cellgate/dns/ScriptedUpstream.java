package io.cellgate.dns;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.xbill.DNS.CNAMERecord;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Master;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;

/** A DNS server on loopback, UDP and TCP, that answers as a test says. */
final class ScriptedUpstream implements AutoCloseable {
    private final DatagramSocket udp;
    private final ServerSocket tcp;
    private final Script script;
    private final AtomicInteger queries = new AtomicInteger();

    interface Script {
        /** @return null for no answer */
        @Nullable
        Message answer(Message query) throws IOException;
    }

    ScriptedUpstream(Script script) throws IOException {
        this.script = script;
        tcp = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
        udp = new DatagramSocket(tcp.getLocalPort(), InetAddress.getLoopbackAddress());
        Thread.ofVirtual().start(this::serveUdp);
        Thread.ofVirtual().start(this::serveTcp);
    }

    InetSocketAddress address() {
        return (InetSocketAddress) udp.getLocalSocketAddress();
    }

    int queries() {
        return queries.get();
    }

    private void serveUdp() {
        while (!udp.isClosed()) {
            try {
                DatagramPacket packet = new DatagramPacket(new byte[4096], 4096);
                udp.receive(packet);
                queries.incrementAndGet();
                Thread.ofVirtual().start(() -> {
                    try {
                        Message answer = script.answer(new Message(
                                java.util.Arrays.copyOf(packet.getData(), packet.getLength())));
                        if (answer != null) {
                            byte[] wire = answer.toWire();
                            udp.send(new DatagramPacket(wire, wire.length,
                                    packet.getSocketAddress()));
                        }
                    } catch (IOException closed) {
                        // the test is over
                    }
                });
            } catch (IOException closed) {
                return;
            }
        }
    }

    private void serveTcp() {
        while (!tcp.isClosed()) {
            try (Socket socket = tcp.accept()) {
                DataInputStream in = new DataInputStream(socket.getInputStream());
                byte[] query = in.readNBytes(in.readUnsignedShort());
                queries.incrementAndGet();
                Message answer = script.answer(new Message(query));
                if (answer != null) {
                    byte[] wire = answer.toWire();
                    DataOutputStream out = new DataOutputStream(socket.getOutputStream());
                    out.writeShort(wire.length);
                    out.write(wire);
                    out.flush();
                }
            } catch (IOException closedOrGone) {
                // the next, or the test is over
            }
        }
    }

    static Record record(String line) throws IOException {
        try (Master master = new Master(new java.io.ByteArrayInputStream(
                (line + "\n").getBytes(java.nio.charset.StandardCharsets.US_ASCII)), Name.root)) {
            Record record = master.nextRecord();
            if (record == null) {
                throw new IllegalArgumentException(line);
            }
            return record;
        }
    }

    /** Answers with the records of the name and type asked for, and what CNAMEs lead to. */
    static Script zone(String... lines) {
        return query -> {
            Message response = response(query);
            Name at = query.getQuestion().getName();
            for (String line : lines) {
                Record record = record(line);
                if (record.getName().equals(at)
                        && record.getType() == query.getQuestion().getType()) {
                    response.addRecord(record, Section.ANSWER);
                } else if (record.getName().equals(at) && record instanceof CNAMERecord cname) {
                    response.addRecord(record, Section.ANSWER);
                    at = cname.getTarget();
                }
            }
            return response;
        };
    }

    /** Answers everything with these records, whatever was asked. */
    static Script raw(String... lines) {
        return query -> {
            Message response = response(query);
            for (String line : lines) {
                response.addRecord(record(line), Section.ANSWER);
            }
            return response;
        };
    }

    static Script negative(int rcode, String... authority) {
        return query -> {
            Message response = response(query);
            response.getHeader().setRcode(rcode);
            for (String line : authority) {
                response.addRecord(record(line), Section.AUTHORITY);
            }
            return response;
        };
    }

    static Script silent() {
        return query -> null;
    }

    static Script delayed(int millis, Script script) {
        return query -> {
            try {
                Thread.sleep(millis);
            } catch (InterruptedException e) {
                throw new IOException(e);
            }
            return script.answer(query);
        };
    }

    private static Message response(Message query) {
        Message response = new Message(query.getHeader().getID());
        response.getHeader().setFlag(Flags.QR);
        response.getHeader().setFlag(Flags.RA);
        response.addRecord(query.getQuestion(), Section.QUESTION);
        return response;
    }

    @Override
    public void close() throws IOException {
        udp.close();
        tcp.close();
    }
}
