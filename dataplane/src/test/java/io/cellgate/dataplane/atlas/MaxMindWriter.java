package io.cellgate.dataplane.atlas;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Writes small databases in MaxMind's format, by its specification (MaxMind DB File Format 2.0): a tree of nodes with
 * two records of 24 bits, 16 octets of zero, the data, the metadata. Networks may not overlap.
 */
final class MaxMindWriter {
    private static final byte[] METADATA_MARKER = {(byte) 0xab, (byte) 0xcd, (byte) 0xef, 'M', 'a',
            'x', 'M', 'i', 'n', 'd', '.', 'c', 'o', 'm'};
    private static final int EMPTY = -1;

    private final List<int[]> nodes = new ArrayList<>();
    private final ByteArrayOutputStream data = new ByteArrayOutputStream();

    MaxMindWriter() {
        nodes.add(new int[]{EMPTY, EMPTY});
    }

    /** A record of a leaf is the complement of its data's offset, less one more for EMPTY. */
    MaxMindWriter add(String prefix, Map<String, ?> content) {
        String[] parts = prefix.split("/");
        byte[] written = InetAddress.ofLiteral(parts[0]).getAddress();
        byte[] address = new byte[16];
        System.arraycopy(written, 0, address, 16 - written.length, written.length);
        int bits = Integer.parseInt(parts[1]) + (written.length == 4 ? 96 : 0);
        int leaf = -2 - data.size();
        write(data, content);
        int node = 0;
        for (int bit = 0; bit < bits; bit++) {
            int side = address[bit >> 3] >> 7 - (bit & 7) & 1;
            if (bit == bits - 1) {
                nodes.get(node)[side] = leaf;
            } else {
                if (nodes.get(node)[side] == EMPTY) {
                    nodes.add(new int[]{EMPTY, EMPTY});
                    nodes.get(node)[side] = nodes.size() - 1;
                }
                node = nodes.get(node)[side];
            }
        }
        return this;
    }

    void to(Path file) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (int[] node : nodes) {
            for (int link : node) {
                int value = link == EMPTY
                        ? nodes.size()
                        : link < 0 ? nodes.size() + 16 + (-2 - link) : link;
                out.write(value >> 16);
                out.write(value >> 8);
                out.write(value);
            }
        }
        out.writeBytes(new byte[16]);
        out.writeBytes(data.toByteArray());
        out.writeBytes(METADATA_MARKER);
        Map<String, Object> metadata = new LinkedHashMap<>();
        metadata.put("node_count", (long) nodes.size());
        metadata.put("record_size", 24);
        metadata.put("ip_version", 6);
        metadata.put("database_type", "Test");
        metadata.put("languages", List.of("en"));
        metadata.put("binary_format_major_version", 2);
        metadata.put("binary_format_minor_version", 0);
        metadata.put("build_epoch", 1_700_000_000L);
        metadata.put("description", Map.of("en", "test"));
        write(out, metadata);
        Files.write(file, out.toByteArray());
    }

    private static void write(ByteArrayOutputStream out, Object value) {
        switch (value) {
            case String text -> {
                byte[] octets = text.getBytes(StandardCharsets.UTF_8);
                out.write(2 << 5 | octets.length);
                out.writeBytes(octets);
            }
            case Integer number -> {
                out.write(5 << 5 | 2);
                out.write(number >> 8);
                out.write(number);
            }
            case Long number -> {
                out.write(6 << 5 | 4);
                for (int shift = 24; shift >= 0; shift -= 8) {
                    out.write((int) (number >> shift));
                }
            }
            case Map<?, ?> map -> {
                out.write(7 << 5 | map.size());
                map.forEach((key, each) -> {
                    write(out, key);
                    write(out, each);
                });
            }
            case List<?> list -> {
                out.write(list.size());
                out.write(11 - 7);
                list.forEach(each -> write(out, each));
            }
            default -> throw new IllegalArgumentException("got " + value);
        }
    }
}
