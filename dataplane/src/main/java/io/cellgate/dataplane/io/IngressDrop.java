package io.cellgate.dataplane.io;

import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;

/**
 * Keeps the originals of frames that a packet socket gets copies of from the kernel's network stack, by a chain of nftables at the
 * interface's ingress. The table is owned by an {@code nft} that lives as long as this and reads our pipe: it goes with
 * this process, even where that is killed, and traffic is the kernel's again.
 */
final class IngressDrop implements AutoCloseable {
    private final Process nft;
    private final Writer commands;

    /** @param rules one after the other, between semicolons */
    IngressDrop(HostInterface device, String rules) throws IOException {
        String table = "cellgate_" + device.index();
        nft = new ProcessBuilder("nft", "-i").redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD).start();
        commands = nft.outputWriter(StandardCharsets.US_ASCII);
        commands.write("table netdev " + table + " { flags owner; chain originals {"
                + " type filter hook ingress device \"" + device.name() + "\" priority -500; "
                + rules + "; }; }\n");
        commands.flush();
        awaitTable(table);
    }

    private void awaitTable(String table) throws IOException {
        try {
            for (int attempt = 0; attempt < 50 && nft.isAlive(); attempt++) {
                Process list = new ProcessBuilder("nft", "list", "table", "netdev", table)
                        .redirectErrorStream(true)
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD).start();
                if (list.waitFor() == 0) {
                    return;
                }
                TimeUnit.MILLISECONDS.sleep(100);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        close();
        throw new IOException("nft did not make the table " + table
                + " that keeps frames from the kernel (needs nftables with owned tables, Linux 5.12)");
    }

    @Override
    public void close() {
        try {
            commands.close();
            if (!nft.waitFor(5, TimeUnit.SECONDS)) {
                nft.destroy();
            }
        } catch (IOException e) {
            nft.destroy();
        } catch (InterruptedException e) {
            nft.destroy();
            Thread.currentThread().interrupt();
        }
    }
}
