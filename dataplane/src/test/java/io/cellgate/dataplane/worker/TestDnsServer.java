package io.cellgate.dataplane.worker;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.xbill.DNS.ARecord;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Section;

/** A DNS server with a few names, built on dnsjava. */
final class TestDnsServer implements AutoCloseable {
    final Map<String, String> addresses = new ConcurrentHashMap<>();
    final AtomicInteger queries = new AtomicInteger();
    /** Answers wait until it is open, which it is at first. */
    volatile CountDownLatch gate = new CountDownLatch(0);
    private final DatagramSocket socket;

    TestDnsServer() throws IOException {
        socket = new DatagramSocket(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        Thread.ofPlatform().daemon().name("test-dns").start(this::run);
    }

    InetSocketAddress address() {
        return (InetSocketAddress) socket.getLocalSocketAddress();
    }

    private void run() {
        try {
            while (true) {
                DatagramPacket datagram = new DatagramPacket(new byte[4096], 4096);
                socket.receive(datagram);
                queries.incrementAndGet();
                Message query = new Message(
                        Arrays.copyOf(datagram.getData(), datagram.getLength()));
                Message reply = new Message(query.getHeader().getID());
                reply.getHeader().setFlag(Flags.QR);
                reply.getHeader().setFlag(Flags.RA);
                reply.addRecord(query.getQuestion(), Section.QUESTION);
                String name = query.getQuestion().getName().toString(true)
                        .toLowerCase(Locale.ROOT);
                String address = addresses.get(name);
                if (address == null) {
                    reply.getHeader().setRcode(Rcode.NXDOMAIN);
                } else {
                    reply.addRecord(new ARecord(query.getQuestion().getName(), DClass.IN, 30,
                            InetAddress.ofLiteral(address)), Section.ANSWER);
                }
                gate.await();
                byte[] wire = reply.toWire();
                socket.send(new DatagramPacket(wire, wire.length, datagram.getSocketAddress()));
            }
        } catch (IOException | InterruptedException e) {
            if (!socket.isClosed()) {
                throw new IllegalStateException(e);
            }
        }
    }

    @Override
    public void close() {
        socket.close();
    }
}
