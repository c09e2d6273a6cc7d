package io.cellgate.inventory.place;

import io.cellgate.inventory.lines.BoundedLines;
import io.cellgate.inventory.operation.Operation;
import io.cellgate.inventory.operation.OperationStore;
import io.cellgate.inventory.operation.PartResult;
import io.cellgate.inventory.outcome.Outcome;
import io.cellgate.inventory.store.Actor;
import io.cellgate.inventory.store.Database;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The table of where cells stand, in a file of the data folder. It can be had again from where it came, so it is neither in
 * the database nor in backups. Thread-safe.
 */
public final class CellStore {
    /** What is told of lines that are wrong; a file of another kind would be wrong in every line. */
    private static final int MOST_FAULTS = 10_000;
    private static final int CHUNK_LINES = 100_000;
    private static final String IMPORT = "cells.import";

    private final Database database;
    private final OperationStore operations;
    private final Path folder;
    private final Path file;
    private volatile CellTable table;

    /** @throws UncheckedIOException if the table's file is damaged */
    public CellStore(Database database, OperationStore operations, Path folder) {
        this.database = database;
        this.operations = operations;
        this.folder = folder;
        file = folder.resolve("cells.table");
        try {
            removeWhatAKilledImportLeft(folder);
            table = CellTable.open(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e.getMessage()
                    + "; remove it and import the cells again", e);
        }
    }

    private static void removeWhatAKilledImportLeft(Path folder) throws IOException {
        try (var left = Files.newDirectoryStream(folder, path -> Files.isDirectory(path)
                && folder.relativize(path).toString().matches("cells[0-9]+"))) {
            for (Path runs : left) {
                try (var files = Files.newDirectoryStream(runs)) {
                    for (Path run : files) {
                        Files.delete(run);
                    }
                }
                Files.delete(runs);
            }
        }
    }

    public CellTable table() {
        return table;
    }

    /** What came of a file of cells. */
    public record Summary(String operation, long lines, long cells, long otherRadios,
            long rejected) {}

    /**
     * Replaces the table by a file's cells. Nothing is changed before the file was read to its end.
     *
     * @return invalid, with nothing changed, where the header is wrong or the file holds no cell
     */
    public Outcome<Summary> replace(Actor actor, InputStream input) throws IOException {
        Outcome<CellLines> opened = CellLines.open(new BoundedLines(input));
        if (!(opened instanceof Outcome.Done<CellLines>(CellLines lines))) {
            return opened.map(_ -> new Summary("", 0, 0, 0, 0));
        }
        Operation operation = operations.begin(actor, null, IMPORT, null, null);
        Operation.State end = Operation.State.BROKEN_OFF;
        String detail = "its input broke off: the table is as it was";
        try (CellRuns runs = new CellRuns(folder)) {
            Summary summary = read(actor, operation.id(), lines, runs);
            if (operations.isCancelled(operation.id())) {
                detail = "the table is as it was";
                return Outcome.conflict(Outcome.Reason.WRONG_STATE,
                        "operation " + operation.id() + " was cancelled: " + detail);
            }
            long cells = runs.writeTo(file);
            table = CellTable.open(file);
            end = Operation.State.DONE;
            detail = "";
            return Outcome.done(new Summary(operation.id(), summary.lines(), cells,
                    summary.otherRadios(), summary.rejected()));
        } finally {
            Operation _ = operations.end(actor, operation.id(), end,
                    detail.isEmpty() ? null : detail);
        }
    }

    private Summary read(Actor actor, String operation, CellLines lines, CellRuns runs)
            throws IOException {
        long known = 0;
        long others = 0;
        long rejected = 0;
        List<PartResult> faults = new ArrayList<>();
        long counted = 0;
        long told = 0;
        for (var line = lines.next(); line != null; line = lines.next()) {
            switch (line) {
                case CellLines.CellLine.Known(long key, long value) -> {
                    runs.add(key, value);
                    known++;
                }
                case CellLines.CellLine.OtherRadio() -> others++;
                case CellLines.CellLine.Wrong(long number, String detail) -> {
                    if (rejected++ < MOST_FAULTS) {
                        faults.add(new PartResult(number, "rejected", false, null, detail));
                    }
                }
            }
            if (known + others + rejected - counted == CHUNK_LINES) {
                counted += CHUNK_LINES;
                tell(actor, operation, CHUNK_LINES, rejected - told, faults);
                told = rejected;
                if (operations.isCancelled(operation)) {
                    break;
                }
            }
        }
        tell(actor, operation, known + others + rejected - counted, rejected - told, faults);
        return new Summary(operation, known + others + rejected, known, others, rejected);
    }

    private void tell(Actor actor, String operation, long lines, long rejected,
            List<PartResult> faults) {
        Boolean _ = database.write(actor, tx -> {
            OperationStore.progress(tx, operation, lines - rejected, rejected);
            OperationStore.report(tx, operation, faults);
            return true;
        });
        faults.clear();
    }
}
