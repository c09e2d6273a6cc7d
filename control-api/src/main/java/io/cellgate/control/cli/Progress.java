package io.cellgate.control.cli;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;

/** A bar on standard error that tells how far a long work is; where nobody looks (no terminal) it draws nothing. */
final class Progress implements AutoCloseable {
    private static final int WIDTH = 40;
    private static final long EVERY_NANOS = 100_000_000L;

    private final PrintWriter err;
    private final String what;
    private final boolean shown;
    private long drawnNanos;
    private boolean drawn;

    Progress(PrintWriter err, String what) {
        this.err = err;
        this.what = what;
        shown = Terminal.orNull() != null;
    }

    /** @param total 0: not known */
    void at(long done, long total) {
        long now = System.nanoTime();
        if (!shown || drawn && done < total && now - drawnNanos < EVERY_NANOS) {
            return;
        }
        drawnNanos = now;
        drawn = true;
        err.print("\r" + line(done, total));
        err.flush();
    }

    /** {@code importing [########      ]  40 %} */
    String line(long done, long total) {
        if (total <= 0) {
            return what + " " + done;
        }
        int full = (int) (Math.min(done, total) * WIDTH / total);
        return what + " [" + "#".repeat(full) + " ".repeat(WIDTH - full) + "] "
                + String.format("%3d %%", Math.min(done, total) * 100 / total);
    }

    /** The stream, each octet counted as it is read. */
    InputStream counting(InputStream in, long total) {
        return new FilterInputStream(in) {
            private long done;

            @Override
            public int read() throws IOException {
                int octet = super.read();
                count(octet < 0 ? 0 : 1);
                return octet;
            }

            @Override
            public int read(byte[] target, int offset, int length) throws IOException {
                int read = super.read(target, offset, length);
                count(Math.max(0, read));
                return read;
            }

            private void count(int octets) {
                done += octets;
                at(done, total);
            }
        };
    }

    @Override
    public void close() {
        if (drawn) {
            err.println();
        }
    }
}
