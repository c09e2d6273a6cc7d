package io.cellgate.inventory.lines;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * The lines of a stream, each of them of bounded length: of a longer one only the length is told, and it takes no
 * memory. Lines end with LF or CRLF; a byte order mark at the beginning is passed over. Owned by one thread.
 */
public final class BoundedLines {
    public static final int MAX_OCTETS = 4096;

    private final InputStream in;
    private final byte[] buffer = new byte[1 << 16];
    private int position;
    private int limit;
    private final byte[] line = new byte[MAX_OCTETS];
    private final CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder()
            .onMalformedInput(CodingErrorAction.REPORT)
            .onUnmappableCharacter(CodingErrorAction.REPORT);
    private long number;

    public BoundedLines(InputStream in) {
        this.in = in;
    }

    /**
     * A line.
     *
     * @param text  null where it cannot be taken
     * @param fault why it cannot; empty where it can
     */
    public record Line(long number, @Nullable String text, String fault) {}

    /** The next line, or null at the stream's end. */
    public @Nullable Line next() throws IOException {
        long octets = 0;
        boolean any = false;
        while (true) {
            if (position == limit) {
                limit = in.read(buffer);
                position = 0;
                if (limit < 0) {
                    limit = 0;
                    return any ? line(octets) : null;
                }
                continue;
            }
            any = true;
            byte octet = buffer[position++];
            if (octet == '\n') {
                return line(octets);
            }
            if (octets < MAX_OCTETS) {
                line[(int) octets] = octet;
            }
            octets++;
        }
    }

    private Line line(long octets) {
        number++;
        if (octets > MAX_OCTETS) {
            return new Line(number, null,
                    "got a line of " + octets + " octets, expected at most " + MAX_OCTETS);
        }
        int length = (int) octets;
        if (length > 0 && line[length - 1] == '\r') {
            length--;
        }
        try {
            String text = decoder.decode(ByteBuffer.wrap(line, 0, length)).toString();
            if (number == 1 && text.startsWith("\uFEFF")) {
                text = text.substring(1);
            }
            for (int i = 0; i < text.length(); i++) {
                if (Character.isISOControl(text.charAt(i)) && text.charAt(i) != '\t') {
                    return new Line(number, null, "got control character "
                            + (int) text.charAt(i) + " at column " + (i + 1) + ", expected text");
                }
            }
            return new Line(number, text, "");
        } catch (CharacterCodingException e) {
            return new Line(number, null, "got octets that are not UTF-8, expected UTF-8");
        }
    }
}
