package io.cellgate.inventory.operation;

import org.jspecify.annotations.Nullable;

/**
 * What became of one part of an operation, such as a line of a file or a SIM of many.
 *
 * @param part    its number, from 1; of a file: its line
 * @param verdict a word, such as {@code imported}
 * @param well    whether what was wanted of it is so now
 * @param subject what it is of, such as an ICCID; null where the part does not say it in a readable way
 * @param detail  what was got and what was expected; empty where all is well. It never holds a key.
 */
public record PartResult(long part, String verdict, boolean well, @Nullable String subject,
        String detail) {}
