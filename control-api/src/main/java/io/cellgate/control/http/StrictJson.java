package io.cellgate.control.http;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonParser.NumberType;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import java.io.IOException;

/**
 * Refuses JSON that two readers may take for different things (RFC 8259 §4 and §6): an object with a name twice, of
 * which one value would be dropped unseen, and integers that do not fit into 64 bits, which would be cut to others; and
 * what is nested deeper than any request is, before judges that go down it level by level use up their stack.
 */
final class StrictJson {
    private static final int MOST_LEVELS = 100;
    private static final JsonFactory STRICT = JsonFactory.builder()
            .streamReadConstraints(
                    StreamReadConstraints.builder().maxNestingDepth(MOST_LEVELS).build())
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();

    private StrictJson() {}

    /** @throws IOException if it is not JSON, or such */
    static void check(byte[] octets) throws IOException {
        try (JsonParser parser = STRICT.createParser(octets)) {
            for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
                if (token == JsonToken.VALUE_NUMBER_INT
                        && parser.getNumberType() == NumberType.BIG_INTEGER) {
                    throw new JsonParseException(parser,
                            "Integer of more than 64 bits: " + parser.getText());
                }
            }
        }
    }
}
