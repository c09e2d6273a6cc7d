package io.cellgate.inventory.operation;

import com.fasterxml.jackson.core.type.TypeReference;
import io.cellgate.inventory.store.Json;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.InflaterInputStream;
import org.jspecify.annotations.Nullable;

/**
 * Results of parts that follow each other, as one column keeps them: lines of fields with tabs between, compressed (RFC 1950), in base
 * 64. Two thousand lines that went well take some twelve thousand characters.
 */
final class ReportText {
    private ReportText() {}

    static String write(List<PartResult> results) {
        StringBuilder lines = new StringBuilder(results.size() * 48);
        for (PartResult each : results) {
            lines.append(each.part()).append('\t').append(each.verdict()).append('\t')
                    .append(each.well() ? '+' : '-').append('\t')
                    .append(each.subject() == null ? "" : each.subject()).append('\t')
                    .append(each.detail().isEmpty() ? "" : Json.write(each.detail())).append('\n');
        }
        Deflater fast = new Deflater(Deflater.BEST_SPEED);
        ByteArrayOutputStream octets = new ByteArrayOutputStream();
        try (DeflaterOutputStream out = new DeflaterOutputStream(octets, fast)) {
            out.write(lines.toString().getBytes(StandardCharsets.UTF_8));
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        } finally {
            fast.end();
        }
        return Base64.getEncoder().encodeToString(octets.toByteArray());
    }

    static List<PartResult> read(String text) {
        List<PartResult> results = new ArrayList<>();
        try (InflaterInputStream in = new InflaterInputStream(
                new ByteArrayInputStream(Base64.getDecoder().decode(text)))) {
            new String(in.readAllBytes(), StandardCharsets.UTF_8).lines()
                    .forEach(line -> results.add(result(line)));
        } catch (IOException damaged) {
            throw new UncheckedIOException("the database holds what is no report", damaged);
        }
        return results;
    }

    private static PartResult result(String line) {
        String[] fields = line.split("\t", -1);
        @Nullable
        String subject = fields[3].isEmpty() ? null : fields[3];
        return new PartResult(Long.parseLong(fields[0]), fields[1], fields[2].equals("+"), subject,
                fields[4].isEmpty()
                        ? ""
                        : Json.read(fields[4],
                                new TypeReference<String>() {
                                }));
    }
}
