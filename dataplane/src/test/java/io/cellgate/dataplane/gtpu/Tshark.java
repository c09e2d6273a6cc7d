package io.cellgate.dataplane.gtpu;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The dissector that decides whether what we send is right. */
public final class Tshark {
    private static final int LINKTYPE_RAW = 101;

    private Tshark() {}

    public static boolean isInstalled() {
        return Files.isExecutable(Path.of("/usr/bin/tshark"));
    }

    /** A packet's fields; one that it does not have is empty. */
    public record Dissected(Map<String, String> fields) {
        public String get(String field) {
            return fields.getOrDefault(field, "");
        }

        /** The first of several values. */
        public String first(String field) {
            String all = get(field);
            int comma = all.indexOf(',');
            return comma < 0 ? all : all.substring(0, comma);
        }
    }

    /** The fields of each packet of a capture; several values of one field are separated by commas. */
    public static List<Dissected> fields(Path capture, String... fields)
            throws IOException {
        List<String> command = new ArrayList<>(List.of("/usr/bin/tshark", "-n", "-o",
                "ip.check_checksum:TRUE", "-o", "tcp.check_checksum:TRUE", "-o",
                "udp.check_checksum:TRUE", "-r", capture.toString(), "-T", "fields", "-E",
                "separator=/t"));
        for (String field : fields) {
            command.add("-e");
            command.add(field);
        }
        Path complaints = Files.createTempFile("cellgate-userplane-", ".txt");
        Process process = new ProcessBuilder(command).redirectError(complaints.toFile()).start();
        String output = new String(process.getInputStream().readAllBytes(),
                StandardCharsets.UTF_8);
        String errors = Files.readString(complaints);
        Files.delete(complaints);
        if (process.onExit().join().exitValue() != 0) {
            throw new IOException("tshark failed: " + errors);
        }
        List<Dissected> packets = new ArrayList<>();
        for (String line : output.lines().toList()) {
            String[] values = line.split("\t", -1);
            Map<String, String> packet = new LinkedHashMap<>();
            for (int i = 0; i < fields.length; i++) {
                packet.put(fields[i], i < values.length ? values[i] : "");
            }
            packets.add(new Dissected(packet));
        }
        return packets;
    }

    /** A capture file of UDP payloads between two addresses. */
    public static Path udpCapture(List<byte[]> payloads, int port) throws IOException {
        List<byte[]> packets = new ArrayList<>();
        for (byte[] payload : payloads) {
            ByteBuffer packet = ByteBuffer.allocate(28 + payload.length).put((byte) 0x45)
                    .put((byte) 0).putShort((short) (28 + payload.length)).putInt(0)
                    .put((byte) 64).put((byte) 17).putShort((short) 0).putInt(0xc0000201)
                    .putInt(0xc0000202).putShort((short) port).putShort((short) port)
                    .putShort((short) (8 + payload.length)).putShort((short) 0).put(payload);
            long sum = 0;
            for (int i = 0; i < 20; i += 2) {
                sum += packet.getShort(i) & 0xffff;
            }
            packet.putShort(10, (short) ~((sum & 0xffff) + (sum >> 16)));
            packets.add(packet.array());
        }
        return ipCapture(packets);
    }

    /** A capture file of whole IP packets. */
    public static Path ipCapture(List<byte[]> packets) throws IOException {
        int size = 24 + packets.stream().mapToInt(packet -> 16 + packet.length).sum();
        ByteBuffer file = ByteBuffer.allocate(size).putInt(0xa1b2c3d4).putShort((short) 2)
                .putShort((short) 4).putLong(0).putInt(65_535).putInt(LINKTYPE_RAW);
        for (byte[] packet : packets) {
            file.putLong(0).putInt(packet.length).putInt(packet.length).put(packet);
        }
        Path path = Files.createTempFile("cellgate-userplane-", ".pcap");
        path.toFile().deleteOnExit();
        return Files.write(path, file.array());
    }
}
