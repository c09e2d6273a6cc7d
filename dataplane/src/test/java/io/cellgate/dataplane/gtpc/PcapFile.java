package io.cellgate.dataplane.gtpc;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;

/** A capture file of UDP datagrams over IPv4, written without a network interface (link type 101, raw IP). */
public final class PcapFile {
    private static final int IP_HEADER = 20;
    private static final int UDP_HEADER = 8;

    private final ByteArrayOutputStream octets = new ByteArrayOutputStream();
    private final DataOutputStream out = new DataOutputStream(octets);
    private int count;

    public PcapFile() {
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
        int length = IP_HEADER + UDP_HEADER + payload.length;
        try {
            out.writeInt(count / 1000);
            out.writeInt(count % 1000 * 1000);
            out.writeInt(length);
            out.writeInt(length);
            out.writeInt(0x45000000 | length);
            out.writeInt(count << 16); // identification; no flags, no fragment offset
            out.writeInt(0x40110000);
            out.write(from.getAddress().getAddress());
            out.write(to.getAddress().getAddress());
            out.writeShort(from.getPort());
            out.writeShort(to.getPort());
            out.writeShort(UDP_HEADER + payload.length);
            out.writeShort(0);
            out.write(payload);
            count++;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
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
