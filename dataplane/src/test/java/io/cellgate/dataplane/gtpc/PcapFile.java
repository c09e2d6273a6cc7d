package io.cellgate.dataplane.gtpc;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;

/** A capture file of UDP datagrams over IPv4 or IPv6, written without a network interface (link type 101, raw IP). */
public final class PcapFile {
    private static final int IP_HEADER = 20;
    private static final int IPV6_HEADER = 40;
    private static final int UDP_HEADER = 8;

    private final ByteArrayOutputStream octets = new ByteArrayOutputStream();
    private final DataOutputStream out = new DataOutputStream(octets);
    private int count;

    public PcapFile() {
        begin();
    }

    private void begin() {
        try {
            out.writeInt(0xa1b2c3d4);
            out.writeShort(2);
            out.writeShort(4);
            out.writeLong(0);
            out.writeInt(65_535);
            out.writeInt(101);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public synchronized void add(InetSocketAddress from, InetSocketAddress to, byte[] payload) {
        boolean ipv6 = from.getAddress().getAddress().length == 16;
        int length = (ipv6 ? IPV6_HEADER : IP_HEADER) + UDP_HEADER + payload.length;
        try {
            out.writeInt(count / 1000);
            out.writeInt(count % 1000 * 1000);
            out.writeInt(length);
            out.writeInt(length);
            if (ipv6) {
                out.writeInt(0x60000000);
                out.writeInt(UDP_HEADER + payload.length << 16 | 0x1140);
            } else {
                out.writeInt(0x45000000 | length);
                out.writeInt(count << 16); // identification; no flags, no fragment offset
                out.writeInt(0x40110000);
            }
            out.write(from.getAddress().getAddress());
            out.write(to.getAddress().getAddress());
            out.writeShort(from.getPort());
            out.writeShort(to.getPort());
            out.writeShort(UDP_HEADER + payload.length);
            out.writeShort(ipv6 ? checksum(from, to, payload) : 0);
            out.write(payload);
            count++;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Of UDP over IPv6, which must have one (RFC 8200 §8.1). */
    private static int checksum(InetSocketAddress from, InetSocketAddress to, byte[] payload) {
        int length = UDP_HEADER + payload.length;
        ByteBuffer all = ByteBuffer.allocate(2 * 16 + 8 + length + (length & 1))
                .put(from.getAddress().getAddress()).put(to.getAddress().getAddress())
                .putInt(length).putInt(17).putShort((short) from.getPort())
                .putShort((short) to.getPort()).putShort((short) length).putShort((short) 0)
                .put(payload).rewind();
        int sum = 0;
        while (all.hasRemaining()) {
            sum += all.getShort() & 0xffff;
            sum = (sum & 0xffff) + (sum >>> 16);
        }
        return ~sum;
    }

    /** Forgets what was added. */
    public synchronized void clear() {
        octets.reset();
        count = 0;
        begin();
    }

    public int count() {
        return count;
    }

    public synchronized void writeTo(Path file) {
        try {
            Files.write(file, octets.toByteArray());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
