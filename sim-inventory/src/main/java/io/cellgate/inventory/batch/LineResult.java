package io.cellgate.inventory.batch;

import io.cellgate.inventory.operation.PartResult;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What became of a line of a manufacturer's file. A line's result is told after what it changed is durable.
 *
 * @param line   from 1, in the file
 * @param iccid  null where the line does not say it in a readable way
 * @param detail what was got and what was expected; empty where all is well. It never holds a key.
 */
public record LineResult(long line, Verdict verdict, @Nullable String iccid, String detail) {
    PartResult kept() {
        return new PartResult(line, verdict.text(), verdict.isWell(), iccid, detail);
    }

    /** The ways it can go. */
    public enum Verdict {
        /** The SIM is in stock now. */
        IMPORTED,
        /** The very same SIM was imported before with this batch. */
        UNCHANGED,
        /** Another SIM has one of its numbers: nothing was changed. */
        DUPLICATE,
        /** The line is not a SIM. */
        REJECTED;

        public String text() {
            return name().toLowerCase(Locale.ROOT);
        }

        /** Whether the SIM is there as the line says. */
        public boolean isWell() {
            return this == IMPORTED || this == UNCHANGED;
        }
    }
}
