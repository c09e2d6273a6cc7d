package io.cellgate.control.log;

import io.cellgate.inventory.page.PageRequest;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * A reading of a log from one end towards the other, as far as it came.
 *
 * @param lines        how many were read
 * @param complete     whether those were all
 * @param oldestMillis when the oldest of them was; {@link Long#MAX_VALUE} where there is none
 * @param lost         how many lines the log lacks in the time that was asked for
 */
public record LogScan(long lines, boolean complete, long oldestMillis, long lost) {
    private static final long MOST_NANOS = TimeUnit.SECONDS.toNanos(20);

    /** Hands lines to the reader, at most so many, and for some seconds at most. */
    public static LogScan run(LogStore store, LogKind kind, LogQuery query, int limit,
            Consumer<LogEntry> reader) {
        long lines = 0;
        long oldest = Long.MAX_VALUE;
        long lost = 0;
        long deadline = System.nanoTime() + MOST_NANOS;
        PageRequest next = new PageRequest(Math.min(limit, PageRequest.MAX_LIMIT), null);
        while (lines < limit && System.nanoTime() < deadline) {
            LogStore.Lines page = store.page(kind, query, next);
            lost = page.lost();
            for (LogEntry line : page.lines()) {
                reader.accept(line);
                lines++;
                oldest = Math.min(oldest, line.atMillis());
            }
            Long after = page.next();
            if (after == null) {
                return new LogScan(lines, true, oldest, lost);
            }
            next = next.next(PageRequest.cursor(after.toString()));
        }
        return new LogScan(lines, false, oldest, lost);
    }
}
